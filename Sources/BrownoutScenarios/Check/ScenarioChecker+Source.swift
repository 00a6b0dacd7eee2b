import BrownoutEngine
import BrownoutRedaction
import BrownoutYAML

// Where healthy answers come from.
extension ScenarioChecker {
    /// To be asked once the providers are known.
    mutating func source(_ node: YAMLNode) -> Source {
        guard node.entries != nil else {
            let word = scalar(node, as: "a source")
            if let word, word != Word.synthesise { refuseSource(word, at: node.span) }
            return .synthesise
        }
        guard let fields = fields(node, .source) else { return .synthesise }
        let upstreams = fields["upstream"].map { self.upstreams($0) } ?? []
        guard let path = fields["replay"] else {
            if !fields.has("replay"), !fields.has("upstream") {
                if !fields.hasUnknownKeys {
                    error("a source needs 'replay' or 'upstream'", at: node.span)
                }
                return .synthesise
            }
            for name in fields.names where name != "upstream" && name != "replay" {
                guard let key = fields.key(name) else { continue }
                error("'\(name)' is about recordings, and needs 'replay'", at: key.span)
            }
            return .upstream(upstreams)
        }
        return .replay(replay(path, fields, upstreams))
    }

    private mutating func refuseSource(_ word: String, at span: SourceSpan) {
        error(
            "\(quoted(word)) is not a source", at: span,
            nearest: word == "synthesize"
                ? Word.synthesise : NearestWord.nearest(to: word, among: [Word.synthesise]),
            allowed: [Word.synthesise, "{replay: PATH}", "{upstream: {PROVIDER: URL}}"])
    }

    private mutating func replay(
        _ node: YAMLNode, _ fields: Fields, _ upstreams: [Upstream]
    ) -> ReplaySource {
        var replay = ReplaySource(path: path(node) ?? "")
        replay.upstreams = upstreams
        if let node = fields["match"] {
            for item in oneOrMany(node) {
                if let rule = matchRule(item) { replay.match.append(rule) }
            }
        }
        if let node = fields["on-miss"] {
            replay.onMiss = word(node, as: "what becomes of a miss") ?? .fail
        }
        if replay.onMiss == .upstream, upstreams.isEmpty, !fields.has("upstream") {
            error(
                "'on-miss: upstream' needs 'upstream'", at: node.span,
                note: "for example: upstream: {openai: \"https://api.openai.com/v1\"}")
        }
        if replay.onMiss != .upstream, let key = fields.key("upstream") {
            error(
                "'upstream' is not used: 'on-miss' is '\(replay.onMiss.rawValue)'", at: key.span,
                note: "add 'on-miss: upstream'")
        }
        if let node = fields["pace"] { replay.pace = replayPace(node) }
        if let node = fields["order"] {
            replay.order = word(node, as: "an order") ?? .repeatLast
        }
        replay.freshIDs = isChanged(fields["ids"], .ids)
        replay.createdNow = isChanged(fields["created"], .created)
        if let node = fields["ttl"] { replay.timesToLive = lives(node) }
        return replay
    }

    /// A path that exists; one that is not absolute is looked for in the scenario's folder.
    private mutating func path(_ node: YAMLNode) -> String? {
        guard let text = name(node, as: "a path") else { return nil }
        let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
        let path = text.hasPrefix("/") ? text : folder + text
        do throws(FileProblem) {
            try FileBytes.check(path)
        } catch {
            self.error("'\(path)' \(error.message)", at: node.span)
        }
        return path
    }

    private mutating func isChanged(_ node: YAMLNode?, _ choice: RecordedOrNot) -> Bool {
        guard let node, let word = scalar(node, as: "a word") else { return false }
        if choice.words.contains(word) { return word != choice.words[0] }
        error(
            "\(quoted(word)) is not one of the choices", at: node.span,
            nearest: NearestWord.nearest(to: word, among: choice.words), allowed: choice.words)
        return false
    }

    private mutating func replayPace(_ node: YAMLNode) -> ReplayPace {
        if node.entries != nil { return .retimed(pace(node)) }
        let pace = value(node, .replayPace) { text throws(GrammarError) in
            try PhaseValue.readReplayPace(text)
        }
        return pace ?? .recorded
    }

    private mutating func lives(_ node: YAMLNode) -> [RecordingLife] {
        guard node.items != nil else {
            return life(node).map { [RecordingLife(time: $0)] } ?? []
        }
        var lives: [RecordingLife] = []
        for item in list(node, of: "ttl") ?? [] {
            guard let fields = fields(item, .ttl) else { continue }
            var entry = RecordingLife(time: .zero)
            entry.model = fields["model"].flatMap { glob($0) }
            if let node = fields["endpoint"] {
                for item in oneOrMany(node) {
                    if let endpoint = endpoint(item) {
                        entry.endpoints.append(endpoint)
                    }
                }
            }
            guard let time = fields["for"].flatMap({ life($0) }) else { continue }
            entry.time = time
            lives.append(entry)
        }
        return lives
    }

    private mutating func life(_ node: YAMLNode) -> Duration? {
        value(node, .duration) { text throws(GrammarError) in
            try DurationValue.read(text, longest: ScenarioLimits.longestRecordingLife)
        }
    }

    // MARK: Upstreams

    private mutating func upstreams(_ node: YAMLNode) -> [Upstream] {
        guard let entries = node.entries, !entries.isEmpty else {
            error(
                "'upstream' is a mapping of providers to URLs, not \(node.description)",
                at: node.span, note: "for example: {openai: \"https://api.openai.com/v1\"}")
            return []
        }
        var upstreams: [Upstream] = []
        for entry in entries {
            guard let name = entry.key.text else { continue }
            let known = providers.map(\.name)
            if !known.contains(name) {
                error(
                    "\(quoted(name)) is not a provider", at: entry.key.span,
                    nearest: NearestWord.nearest(to: name, among: known), allowed: known)
            }
            guard let url = scalar(entry.value, as: "a URL") else { continue }
            if let upstream = Upstream(provider: name, checking: url) {
                if transport?.address?.isMeant(by: url) ?? false {
                    error(
                        "\(quoted(url)) is this server's own data port: it would ask itself",
                        at: entry.value.span,
                        note: "name the provider, or another port with --port")
                }
                upstreams.append(upstream)
            } else {
                error(
                    "\(quoted(Redaction.withoutUserInformation(url))) is not a base URL",
                    at: entry.value.span,
                    note: "http:// or https://, a host, and a path without a query; no user")
            }
        }
        return upstreams
    }

    // MARK: Matching

    private mutating func matchRule(_ node: YAMLNode) -> MatchRule? {
        guard let fields = fields(node, .match) else { return nil }
        if fields.names.allSatisfy({ $0 == "model" }), !fields.hasUnknownKeys {
            error("'match' changes nothing", at: node.span, allowed: ["on", "add", "drop"])
        }
        var rule = MatchRule(model: fields["model"].flatMap { glob($0) })
        if let node = fields["on"] { rule.parts = parts(node, of: "on") }
        if let node = fields["add"] {
            for part in parts(node, of: "add") where !rule.parts.contains(part) {
                rule.parts.append(part)
            }
        }
        if let node = fields["drop"] {
            for item in oneOrMany(node) { drop(item, from: &rule) }
        }
        if rule.parts.isEmpty { error("nothing is left to match on", at: node.span) }
        return rule
    }

    private mutating func parts(_ node: YAMLNode, of key: String) -> [MatchPart] {
        var parts: [MatchPart] = []
        for item in list(node, of: key) ?? [] {
            if let part = part(item) { parts.append(part) }
        }
        return parts
    }

    private mutating func part(_ node: YAMLNode) -> MatchPart? {
        guard node.entries != nil else {
            guard let text = scalar(node, as: "a part of a request") else { return nil }
            if text.hasPrefix("/") { return .pointer(text) }
            return part(named: text, at: node.span)
        }
        guard let fields = fields(node, .matchPart), let name = fields.names.first else {
            return nil
        }
        if fields.names.count > 1 {
            error("a part is one of: header, query, body", at: node.span)
        }
        guard let text = fields[name].flatMap({ scalar($0, as: "a name") }) else { return nil }
        switch name {
        case "header": return .header(text.lowercased())
        case "query": return .queryItem(text)
        default:
            if text.hasPrefix("/") || text.isEmpty { return .pointer(text) }
            error(
                "\(quoted(text)) is not a JSON Pointer", at: node.span,
                note: "it begins with '/', for example /metadata/user")
            return nil
        }
    }

    private mutating func part(named text: String, at span: SourceSpan) -> MatchPart? {
        let words = MatchPart.words.map(\.word)
        let word = text.split(separator: " ").joined(separator: "-")
        if let found = MatchPart.words.first(where: { $0.word == word }) { return found.part }
        error(
            "\(quoted(text)) is not a part of a request", at: span,
            nearest: NearestWord.nearest(to: text, among: words),
            allowed: words + ["{header: …}", "{query: …}", "{body: /…}"])
        return nil
    }

    private mutating func drop(_ node: YAMLNode, from rule: inout MatchRule) {
        guard let text = scalar(node, as: "a part of a request") else { return }
        if text.hasPrefix("/") {
            rule.ignored.append(text)
            return
        }
        guard let part = part(named: text, at: node.span) else { return }
        rule.parts.removeAll { $0 == part || (part == .query && $0 == .queryWithoutBody) }
        // What is part of the normal form is taken out of it.
        if part == .model || part == .messages { rule.ignored.append("/" + text) }
    }
}
