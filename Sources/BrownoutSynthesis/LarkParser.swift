/// Reads the text of a grammar; nil means "not understood" throughout.
struct LarkParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    /// Names in the order in which they are defined.
    private(set) var order: [String] = []
    private var found: [String: LarkGrammar.Node] = [:]
    private var ignored: [LarkGrammar.Node] = []

    private static let deepest = 50

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// Whether a space between two tokens changes nothing.
    var ignoresSpace: Bool {
        ignored.contains { node in
            switch node {
            case .text(let text): text == " "
            case .pattern(let pattern): Self.takesSpace(pattern)
            case .name(let name):
                switch found[name] {
                case .text(let text)?: text == " "
                case .pattern(let pattern)?: Self.takesSpace(pattern)
                default: false
                }
            default: false
            }
        }
    }

    private static func takesSpace(_ pattern: String) -> Bool {
        Pattern("^(?:\(pattern))$")?.isFound(in: " ") ?? false
    }

    static func isTerminal(_ name: String) -> Bool {
        name.unicodeScalars.contains { ("A"..."Z").contains($0) }
    }

    mutating func rules() -> [String: LarkGrammar.Node]? {
        skipLines()
        while let scalar = next {
            guard scalar == "%" ? directive() : definition() else { return nil }
            skipLines()
        }
        return found
    }

    // MARK: - Statements

    private mutating func directive() -> Bool {
        place += 1
        guard let word = name() else { return false }
        skipSpace()
        switch word {
        case "ignore":
            guard let node = alternatives() else { return false }
            ignored.append(node)
            return true
        case "import":
            guard name() == "common" else { return false }
            if take(".") {
                guard let name = name() else { return false }
                skipSpace()
                guard take("->") else { return imports(name, as: name) }
                skipSpace()
                guard let other = self.name() else { return false }
                return imports(name, as: other)
            }
            skipSpace()
            guard take("(") else { return false }
            repeat {
                skipSpace()
                guard let name = name(), imports(name, as: name) else { return false }
                skipSpace()
            } while take(",")
            return take(")")
        default: return false
        }
    }

    private mutating func imports(_ name: String, as other: String) -> Bool {
        guard let pattern = LarkGrammar.common[name] else { return false }
        define(other, .pattern(pattern))
        return true
    }

    private mutating func define(_ name: String, _ node: LarkGrammar.Node) {
        if found[name] == nil { order.append(name) }
        found[name] = node
    }

    private mutating func definition() -> Bool {
        while take("?") || take("!") {}
        guard let name = name() else { return false }
        // A priority.
        if take(".") { _ = number() }
        skipSpace()
        guard take(":") else { return false }
        guard let node = alternatives() else { return false }
        define(name, node)
        return true
    }

    // MARK: - Expressions

    private mutating func alternatives() -> LarkGrammar.Node? {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.deepest else { return nil }
        var options: [LarkGrammar.Node] = []
        repeat {
            guard let option = sequence() else { return nil }
            options.append(option)
            skipToAlternative()
        } while take("|")
        return options.count == 1 ? options[0] : .alternatives(options)
    }

    private mutating func sequence() -> LarkGrammar.Node? {
        var nodes: [LarkGrammar.Node] = []
        while true {
            skipInside()
            if take("->") {
                skipSpace()
                guard name() != nil else { return nil }
                continue
            }
            guard let scalar = next, scalar != "|", scalar != ")", scalar != "]", scalar != "\n"
            else { break }
            guard let node = item() else { return nil }
            nodes.append(node)
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func item() -> LarkGrammar.Node? {
        guard let scalar = next, var node = atom(scalar) else { return nil }
        while true {
            if take("?") {
                node = .repeated(node, least: 0, most: 1)
            } else if take("*") {
                node = .repeated(node, least: 0, most: nil)
            } else if take("+") {
                node = .repeated(node, least: 1, most: nil)
            } else if next == "~" {
                guard let repeated = counted(node) else { return nil }
                node = repeated
            } else {
                return node
            }
        }
    }

    /// `~ 3` or `~ 2..5`.
    private mutating func counted(_ node: LarkGrammar.Node) -> LarkGrammar.Node? {
        place += 1
        skipSpace()
        guard let least = number() else { return nil }
        guard take("..") else { return .repeated(node, least: least, most: least) }
        guard let most = number(), most >= least else { return nil }
        return .repeated(node, least: least, most: most)
    }

    private mutating func atom(_ scalar: Unicode.Scalar) -> LarkGrammar.Node? {
        switch scalar {
        case "(", "[":
            place += 1
            guard let inner = alternatives() else { return nil }
            skipInside()
            guard take(scalar == "(" ? ")" : "]") else { return nil }
            return scalar == "(" ? inner : .repeated(inner, least: 0, most: 1)
        case "\"":
            guard let text = quoted() else { return nil }
            guard take("..") else {
                _ = take("i")
                return .text(text)
            }
            guard let end = quoted() else { return nil }
            return .pattern("[\(text)-\(end)]")
        case "/": return pattern()
        default: return name().map { .name($0) }
        }
    }

    private mutating func quoted() -> String? {
        guard take("\"") else { return nil }
        var text = ""
        while let scalar = next, scalar != "\n" {
            place += 1
            if scalar == "\"" { return text }
            guard scalar == "\\" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            guard let escaped = next else { return nil }
            place += 1
            switch escaped {
            case "n": text += "\n"
            case "t": text += "\t"
            case "r": text += "\r"
            default: text.unicodeScalars.append(escaped)
            }
        }
        return nil
    }

    /// `/…/` with flags, of which none changes what is made up.
    private mutating func pattern() -> LarkGrammar.Node? {
        place += 1
        var text = ""
        while let scalar = next, scalar != "\n" {
            place += 1
            if scalar == "/" {
                while let flag = next, "imslux".unicodeScalars.contains(flag) { place += 1 }
                return .pattern(text)
            }
            if scalar == "\\", let escaped = next {
                place += 1
                if escaped != "/" { text += "\\" }
                text.unicodeScalars.append(escaped)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return nil
    }

    // MARK: - Scalars

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func name() -> String? {
        let start = place
        while let scalar = next,
            scalar == "_" || scalar.properties.isAlphabetic
                || (place > start && ("0"..."9").contains(scalar))
        {
            place += 1
        }
        return place == start ? nil : String(String.UnicodeScalarView(scalars[start..<place]))
    }

    private mutating func number() -> Int? {
        let start = place
        while let scalar = next, ("0"..."9").contains(scalar) { place += 1 }
        let number = Int(String(String.UnicodeScalarView(scalars[start..<place])))
        return number.flatMap { $0 <= 1_000 ? $0 : nil }
    }

    private mutating func skipSpace() {
        while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\r" { place += 1 }
    }

    /// Space and a comment, and inside of brackets lines too.
    private mutating func skipInside() {
        skipSpace()
        if scalars[place...].starts(with: "//".unicodeScalars) || next == "#" {
            while let scalar = next, scalar != "\n" { place += 1 }
        }
        if depth > 1, next == "\n" {
            place += 1
            skipInside()
        }
    }

    private mutating func skipLines() {
        while true {
            skipInside()
            guard next == "\n" else { return }
            place += 1
        }
    }

    /// An alternative may stand on a line of its own.
    private mutating func skipToAlternative() {
        let start = place
        skipLines()
        if next != "|" { place = start }
    }
}
