/// A recursive-descent parser of expressions.
struct RedactionPatternParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private var ignoresSize = false

    private static let deepest = 50
    private static let mostRepeats = 1_000

    init(_ expression: String) {
        scalars = Array(expression.unicodeScalars)
    }

    mutating func parse() throws(RedactionPatternError) -> PatternNode {
        ignoresSize = take("(?i)")
        let node = try alternatives()
        guard place == scalars.count else { throw failure("a ')' without its '('") }
        return node
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard scalars[place...].starts(with: text.unicodeScalars) else { return false }
        place += text.unicodeScalars.count
        return true
    }

    private func failure(_ message: String, back: Int = 0) -> RedactionPatternError {
        RedactionPatternError(offset: max(place - back, 0), message: message)
    }

    private mutating func alternatives() throws(RedactionPatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw failure("groups are nested deeper than \(Self.deepest) levels")
        }
        var options: [PatternNode] = []
        repeat {
            options.append(try sequence())
        } while take("|")
        return options.count == 1 ? options[0] : .alternatives(options)
    }

    private mutating func sequence() throws(RedactionPatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            nodes.append(try quantified(try atom(scalar)))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom(
        _ scalar: Unicode.Scalar
    ) throws(RedactionPatternError) -> PatternNode {
        switch scalar {
        case "^", "$":
            throw failure("a pattern is not anchored; use '\\\(scalar)' for the character itself")
        case "*", "+", "?": throw failure("nothing to repeat before '\(scalar)'")
        case "(": return try group()
        case "[": return try set()
        case "\\":
            if next(1) == "b" || next(1) == "B" {
                place += 2
                return .boundary(isNegated: scalars[place - 1] == "B")
            }
            return try escape()
        case ".":
            place += 1
            var line = ByteSet()
            line.insert(0x0A)
            line.insert(0x0D)
            return .character(line.otherASCII)
        default:
            place += 1
            return literal(scalar)
        }
    }

    private func next(_ offset: Int) -> Unicode.Scalar? {
        place + offset < scalars.count ? scalars[place + offset] : nil
    }

    private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let node = PatternNode.literal(scalar)
        guard ignoresSize, case .one(let set) = node else { return node }
        return .one(set.withBothSizes)
    }

    private mutating func group() throws(RedactionPatternError) -> PatternNode {
        let start = place
        place += 1
        if next == "?", !take("?:") {
            throw failure("groups are '(…)' and '(?:…)'; '(?i)' stands at the beginning only")
        }
        let inner = try alternatives()
        guard take(")") else {
            place = start
            throw failure("a '(' without its ')'")
        }
        return inner
    }

    // MARK: Quantifiers

    private mutating func quantified(
        _ atom: PatternNode
    ) throws(RedactionPatternError) -> PatternNode {
        guard let (least, most) = try bounds() else { return atom }
        // How greedy it is does not change what is covered.
        _ = take("?")
        if let next, "*+?".unicodeScalars.contains(next) {
            throw failure("nothing to repeat before '\(next)'")
        }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func bounds() throws(RedactionPatternError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard next == "{", let digit = next(1), ByteSet.digits.contains(digit) else { return nil }
        let start = place
        place += 1
        let least = number() ?? 0
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}"), least <= Self.mostRepeats, (most ?? least) <= Self.mostRepeats,
            (most ?? least) >= least
        else {
            place = start
            throw failure(
                "a repetition is '{m}', '{m,}' or '{m,n}' with m <= n <= \(Self.mostRepeats)")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ByteSet.digits.contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            place += 1
        }
        return value
    }

    // MARK: Classes

    private mutating func escape() throws(RedactionPatternError) -> PatternNode {
        let (set, isNegated) = try escapedSet()
        return isNegated ? .character(set) : .one(ignoresSize ? set.withBothSizes : set)
    }

    /// What a backslash and the character behind it stand for; and whether it is everything
    /// beyond ASCII too.
    private mutating func escapedSet() throws(RedactionPatternError) -> (ByteSet, Bool) {
        place += 1
        guard let scalar = next else { throw failure("a '\\' at the end", back: 1) }
        place += 1
        switch scalar {
        case "d": return (.digits, false)
        case "D": return (ByteSet.digits.otherASCII, true)
        case "w": return (.words, false)
        case "W": return (ByteSet.words.otherASCII, true)
        case "s": return (.spaces, false)
        case "S": return (ByteSet.spaces.otherASCII, true)
        case "t": return (ByteSet(0x09...0x09), false)
        case "n": return (ByteSet(0x0A...0x0A), false)
        case "r": return (ByteSet(0x0D...0x0D), false)
        default:
            guard scalar.isASCII, !ByteSet.words.contains(scalar) else {
                throw failure(
                    "an unknown escape '\\\(scalar)'; there are \\d \\D \\w \\W \\s \\S \\b \\B "
                        + "\\t \\n \\r and signs",
                    back: 2)
            }
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return (ByteSet(byte...byte), false)
        }
    }

    private mutating func set() throws(RedactionPatternError) -> PatternNode {
        let start = place
        place += 1
        let isNegated = take("^")
        var set = ByteSet()
        var others: [PatternNode] = []
        var hasOthers = false
        var isEmpty = true
        while let scalar = next, scalar != "]" || isEmpty {
            isEmpty = false
            if scalar == "\\" {
                let (members, beyond) = try escapedSet()
                set.formUnion(members)
                hasOthers = hasOthers || beyond
            } else if let last = next(2), next(1) == "-", last != "]" {
                guard scalar.isASCII, last.isASCII, last != "\\", scalar <= last else {
                    throw failure("a range is of two characters of ASCII, the lower one first")
                }
                place += 3
                set.formUnion(
                    ByteSet(
                        UInt8(
                            truncatingIfNeeded: scalar.value)...UInt8(
                                truncatingIfNeeded: last.value)))
            } else {
                place += 1
                if scalar.isASCII {
                    set.insert(UInt8(truncatingIfNeeded: scalar.value))
                } else if isNegated {
                    throw failure("'[^…]' leaves out characters of ASCII only", back: 1)
                } else {
                    others.append(.literal(scalar))
                }
            }
        }
        guard take("]") else {
            place = start
            throw failure("a '[' without its ']'")
        }
        if ignoresSize { set = set.withBothSizes }
        if isNegated { return .character(set.otherASCII) }
        if hasOthers { return .character(set) }
        return others.isEmpty ? .one(set) : .alternatives([.one(set)] + others)
    }
}

extension ByteSet {
    fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && contains(UInt8(truncatingIfNeeded: scalar.value))
    }
}
