/// Builds the node tree of a YAML document, or of a JSON text, from its events, with a stack of its
/// own: no depth of nesting in a file becomes a depth of calls here.
struct NodeComposer {
    /// An error that ends the reading, or one that does not.
    struct Problem: Error {
        var span: SourceSpan
        var message: String
        var note: String?
    }

    /// A list or mapping whose end has not come yet.
    private struct Open {
        var isMapping: Bool
        var isFlow: Bool
        var start: Int
        var anchor: String?
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var keys: [String: SourcePlace] = [:]
        /// The key whose value comes next.
        var key: YAMLNode?
        var hasKey = false
        var hasRefusedKeys = false
        /// Whether its items are offered to ``YAMLItems/take``.
        var isOffered = false
    }

    private let source: SourceText
    private let limits: YAMLLimits
    private let items: YAMLItems?
    private var stack: [Open] = []
    private var anchors: [String: YAMLNode] = [:]
    private var nodes = 0
    private var aliasBytes = 0
    private var root: YAMLNode?
    /// Errors that did not end the reading.
    private(set) var problems: [Problem] = []

    init(_ source: SourceText, limits: YAMLLimits, items: YAMLItems? = nil) {
        self.source = source
        self.limits = limits
        self.items = items
    }

    /// The tree; nil for a file without content.
    mutating func compose() throws(Problem) -> YAMLNode? {
        if var events = JSONEvents(source.bytes) {
            return try compose { () throws(YAMLFailure) in events.next() }
        }
        if let line = source.lineOfDirective(limits.directives + 1) {
            let place = source.place(offset: line)
            throw Problem(
                span: SourceSpan(place, place),
                message: "more than \(limits.directives) directives")
        }
        var events = YAMLEvents(source.bytes)
        return try compose { () throws(YAMLFailure) in try events.next() }
    }

    private mutating func compose(
        _ next: () throws(YAMLFailure) -> YAMLEvent
    ) throws(Problem) -> YAMLNode? {
        var documents = 0
        while true {
            let event: YAMLEvent
            do throws(YAMLFailure) { event = try next() } catch { throw problem(error) }
            switch event.kind {
            case .streamEnd: return root
            case .streamStart, .documentEnd: break
            case .documentStart:
                documents += 1
                guard documents == 1 else {
                    throw Problem(
                        span: span(event), message: "a second document begins here",
                        note: limits.secondDocument)
                }
            default: try take(event)
            }
        }
    }

    private mutating func take(_ event: YAMLEvent) throws(Problem) {
        if event.tag != nil {
            problems.append(
                Problem(
                    span: span(event), message: "a tag has no use here",
                    note: "a value is read as its key wants it"))
        }
        switch event.kind {
        case .scalar(let text, let style):
            try count(1, event)
            let node = YAMLNode(.scalar(text, style), span: span(event))
            try place(node, event)
            remember(node, event.anchor)
        case .alias(let name):
            try expand(name, event)
        case .sequenceStart:
            try open(
                Open(isMapping: false, isFlow: true, start: event.start, anchor: event.anchor),
                event)
        case .mappingStart(let flow):
            try open(
                Open(isMapping: true, isFlow: flow, start: event.start, anchor: event.anchor), event
            )
        case .sequenceEnd, .mappingEnd:
            guard let open = stack.popLast() else { return }
            let node = close(open, event)
            try place(node, event)
            remember(node, open.anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd: break
        }
    }

    private mutating func open(_ open: Open, _ event: YAMLEvent) throws(Problem) {
        try count(1, event)
        guard stack.count < limits.depth else { throw tooDeep(event) }
        var open = open
        if let items, !open.isMapping, open.anchor == nil, stack.count == items.path.count {
            open.isOffered = zip(stack, items.path).allSatisfy { $0.key?.text == $1 }
        }
        stack.append(open)
    }

    private func close(_ open: Open, _ event: YAMLEvent) -> YAMLNode {
        let start = source.place(scalar: open.start)
        if open.isMapping {
            // A block mapping ends where the next thing begins; its first key says where it is.
            let end =
                open.isFlow ? source.place(scalar: event.end) : open.entries.first?.key.span.end
            var node = YAMLNode(.mapping(open.entries), span: SourceSpan(start, end ?? start))
            node.hasRefusedKeys = open.hasRefusedKeys
            return node
        }
        let end = source.place(scalar: event.end)
        return YAMLNode(.sequence(open.items), span: SourceSpan(start, max(start, end)))
    }

    /// Puts a whole node where it belongs: the root, a list, or a mapping's key or value.
    private mutating func place(_ node: YAMLNode, _ event: YAMLEvent) throws(Problem) {
        guard var top = stack.popLast() else {
            root = node
            return
        }
        defer { stack.append(top) }
        guard top.isMapping else {
            if !top.isOffered || items?.take(node) != true { top.items.append(node) }
            return
        }
        if top.hasKey {
            if let key = top.key { top.entries.append(.init(key: key, value: node)) }
            top.key = nil
            top.hasKey = false
            return
        }
        top.hasKey = true
        guard let text = node.text else {
            problems.append(Problem(span: node.span, message: "a key must be a word"))
            return
        }
        if text == "<<", node.content == .scalar(text, .plain) {
            top.hasRefusedKeys = true
            problems.append(
                Problem(
                    span: node.span, message: "merge keys ('<<') are not supported",
                    note: "write the keys out, or use an alias for a whole value"))
        } else if let first = top.keys[text] {
            problems.append(
                Problem(
                    span: node.span, message: "key \(quoted(text)) occurs twice",
                    note: "the first one is at line \(first.line)"))
        } else {
            top.keys[text] = node.span.start
            top.key = node
        }
    }

    /// An alias stands for the whole node, and counts as such.
    private mutating func expand(_ name: String, _ event: YAMLEvent) throws(Problem) {
        guard let node = anchors[name] else {
            throw Problem(
                span: span(event), message: "alias '*\(name)' names no anchor before it",
                note: "a pattern that begins with '*' needs quotes: \"*\(name)\"")
        }
        try count(node.count, event)
        aliasBytes += node.bytes
        guard aliasBytes <= limits.aliasBytes else {
            throw Problem(
                span: span(event),
                message: "the aliases stand for more than \(limits.aliasBytes >> 20) MiB "
                    + "of text")
        }
        guard stack.count + node.height <= limits.depth else { throw tooDeep(event) }
        try place(node, event)
    }

    private mutating func remember(_ node: YAMLNode, _ anchor: String?) {
        if let anchor { anchors[anchor] = node }
    }

    private mutating func count(_ more: Int, _ event: YAMLEvent) throws(Problem) {
        nodes += more
        guard nodes <= limits.nodes else {
            throw Problem(
                span: span(event), message: "more than \(limits.nodes) values in a file",
                note: "an alias counts as everything it stands for")
        }
    }

    private func tooDeep(_ event: YAMLEvent) -> Problem {
        Problem(span: span(event), message: "nested deeper than \(limits.depth) levels")
    }

    private func span(_ event: YAMLEvent) -> SourceSpan {
        SourceSpan(source.place(scalar: event.start), source.place(scalar: event.end))
    }
}

extension NodeComposer {
    /// libyaml's complaint, in plain words where the cause is a common one.
    private func problem(_ failure: YAMLFailure) -> Problem {
        let place = self.place(failure.place)
        if place.offset >= source.bytes.count, let begin = failure.context.map(self.place),
            begin.offset < source.bytes.count
        {
            let opener = Character(Unicode.Scalar(source.bytes[begin.offset]))
            if "\"'[{".contains(opener) {
                return problem(at: begin, "this \(opener) is never closed")
            }
        }
        let byte = place.offset < source.bytes.count ? source.bytes[place.offset] : 0
        if byte == UInt8(ascii: "\t") {
            return problem(at: place, "a tab cannot indent or begin a value", "use spaces")
        }
        let message = failure.message
        if message.contains("while scanning an alias") {
            return problem(
                at: failure.context.map(self.place) ?? place, "'*' begins an alias here",
                "a pattern that begins with '*' needs quotes: \"*\"")
        }
        if message.contains("while scanning a block scalar"),
            let begin = failure.context.map(self.place), begin.offset < source.bytes.count,
            source.bytes[begin.offset] == UInt8(ascii: ">")
        {
            return problem(
                at: begin, "'>' begins a folded text here",
                "a comparison that begins with '>' needs quotes: \">= 3\"")
        }
        if message.hasSuffix("found character that cannot start any token") {
            let character = Unicode.Scalar(byte)
            return problem(
                at: place, "a value cannot begin with '\(character)'",
                "put the value in quotes")
        }
        if message.hasSuffix("mapping values are not allowed in this context") {
            return problem(
                at: place, "a ':' is not allowed here",
                "text with ': ' in it needs quotes; a key needs a line of its own")
        }
        if message.hasSuffix("did not find expected '-' indicator")
            || message.hasSuffix("did not find expected key")
        {
            return problem(
                at: place, "this line belongs to nothing above it", "check how far it is indented")
        }
        if message.hasPrefix("control characters") {
            return problem(at: place, "a control character cannot stand here")
        }
        return problem(at: place, "this is not YAML: \(message)")
    }

    private func problem(at place: SourcePlace, _ message: String, _ note: String? = nil) -> Problem
    {
        Problem(span: SourceSpan(place, place), message: message, note: note)
    }

    private func place(_ place: YAMLFailure.Place) -> SourcePlace {
        switch place {
        case .scalar(let index): source.place(scalar: index)
        case .offset(let offset): source.place(offset: offset)
        }
    }
}
