import BrownoutEngine
import BrownoutYAML

extension ScenarioChecker {
    /// A fault, or a list of faults that compose.
    mutating func fault(_ node: YAMLNode) -> Fault? {
        if node.items != nil {
            guard let items = list(node, of: "fault", atMost: ScenarioLimits.faults) else {
                return nil
            }
            return composed(items)
        }
        return oneFault(node)
    }

    private mutating func composed(_ items: [YAMLNode]) -> Fault? {
        var parts: [Fault] = []
        for item in items {
            guard let fault = oneFault(item) else { continue }
            if let reason = parts.lazy.compactMap({ Fault.conflict($0, fault) }).first {
                error(
                    "\(fault.called) cannot stand beside the faults before it: \(reason)",
                    at: item.span)
            }
            parts.append(fault)
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? nil : .all(parts)
    }

    private mutating func oneFault(_ node: YAMLNode) -> Fault? {
        if node.entries != nil {
            return fields(node, .fault).flatMap { faultFields($0) }
        }
        guard let text = scalar(node, as: "a fault") else { return nil }
        return faultWord(text, at: node.span, as: "a fault")
    }

    /// A fault of one word.
    mutating func faultWord(_ text: String, at span: SourceSpan, as noun: String) -> Fault? {
        if let cause = Cause(rawValue: text) { return .error(CauseFault(cause)) }
        let kind = FaultKind.allCases.first { $0.name == text }
        if let fault = kind?.plainFault { return fault }
        let words = Word.causes + Word.faults
        if text == Word.ok {
            error(
                "'ok' is a step of a sequence, not a fault", at: span,
                note: "a rule without a fault needs a reply or a latency")
        } else if kind == .latency {
            error(
                "'latency' is not \(noun) but a key of its own", at: span,
                note: "for example: latency: 2s")
        } else if let kind {
            error(
                "'\(text)' needs more than its name", at: span,
                note: "for example: \(kind.example)")
        } else {
            let allowed = (noun == "a step" ? [Word.ok] : []) + words
            error(
                "\(quoted(text)) is not \(noun)", at: span,
                nearest: Word.causeOfStatus[text]?.rawValue
                    ?? NearestWord.nearest(to: text, among: allowed),
                allowed: (noun == "a step" ? [Word.ok] : []) + Word.causes + Word.plainFaults,
                note: "and the words of every family, which `brownout faults` shows")
        }
        return nil
    }

    /// A fault from the keys of a mapping: `fault` itself, a step or a branch.
    mutating func faultFields(_ fields: Fields) -> Fault? {
        let kinds = KeyTable.fault.needsOneOf
        let named = fields.names.filter(kinds.contains)
        if named.count > 1, let second = fields.key(named[1]) {
            error(
                "'\(named[0])' and '\(named[1])' exclude each other", at: second.span,
                note: "faults that compose are a list: fault: [{\(named[0]): …}, {\(named[1]): …}]")
            return nil
        }
        guard let kind = named.first.flatMap(FaultKey.init) else {
            // Where a key was unknown, it was meant to be the one that is missing.
            if !fields.hasUnknownKeys {
                error(
                    "a fault needs the key that says what it is",
                    at: (fields.first(of: KeyTable.fault.names)?.span) ?? fields.span,
                    allowed: kinds)
            }
            return nil
        }
        for owner in KeyTable.detailOwners
        where fields.has(owner.detail) && !owner.keys.contains(kind) {
            error(
                "'\(owner.detail)' belongs to \(owner.words), not to '\(kind.rawValue)'",
                at: fields.key(owner.detail)?.span ?? fields.span)
        }
        let position = fields["at"].flatMap { node in
            value(node, .position) { text throws(GrammarError) in try PositionValue.read(text) }
        }
        guard let node = fields[kind.rawValue], position != nil || !fields.has("at") else {
            // The other values are still read, so that their errors are shown too.
            if kind == .cause { _ = causeFault(fields) }
            return nil
        }
        return fault(kind, node, fields, position)
    }

    private mutating func fault(
        _ key: FaultKey, _ node: YAMLNode, _ fields: Fields, _ position: Position?
    ) -> Fault? {
        switch key {
        case .cause:
            guard let cause = causeFault(fields) else { return nil }
            return position.map { .errorEvent(cause, at: $0) } ?? .error(cause)
        case .cut: return cut(fields, position)
        case .stall: return stall(fields, position)
        case .hang: return hang(fields, position ?? .start)
        case .dribble: return byteRate(node).map { .dribble($0, at: position ?? .headers) }
        case .slowHeaders: return byteRate(node).map { .slowHeaders($0) }
        case .refuse: return time(node, of: "refuse").map { .refuse($0) }
        case .connection: return connection(fields)
        case .framing: return framing(fields, position)
        case .mangle:
            let word: Mangle? = member(node, as: "a mangle")
            return word.map { .mangle($0, at: position ?? Position.usual) }
        case .shape: return (member(node, as: "a shape") as StreamShape?).map(Fault.shape)
        case .missing: return (member(node, as: "a part") as MissingPart?).map(Fault.missing)
        case .content:
            return (member(node, as: "a fault of content") as ContentFault?).map(Fault.content)
        case .page: return (member(node, as: "a page") as ProxyPage?).map(Fault.page)
        case .raw: return rawAnswer(node).map(Fault.raw)
        case .rawStream: return rawStream(node).map(Fault.rawStream)
        case .http2: return http2(fields, position)
        case .tls: return tls(fields, position)
        }
    }

    /// A word of one family; one of another is told where it belongs.
    private mutating func member<Word: FaultWord>(
        _ node: YAMLNode, as noun: String
    ) -> Word? {
        guard let text = node.text, Word(rawValue: text) == nil,
            let kind = FaultKind.allCases.first(where: { $0.name == text && $0.isWord })
        else { return word(node, as: noun) }
        error("'\(text)' is not \(noun)", at: node.span, note: "it is written \(kind.example)")
        return nil
    }

    private mutating func byteRate(_ node: YAMLNode) -> ByteRate? {
        value(node, .byteRate) { text throws(GrammarError) in try ByteRateValue.read(text) }
    }

    /// A duration that is not zero.
    private mutating func time(_ node: YAMLNode, of key: String) -> Duration? {
        let time = duration(node)
        guard time == .zero else { return time }
        error("'\(key)' of no time does nothing", at: node.span)
        return nil
    }

    // MARK: Endings and silences

    private mutating func needsPosition(_ fields: Fields, _ kind: String) {
        error(
            "'\(kind)' needs a position", at: fields.key(kind)?.span ?? fields.span,
            note: "add 'at', for example: "
                + (kind == "cut" ? "{cut: reset, at: token 5}" : "{stall: 20s, at: 50%}"))
    }

    private mutating func cut(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["cut"] else { return nil }
        let ending: CutEnding? = word(node, as: "an ending")
        guard let position else {
            needsPosition(fields, "cut")
            return nil
        }
        guard let ending else { return nil }
        if ending == .clean, position == .start {
            error(
                "a clean cut cannot be at the start: there is no stream to end before the head",
                at: fields["at"]?.span ?? node.span,
                note: "use 'at: headers', or 'fault: no-answer'")
            return nil
        }
        return .cut(ending, at: position)
    }

    private mutating func stall(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["stall"] else { return nil }
        let time = duration(node)
        guard let position else {
            needsPosition(fields, "stall")
            return nil
        }
        if time == .zero {
            error("a stall of no time does nothing", at: node.span)
            return nil
        }
        return time.map { .stall($0, at: position) }
    }

    private mutating func hang(_ fields: Fields, _ position: Position) -> Fault? {
        guard let node = fields["hang"] else { return nil }
        if node.text == "forever" { return .hang(nil, at: position) }
        let time = value(node, .duration) { text throws(GrammarError) in
            do throws(GrammarError) {
                return try DurationValue.read(text)
            } catch {
                var error = error
                if error.allowed == Grammar.duration.examples {
                    error.allowed = ["forever"] + error.allowed
                    error.nearest = NearestWord.nearest(to: text, among: ["forever"])
                }
                throw error
            }
        }
        return time.map { .hang($0, at: position) }
    }

    // MARK: Families with details

    private mutating func connection(_ fields: Fields) -> Fault? {
        guard let node = fields["connection"] else { return nil }
        let word: ConnectionFault? = member(node, as: "a connection fault")
        var after = ConnectionFault.usualIdleTime
        if let node = fields["after"] {
            after = duration(node) ?? after
            if let word, word != .finWhileIdle {
                error(
                    "'after' belongs to 'fin-while-idle', not to '\(word.rawValue)'",
                    at: fields.key("after")?.span ?? node.span)
            }
        }
        return word.map { .connection($0, after: after) }
    }

    private mutating func framing(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["framing"] else { return nil }
        let word: FramingFault? = member(node, as: "a framing fault")
        if let word { refusePosition(fields, of: word.rawValue, unless: word.takesPosition) }
        return word.map { .framing($0, at: position ?? .headers) }
    }

    private mutating func tls(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["tls"] else { return nil }
        let word: TLSFault? = member(node, as: "a TLS fault")
        if let word { refusePosition(fields, of: word.rawValue, unless: word.takesPosition) }
        return word.map { .tls($0, at: position ?? Position.usual) }
    }

    private mutating func refusePosition(
        _ fields: Fields, of name: String, unless takesPosition: Bool
    ) {
        guard !takesPosition, let key = fields.key("at") else { return }
        error("'\(name)' stands at no place of the answer, so 'at' says nothing", at: key.span)
    }

    private mutating func http2(_ fields: Fields, _ position: Position?) -> Fault? {
        guard let node = fields["http2"] else { return nil }
        let word: HTTP2Fault.Word? = member(node, as: "an HTTP/2 fault")
        var code: UInt32?
        if let node = fields["code"] { code = errorCode(node) }
        var last = HTTP2Fault.LastStream.this
        if let node = fields["last-stream"] { last = lastStream(node) ?? .this }
        guard let word else { return nil }
        refusePosition(fields, of: word.rawValue, unless: word.takesPosition)
        for (detail, owners) in [
            ("code", [HTTP2Fault.Word.goAway, .resetStream]), ("last-stream", [.goAway]),
        ] where fields.has(detail) && !owners.contains(word) {
            error(
                "'\(detail)' does not belong to '\(word.rawValue)'",
                at: fields.key(detail)?.span ?? fields.span)
        }
        if word == .earlyEndStream, position == .start {
            error(
                "an early END_STREAM cannot be at the start: there is no stream to end before the "
                    + "head",
                at: fields["at"]?.span ?? node.span,
                note: "use 'at: headers', or '{http2: reset-stream, at: start}'")
            return nil
        }
        return .http2(
            HTTP2Fault(word, code: code ?? word.usualCode, lastStream: last),
            at: position ?? word.usualPosition)
    }

    private mutating func errorCode(_ node: YAMLNode) -> UInt32? {
        if let code = HTTP2Code.allCases.first(where: { $0.name == node.text }) {
            return code.rawValue
        }
        if let text = node.text, text.utf8.allSatisfy(isDigit) {
            return integer(node, of: "code", in: 0...UInt32.max)
        }
        let names = HTTP2Code.allCases.map(\.name)
        error(
            "\(node.description) is not an error code of HTTP/2", at: node.span,
            nearest: node.text.flatMap { NearestWord.nearest(to: $0, among: names) },
            allowed: names)
        return nil
    }

    private mutating func lastStream(_ node: YAMLNode) -> HTTP2Fault.LastStream? {
        if node.text == "this" { return .this }
        if node.text == "previous" { return .previous }
        guard let text = node.text, !text.isEmpty, text.utf8.allSatisfy(isDigit) else {
            error(
                "\(node.description) is not a stream", at: node.span,
                nearest: node.text.flatMap {
                    NearestWord.nearest(to: $0, among: Word.lastStreams)
                }, allowed: Word.lastStreams + ["0"])
            return nil
        }
        return integer(node, of: "last-stream", in: 0...0x7FFF_FFFF).map { .number($0) }
    }
}

extension FaultKind {
    /// The fault that the name alone stands for; nil where it needs more.
    fileprivate var plainFault: Fault? {
        switch self {
        case .noAnswer: .cut(.fin, at: .start)
        case .reset: .cut(.reset, at: .start)
        case .halfOpen: .cut(.halfOpen, at: .start)
        case .connection(let word): .connection(word, after: ConnectionFault.usualIdleTime)
        case .framing(let word): .framing(word, at: .headers)
        case .mangle(let word): .mangle(word, at: Position.usual)
        case .shape(let word): .shape(word)
        case .missing(let word): .missing(word)
        case .content(let word): .content(word)
        case .page(let word): .page(word)
        case .http2(let word):
            .http2(HTTP2Fault(word, code: word.usualCode), at: word.usualPosition)
        case .tls(let word): .tls(word, at: Position.usual)
        case .error, .errorEvent, .cut, .stall, .hang, .latency, .slowHeaders, .dribble, .refuse,
            .raw, .rawStream:
            nil
        }
    }
}

extension Position {
    /// Where a fault stands that a scenario gives no place: half-way through the answer.
    fileprivate static let usual = Position.percent(Chance(1, outOf: 2) ?? .always)
}

extension ConnectionFault {
    fileprivate static let usualIdleTime = Duration.milliseconds(100)
}

extension HTTP2Fault.Word {
    fileprivate var usualCode: UInt32 {
        self == .resetStream ? HTTP2Code.internalError.rawValue : HTTP2Code.noError.rawValue
    }

    fileprivate var usualPosition: Position {
        switch self {
        case .goAway, .oneStream, .noWindow: .start
        case .resetStream: .headers
        case .earlyEndStream: Position.usual
        }
    }
}
