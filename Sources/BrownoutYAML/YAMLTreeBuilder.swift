import BrownoutJSON

/// Builds a ``YAMLTree`` from events, with a stack of its own.
struct YAMLTreeBuilder {
    /// A list or mapping whose end has not come yet.
    private struct Open {
        var isMapping: Bool
        var start: Int
        var anchor: String?
        var tag: String?
        var items: [YAMLTree] = []
        var members: [YAMLTree.Member] = []
        /// The key whose value comes next.
        var key: (text: String, isBinary: Bool)?
    }

    private let source: SourceText
    private let limits: YAMLTree.Limits
    private var stack: [Open] = []
    private var anchors: [String: YAMLTree] = [:]
    private var nodes = 0
    private var root: YAMLTree?

    init(_ source: SourceText, _ limits: YAMLTree.Limits) {
        self.source = source
        self.limits = limits
    }

    mutating func build() throws(YAMLTree.Failure) -> YAMLTree {
        if let line = source.lineOfDirective(9) {
            throw failure(at: source.place(offset: line), "more than 8 directives")
        }
        var events = YAMLEvents(source.bytes)
        while root == nil {
            let event: YAMLEvent
            do throws(YAMLFailure) { event = try events.next() } catch {
                throw failure(at: place(error.place), "this is not YAML: \(error.message)")
            }
            if case .streamEnd = event.kind {
                throw failure(at: source.place(offset: 0), "the file is empty")
            }
            try take(event)
        }
        return root ?? YAMLTree(.null)
    }

    private mutating func take(_ event: YAMLEvent) throws(YAMLTree.Failure) {
        switch event.kind {
        case .scalar(let text, let style):
            try count(1, event)
            let tag = event.tag.map(Self.short)
            let node = YAMLTree(
                Self.content(text, isPlain: style == .plain, tag: tag), tag: Self.kept(tag),
                line: source.place(scalar: event.start).line)
            put(node)
            if let anchor = event.anchor { anchors[anchor] = node }
        case .alias(let name):
            guard let node = anchors[name] else {
                throw failure(
                    at: source.place(scalar: event.start), "alias '*\(name)' names no anchor")
            }
            try count(node.count, event)
            try checkDepth(stack.count + node.height, event)
            put(node)
        case .sequenceStart:
            try open(Open(isMapping: false, start: event.start, anchor: event.anchor), event)
        case .mappingStart:
            try open(Open(isMapping: true, start: event.start, anchor: event.anchor), event)
        case .sequenceEnd, .mappingEnd:
            guard let open = stack.popLast() else { return }
            let node = YAMLTree(
                open.isMapping ? .map(open.members) : .list(open.items), tag: Self.kept(open.tag),
                line: source.place(scalar: open.start).line
            ).unwrapped
            put(node)
            if let anchor = open.anchor { anchors[anchor] = node }
        case .streamStart, .streamEnd, .documentStart, .documentEnd: break
        }
    }

    private mutating func open(
        _ open: Open, _ event: YAMLEvent
    ) throws(YAMLTree.Failure) {
        try count(1, event)
        try checkDepth(stack.count + 1, event)
        var open = open
        open.tag = event.tag.map(Self.short)
        stack.append(open)
    }

    private mutating func put(_ node: YAMLTree) {
        guard !stack.isEmpty else {
            root = node
            return
        }
        let last = stack.count - 1
        guard stack[last].isMapping else { return stack[last].items.append(node) }
        if let key = stack[last].key {
            stack[last].members.append(
                YAMLTree.Member(key.text, isBinaryKey: key.isBinary, node))
            stack[last].key = nil
        } else if case .binary(let base64) = node.content {
            stack[last].key = (base64, true)
        } else {
            stack[last].key = (node.text ?? node.json.text, false)
        }
    }

    private mutating func count(_ more: Int, _ event: YAMLEvent) throws(YAMLTree.Failure) {
        nodes += more
        guard nodes <= limits.nodes else {
            throw failure(
                at: source.place(scalar: event.start), "more than \(limits.nodes) values")
        }
    }

    private func checkDepth(_ depth: Int, _ event: YAMLEvent) throws(YAMLTree.Failure) {
        guard depth <= limits.depth else {
            throw failure(
                at: source.place(scalar: event.start),
                "nested deeper than \(limits.depth) levels")
        }
    }

    private func failure(at place: SourcePlace, _ message: String) -> YAMLTree.Failure {
        YAMLTree.Failure(line: place.line, column: place.column, message: message)
    }

    private func place(_ place: YAMLFailure.Place) -> SourcePlace {
        switch place {
        case .scalar(let index): source.place(scalar: index)
        case .offset(let offset): source.place(offset: offset)
        }
    }

    // MARK: - Types (YAML 1.1, as PyYAML's resolver has them)

    /// `!!binary` for `tag:yaml.org,2002:binary`.
    private static func short(_ tag: String) -> String {
        let prefix = "tag:yaml.org,2002:"
        return tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }

    /// The tags that are more than a type we have.
    private static func kept(_ tag: String?) -> String? {
        guard let tag, !known.contains(tag) else { return nil }
        return tag
    }

    private static let known = [
        "!", "!!str", "!!binary", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map",
        "!!timestamp", "!!python/unicode", "!!python/str", "!!python/tuple",
    ]

    private static func content(
        _ text: String, isPlain: Bool, tag: String?
    ) -> YAMLTree.Content {
        switch tag {
        case "!!binary"?, "!!python/bytes"?: return .binary(base64: text)
        case nil: return isPlain ? resolved(text) : .text(text)
        case "!!int"?, "!!float"?, "!!bool"?, "!!null"?: return resolved(text)
        default: return .text(text)
        }
    }

    private static func resolved(_ text: String) -> YAMLTree.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
            return .bool(false)
        default: break
        }
        return number(text).map { .number($0) } ?? .text(text)
    }

    /// A number of YAML 1.1: a float has a point, and a sign in its exponent, so that `1e3` is
    /// text. Sexagesimal numbers (`1:30`) stay text, as nobody means them.
    private static func number(_ text: String) -> JSONNumber? {
        guard let first = text.utf8.first, first < 0x3A else { return nil }
        guard text.utf8.contains(UInt8(ascii: ".")), !text.hasPrefix("0x") else {
            return bigInteger(text) ?? integer(text).map { JSONNumber($0) }
        }
        let parts = text.split(separator: "e", maxSplits: 1).flatMap {
            $0.split(separator: "E", maxSplits: 1)
        }
        if parts.count == 2, let sign = parts[1].first, sign != "+", sign != "-" { return nil }
        do throws(JSONParseError) {
            if case .number(let number) = try JSON.parse(text) { return number }
        } catch {}
        let plain = text.filter { $0 != "_" }
        guard plain.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let value = Double(plain), value.isFinite
        else { return nil }
        return JSONNumber(text: "\(value)")
    }

    /// Digits alone, of any number, as JSON has them.
    private static func bigInteger(_ text: String) -> JSONNumber? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let first = digits.first,
            first != "0" || digits.utf8.count == 1
        else { return nil }
        return JSONNumber(text: text)
    }

    /// What JSON writes otherwise: `0x1F`, `0b101`, `017`, `1_000`, `+3`.
    private static func integer(_ text: String) -> Int? {
        let isNegative = text.hasPrefix("-")
        let isSigned = isNegative || text.hasPrefix("+")
        var digits = text.dropFirst(isSigned ? 1 : 0).filter { $0 != "_" }
        var radix = 10
        if digits.hasPrefix("0x") {
            (digits, radix) = (String(digits.dropFirst(2)), 16)
        } else if digits.hasPrefix("0b") {
            (digits, radix) = (String(digits.dropFirst(2)), 2)
        } else if digits.hasPrefix("0"), digits.count > 1 {
            radix = 8
        }
        guard digits.first?.isHexDigit == true else { return nil }
        return Int((isNegative ? "-" : "") + digits, radix: radix)
    }
}
