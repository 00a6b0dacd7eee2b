import BrownoutEngine
import BrownoutJSON

// Who may ask, for reports.

extension Access {
    /// `allows 127.0.0.0/8; denies 10.0.0.50 and KP; trusts 10.0.0.1; others get status 404`
    var written: String {
        var parts: [String] = []
        let allowed = allow.patterns.map(\.text) + countries.allow
        let denied = deny.patterns.map(\.text) + countries.deny
        if !allowed.isEmpty { parts.append("allows \(some(allowed))") }
        if !denied.isEmpty { parts.append("denies \(some(denied))") }
        if parts.isEmpty { parts.append("lets everyone in") }
        if !trusted.isEmpty {
            parts.append("trusts \(some(trusted.patterns.map(\.text))) to name the client")
        }
        if let refusal, restricts { parts.append("others get \(refusal.writtenRefusal)") }
        return parts.joined(separator: "; ")
    }
}

extension Keys {
    /// Counts alone, because a pattern may be a key: `2 accepted, 1 revoked`.
    var written: String {
        var parts: [String] = []
        if let accept { parts.append("\(accept.count) accepted") }
        if !revoked.isEmpty { parts.append("\(revoked.count) revoked") }
        if !outOfQuota.isEmpty { parts.append("\(outOfQuota.count) out of quota") }
        if !denied.isEmpty { parts.append("\(denied.count) denied some models") }
        if !expiring.isEmpty { parts.append("\(expiring.count) expiring") }
        return parts.joined(separator: ", ")
    }

    /// The same counts, for `--json`.
    var json: JSON {
        func count(_ count: Int) -> JSON { .number(JSONNumber(count)) }
        return [
            "class": .string(determinism.rawValue),
            "reasons": .array(determinismReasons.map { .string($0) }),
            "accepted": accept.map { count($0.count) } ?? .null,
            "revoked": count(revoked.count), "out-of-quota": count(outOfQuota.count),
            "denied": count(denied.count), "expiring": count(expiring.count),
        ]
    }

    /// Why the decisions are `ordered` or `timed`; empty where they are pure.
    var determinismReasons: [String] {
        var reasons: [String] = []
        if let after = expiring.compactMap(\.after).min() {
            reasons.append("reads the clock: keys that expire after \(after.written)")
        }
        if let calls = expiring.compactMap(\.calls).min() {
            reasons.append("counts calls: keys that expire after \(calls)")
        }
        return reasons
    }
}

extension Fault {
    /// The answer of a refusal in a few words.
    var writtenRefusal: String {
        guard case .error(let fault) = self, let override = fault.override else { return written }
        var parts: [String] = []
        if let status = override.status { parts.append("status \(status)") }
        if !override.headers.isEmpty {
            parts.append(override.headers.count == 1 ? "a header" : "headers")
        }
        if override.body != nil { parts.append("a body") }
        return parts.joined(separator: ", ")
    }
}

/// The first of many, and how many more.
private func some(_ texts: [String]) -> String {
    let more = texts.count > 4 ? " and \(texts.count - 3) more" : ""
    return texts.prefix(more.isEmpty ? 4 : 3).joined(separator: ", ") + more
}
