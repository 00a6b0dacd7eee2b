extension PatternParser {
    // MARK: - Classes

    mutating func set() -> ScalarSet? {
        place += 1
        var set = ScalarSet(ranges: [], isNegated: take("^"))
        var isFirst = true
        while let scalar = next, scalar != "]" || isFirst {
            // An empty class, or one of everything, is ECMA's; nobody means it.
            if scalar == "]" { return nil }
            isFirst = false
            guard let from = member() else { return nil }
            guard from.isSingle, next == "-", place + 1 < scalars.count,
                scalars[place + 1] != "]"
            else {
                if from.isNegated { return nil }
                set.ranges += from.ranges
                continue
            }
            place += 1
            guard let to = member(), to.isSingle,
                from.ranges[0].lowerBound <= to.ranges[0].lowerBound
            else { return nil }
            set.ranges.append(from.ranges[0].lowerBound...to.ranges[0].lowerBound)
        }
        return take("]") ? set : nil
    }

    private mutating func member() -> ScalarSet? {
        guard let scalar = next else { return nil }
        if scalar != "\\" {
            place += 1
            return .one(scalar.value)
        }
        if place + 1 < scalars.count, scalars[place + 1] == "b" {
            place += 2
            return .one(0x08)
        }
        guard case .one(let set)? = escape() else { return nil }
        return set
    }

    mutating func escape() -> Pattern.Node? {
        place += 1
        guard let scalar = next else { return nil }
        place += 1
        switch scalar {
        case "d": return .one(.digits)
        case "D": return .one(ScalarSet.digits.inverted)
        case "w": return .one(.words)
        case "W": return .one(ScalarSet.words.inverted)
        case "s": return .one(.spaces)
        case "S": return .one(ScalarSet.spaces.inverted)
        case "b": return .boundary(isNegated: false)
        case "B": return .boundary(isNegated: true)
        case "A": return .start
        case "Z", "z": return .end
        case "t": return .one(.one(0x09))
        case "n": return .one(.one(0x0A))
        case "v": return .one(.one(0x0B))
        case "f": return .one(.one(0x0C))
        case "r": return .one(.one(0x0D))
        case "0": return .one(.one(0))
        case "x": return code(digits: 2)
        case "u": return code(digits: 4)
        case "p": return property()
        default:
            // Other letters and digits mean something; the rest stand for themselves.
            guard !ScalarSet.words.contains(scalar.value) else { return nil }
            return .one(.one(scalar.value))
        }
    }

    private mutating func code(digits: Int) -> Pattern.Node? {
        guard place + digits <= scalars.count else { return nil }
        let text = String(String.UnicodeScalarView(scalars[place..<place + digits]))
        guard let value = UInt32(text, radix: 16) else { return nil }
        place += digits
        return .one(.one(value))
    }

    /// Letters and digits of Unicode, by their ASCII members: `\p{L}`, `\p{Lu}`, `\p{N}`.
    private mutating func property() -> Pattern.Node? {
        guard take("{") else { return nil }
        var name = ""
        while let scalar = next, scalar != "}" {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard take("}") else { return nil }
        switch name {
        case "L", "Letter", "Alphabetic": return .one(.letters)
        case "Lu", "Uppercase_Letter": return .one(ScalarSet(ranges: [0x41...0x5A]))
        case "Ll", "Lowercase_Letter": return .one(ScalarSet(ranges: [0x61...0x7A]))
        case "N", "Nd", "Number": return .one(.digits)
        default: return nil
        }
    }
}

extension ScalarSet {
    /// Whether it has exactly one member.
    fileprivate var isSingle: Bool { !isNegated && ranges.count == 1 && ranges[0].count == 1 }
}
