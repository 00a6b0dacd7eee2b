import BrownoutDialects

/// A grammar as OpenAI's custom tools take them (Lark's grammar reference): rules and terminals of
/// texts, patterns, alternatives, groups and repetitions, the common terminals, and what is
/// ignored. Templates, imports of other grammars and `%declare` are beyond it.
struct LarkGrammar {
    /// A part of a rule.
    indirect enum Node {
        case text(String)
        case pattern(String)
        case name(String)
        case sequence([Node])
        case alternatives([Node])
        /// `most` is nil without an upper end.
        case repeated(Node, least: Int, most: Int?)
    }

    private let rules: [String: Node]
    /// How many names deep each rule's shortest text is; a rule that is not here has none.
    private var heights: [String: Int] = [:]
    private let joint: String

    /// Bytes and rules of a grammar at most; larger ones are not read.
    private static let (longest, mostRules) = (20_000, 500)

    /// Nil for a text that is no grammar of this kind, or one that no text meets.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        var parser = LarkParser(text)
        guard let rules = parser.rules(), rules.count <= Self.mostRules else { return nil }
        self.rules = rules
        joint = parser.ignoresSpace ? " " : ""
        findHeights(parser.order)
        guard heights["start"] != nil else { return nil }
    }

    /// Terminals that Lark's `common` grammar has, as patterns.
    static let common: [String: String] = [
        "CNAME": "[a-z_][a-z0-9_]{2,8}", "CR": "\\r", "DECIMAL": "[1-9][0-9]{0,2}\\.[0-9]{1,2}",
        "DIGIT": "[0-9]", "ESCAPED_STRING": "\"[a-z]{3,9}\"",
        "FLOAT": "[1-9][0-9]{0,2}\\.[0-9]{1,2}", "HEXDIGIT": "[0-9a-f]", "INT": "[1-9][0-9]{0,2}",
        "LCASE_LETTER": "[a-z]", "LETTER": "[a-z]", "LF": "\\n", "NEWLINE": "\\n",
        "NUMBER": "[1-9][0-9]{0,2}", "SIGNED_FLOAT": "-?[1-9][0-9]{0,2}\\.[0-9]{1,2}",
        "SIGNED_INT": "-?[1-9][0-9]{0,2}", "SIGNED_NUMBER": "-?[1-9][0-9]{0,2}",
        "UCASE_LETTER": "[A-Z]", "WORD": "[a-z]{3,9}", "WS": " ", "WS_INLINE": " ",
    ]

    // MARK: - Heights

    /// Rules that lead to each other have to be gone through until nothing changes.
    private mutating func findHeights(_ order: [String]) {
        var isChanged = true
        while isChanged {
            isChanged = false
            for name in order {
                guard let node = rules[name], let height = height(node) else { continue }
                if height + 1 < heights[name] ?? Int.max {
                    heights[name] = height + 1
                    isChanged = true
                }
            }
        }
    }

    private func height(_ node: Node) -> Int? {
        switch node {
        case .text, .pattern: 0
        case .name(let name): heights[name]
        case .sequence(let nodes):
            nodes.reduce(0) { most, node in most.flatMap { m in height(node).map { max(m, $0) } } }
        case .alternatives(let nodes): nodes.compactMap(height).min()
        case .repeated(let node, let least, _): least == 0 ? 0 : height(node)
        }
    }

    // MARK: - Texts

    /// A text in the making.
    private struct Room {
        var text = ""
        var steps = 0
        /// Inside of a terminal, where nothing is ignored.
        var isInTerminal = false
    }

    private static let (fullDepth, mostSteps, longestText) = (8, 5_000, 10_000)
    /// What a pattern counts for.
    private static let patternSteps = 25

    /// A text that the grammar takes; nil where it became too long.
    func text(_ draws: inout WordStream) -> String? {
        var room = Room()
        guard append(.name("start"), depth: 0, &room, &draws) else { return nil }
        return room.text
    }

    private func append(
        _ node: Node, depth: Int, _ room: inout Room, _ draws: inout WordStream
    ) -> Bool {
        room.steps += 1
        guard room.steps < Self.mostSteps, room.text.utf8.count < Self.longestText else {
            return false
        }
        switch node {
        case .text(let text): add(text, &room)
        case .pattern(let pattern):
            room.steps += Self.patternSteps
            guard let text = CustomInput.matching(pattern, &draws) else { return false }
            add(text, &room)
        case .name(let name): return append(name, depth: depth, &room, &draws)
        case .sequence(let nodes):
            for node in nodes where !append(node, depth: depth, &room, &draws) { return false }
        case .alternatives(let nodes):
            guard let node = option(nodes, depth: depth, &draws) else { return false }
            return append(node, depth: depth, &room, &draws)
        case .repeated(let node, let least, let most):
            let spread = depth < Self.fullDepth ? min((most ?? least + 2) - least, 2) : 0
            let count = height(node) == nil ? 0 : least + draws.below(max(spread, 0) + 1)
            guard count >= least else { return false }
            for _ in 0..<count where !append(node, depth: depth, &room, &draws) { return false }
        }
        return true
    }

    private func append(
        _ name: String, depth: Int, _ room: inout Room, _ draws: inout WordStream
    ) -> Bool {
        guard let rule = rules[name] else { return false }
        guard !room.isInTerminal, LarkParser.isTerminal(name) else {
            return append(rule, depth: depth + 1, &room, &draws)
        }
        if !room.text.isEmpty { room.text += joint }
        room.isInTerminal = true
        defer { room.isInTerminal = false }
        return append(rule, depth: depth + 1, &room, &draws)
    }

    private func add(_ text: String, _ room: inout Room) {
        if !room.isInTerminal, !room.text.isEmpty { room.text += joint }
        room.text += text
    }

    /// One of several alternatives that come to an end; deep down the one that does so soonest.
    private func option(
        _ nodes: [Node], depth: Int, _ draws: inout WordStream
    ) -> Node? {
        let known = nodes.compactMap { node in height(node).map { (node: node, height: $0) } }
        guard !known.isEmpty else { return nil }
        if depth < Self.fullDepth { return known[draws.below(known.count)].node }
        return known.min { $0.height < $1.height }?.node
    }
}
