import BrownoutEngine
import BrownoutYAML

// Which API keys are good: `keys`.
extension ScenarioChecker {
    mutating func keys(_ node: YAMLNode) -> Keys? {
        let before = errorCount
        guard let fields = fields(node, .keys) else { return nil }
        if fields.names.isEmpty, !fields.hasUnknownKeys {
            error("'keys' is empty", at: node.span, allowed: KeyTable.keys.names)
        }
        var keys = Keys()
        if let node = fields["accept"] { keys.accept = globs(node) }
        keys.revoked = globs(fields["revoked"])
        keys.outOfQuota = globs(fields["out-of-quota"])
        if let node = fields["denied"] {
            for item in list(node, of: "denied") ?? [] {
                if let entry = denied(item) { keys.denied.append(entry) }
            }
        }
        if let node = fields["expiring"] {
            for item in list(node, of: "expiring") ?? [] {
                if let entry = expiring(item) { keys.expiring.append(entry) }
            }
        }
        limit(keys, at: node.span)
        guard errorCount == before else { return nil }
        warnOfHiddenKeys(keys, fields)
        return keys
    }

    private mutating func denied(_ node: YAMLNode) -> Keys.Denied? {
        guard let fields = fields(node, .deniedKey) else { return nil }
        let entry = Keys.Denied(key: globs(fields["key"]), model: globs(fields["model"]))
        return entry.key.isEmpty || entry.model.isEmpty ? nil : entry
    }

    private mutating func expiring(_ node: YAMLNode) -> Keys.Expiring? {
        guard let fields = fields(node, .expiringKey) else { return nil }
        var entry = Keys.Expiring(key: globs(fields["key"]))
        if let node = fields["calls"] {
            entry.calls = integer(node, of: "calls", in: 1...ScenarioLimits.largestCount)
        }
        if let node = fields["after"] { entry.after = duration(node) }
        if !fields.has("calls"), !fields.has("after"), !fields.hasUnknownKeys {
            error(
                "an entry of 'expiring' needs one of: calls, after", at: node.span,
                note: "for example: {key: \"sk-temp*\", calls: 3}")
        }
        return entry
    }

    private mutating func limit(_ keys: Keys, at span: SourceSpan) {
        let count =
            (keys.accept ?? []).count + keys.revoked.count + keys.outOfQuota.count
            + keys.denied.reduce(0) { $0 + $1.key.count + $1.model.count }
            + keys.expiring.reduce(0) { $0 + $1.key.count }
        if count > ScenarioLimits.keyPatterns {
            error(
                "\(count) patterns of keys are more than \(ScenarioLimits.keyPatterns)", at: span)
        }
    }

    /// Points out patterns that are accepted for nothing.
    private mutating func warnOfHiddenKeys(_ keys: Keys, _ fields: Fields) {
        for glob in keys.accept ?? [] where keys.revoked.contains(glob) {
            guard let node = fields["accept"] else { continue }
            warning(
                "\(quoted(glob.text)) is accepted and revoked; what is revoked is revoked",
                at: (node.items?.first { $0.text == glob.text } ?? node).span)
        }
    }
}
