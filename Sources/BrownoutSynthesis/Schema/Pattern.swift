/// A regular expression as far as schemas use them (ECMA 262): classes, quantifiers, groups,
/// alternatives, anchors, word boundaries and looks ahead. Looks behind, references back to a
/// group and flags are beyond it.
struct Pattern {
    /// A part of a pattern.
    indirect enum Node: Equatable {
        case one(ScalarSet)
        case sequence([Node])
        case alternatives([Node])
        /// `most` is nil without an upper end.
        case repeated(Node, least: Int, most: Int?)
        case start
        case end
        case boundary(isNegated: Bool)
        case ahead(Node, isNegated: Bool)
    }

    let root: Node

    /// Bytes of a pattern at most; longer ones are not read.
    static let longest = 2_000

    /// Nil for a text that is no pattern, or one beyond this kind.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        var parser = PatternParser(text)
        guard let root = parser.pattern() else { return nil }
        self.root = root
    }
}

/// A recursive-descent parser; nil means "not understood" throughout.
struct PatternParser {
    let scalars: [Unicode.Scalar]
    var place = 0
    private var depth = 0

    private static let deepest = 50
    /// Repetitions that are taken seriously, also of what is itself repeated.
    private static let mostRepeats = 10_000

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func pattern() -> Pattern.Node? {
        guard let node = alternatives(), place == scalars.count else { return nil }
        return node
    }

    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func alternatives() -> Pattern.Node? {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { return nil }
        var options: [Pattern.Node] = []
        repeat {
            guard let option = sequence() else { return nil }
            options.append(option)
        } while take("|")
        return options.count == 1 ? options[0] : .alternatives(options)
    }

    private mutating func sequence() -> Pattern.Node? {
        var nodes: [Pattern.Node] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            guard let atom = atom(), let node = quantified(atom) else { return nil }
            nodes.append(node)
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom() -> Pattern.Node? {
        guard let scalar = next else { return nil }
        switch scalar {
        case "^":
            place += 1
            return .start
        case "$":
            place += 1
            return .end
        case ".":
            place += 1
            return .one(.anything)
        case "(": return group()
        case "[": return set().map { .one($0) }
        case "\\": return escape()
        case "*", "+", "?": return nil
        default:
            place += 1
            return .one(.one(scalar.value))
        }
    }

    private mutating func group() -> Pattern.Node? {
        place += 1
        var look: Bool?
        if take("?") {
            if take("=") {
                look = false
            } else if take("!") {
                look = true
            } else if !take(":") {
                // A named group: `(?<name>`, or `(?P<name>` as Python has it.
                _ = take("P")
                guard take("<"), next != "=", next != "!" else { return nil }
                while let scalar = next, scalar != ">" { _ = take(String(scalar)) }
                guard take(">") else { return nil }
            }
        }
        guard let inner = alternatives(), take(")") else { return nil }
        return look.map { .ahead(inner, isNegated: $0) } ?? inner
    }

    // MARK: - Quantifiers

    private mutating func quantified(_ atom: Pattern.Node) -> Pattern.Node? {
        var bounds: (least: Int, most: Int?)?
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if next == "{" {
            bounds = braces()
            // Where it is no quantifier, a brace stands for itself.
            if bounds == nil { return atom }
        }
        guard let bounds else { return atom }
        guard bounds.least <= Self.mostRepeats, bounds.most.map({ $0 >= bounds.least }) ?? true
        else { return nil }
        // How greedy it is does not change what fits.
        _ = take("?")
        if next == "*" || next == "+" || next == "?" { return nil }
        // What has no length fits as often as it is asked to, or not once.
        if atom.isEmpty {
            return .repeated(atom, least: min(bounds.least, 1), most: min(bounds.most ?? 1, 1))
        }
        guard bounds.least * atom.least <= Self.mostRepeats else { return nil }
        return .repeated(atom, least: bounds.least, most: bounds.most)
    }

    private mutating func braces() -> (least: Int, most: Int?)? {
        let start = place
        place += 1
        if let least = number() {
            if take("}") { return (least, least) }
            if take(",") {
                if take("}") { return (least, nil) }
                if let most = number(), take("}") { return (least, most) }
            }
        }
        place = start
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = next.flatMap({ Int(String($0)) }) {
            value = min((value ?? 0) * 10 + digit, 1_000_000)
            place += 1
        }
        return value
    }
}
