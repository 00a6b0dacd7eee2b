/// Words that documentation, errors and programs have where a secret would stand: `YOUR_KEY`,
/// `$OPENAI_API_KEY`, `<token>`, `***`, `sk-...`, `sk-ab****yz`.
enum Placeholder {
    /// Bytes of one at most.
    static let longest = 128
    /// Letters and digits that a masked secret shows at most.
    private static let mostShown = 16
    /// Those that one shows that breaks off: a full stop may be of the sentence.
    private static let mostShownAtEnd = 8

    /// Words that say it; the longest of those with one beginning come first.
    private static let strong = [
        "yours", "your", "insert", "replace", "placeholder", "changeme", "redacted", "filtered",
        "masked", "hidden", "removed", "here", "todo",
    ].map { Array($0.utf8) }
    /// Words that stand beside them.
    private static let weak = [
        "anthropic", "password", "provider", "username", "account", "example", "gateway", "project",
        "service", "bearer", "client", "gemini", "google", "openai", "router", "secret", "access",
        "azure", "value", "token", "admin", "model", "dummy", "proj", "test", "fake", "auth",
        "base", "goes", "keys", "live", "name", "this", "user", "with", "api", "ant", "key", "and",
        "own", "pat", "the", "ghp", "org", "app", "llm", "sk", "hf", "id", "me", "my", "an", "a",
    ].map { Array($0.utf8) }

    static func fits(_ value: [UInt8]) -> Bool {
        guard value.count <= longest else { return false }
        return isMasked(value) || isTemplate(value) || isConstant(value) || isWords(value)
    }

    /// Nothing but signs, or stars, dots or an ellipsis and a few letters around them.
    private static func isMasked(_ value: [UInt8]) -> Bool {
        let shown = value.reduce(0) { $0 + ($1.isLetterOrDigit ? 1 : 0) }
        if shown == 0 { return value.allSatisfy { $0 < 0x80 } || has(["•", "…", "●"], value) }
        guard shown <= mostShown else { return false }
        if has(["***", "…", "••", "●●"], value) { return true }
        guard has(["..."], value) else { return false }
        return value.last != UInt8(ascii: ".") || shown <= mostShownAtEnd
    }

    private static func has(_ signs: [String], _ value: [UInt8]) -> Bool {
        value.withUnsafeBufferPointer { bytes in
            bytes.indices.contains { place in
                signs.contains { bytes.holds(Array($0.utf8), at: place) }
            }
        }
    }

    /// `<…>`, `{…}`, `[…]`, `%…%`, and the name of a variable behind `$`.
    private static func isTemplate(_ value: [UInt8]) -> Bool {
        guard let first = value.first, let last = value.last, value.count > 1 else { return false }
        switch first {
        case UInt8(ascii: "<"): return last == UInt8(ascii: ">")
        case UInt8(ascii: "{"): return last == UInt8(ascii: "}")
        case UInt8(ascii: "["): return last == UInt8(ascii: "]")
        case UInt8(ascii: "%"):
            return last == first && value.dropFirst().dropLast().allSatisfy(\.isWord)
        case UInt8(ascii: "$"):
            let rest = Array(value.dropFirst())
            if rest[0] == UInt8(ascii: "{") || rest[0] == UInt8(ascii: "(") { return true }
            let isVariable = rest.allSatisfy { $0 >= 0x41 && $0 <= 0x5A || $0 == 0x5F }
            return isVariable || SecretName.isSecret(SecretName.plain(rest))
        default: return false
        }
    }

    /// A name as constants have: capitals, with a `_` between.
    private static func isConstant(_ value: [UInt8]) -> Bool {
        value.contains(UInt8(ascii: "_"))
            && value.allSatisfy { $0 >= 0x41 && $0 <= 0x5A || $0 == UInt8(ascii: "_") }
    }

    /// Nothing but the words above, one of which says it, or rows of `x`.
    private static func isWords(_ value: [UInt8]) -> Bool {
        let plain = value.compactMap { byte in
            byte.isLetter ? byte | 0x20 : "-_. /".utf8.contains(byte) ? nil : byte
        }
        var saysIt = false
        var index = 0
        while index < plain.count {
            let rest = plain[index...]
            let row = rest.prefix { $0 == UInt8(ascii: "x") }.count
            if row >= 3 {
                saysIt = true
                index += row
            } else if let word = strong.first(where: rest.starts) {
                saysIt = true
                index += word.count
            } else if let word = weak.first(where: rest.starts) {
                index += word.count
            } else if index > 0, plain.count - index <= 2, rest.allSatisfy(\.isDigit) {
                index = plain.count
            } else {
                return false
            }
        }
        return saysIt
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether what looks like a secret is none: a placeholder, or one that who wrote it has
    /// masked.
    func isPlaceholder(_ range: Range<Int>) -> Bool {
        if isMasked(behind: range) { return true }
        return range.count <= Placeholder.longest && Placeholder.fits(Array(self[range]))
    }

    /// Whether stars or dots follow, and then more of it: `sk-ab****yz`.
    private func isMasked(behind range: Range<Int>) -> Bool {
        guard range.count <= 24, range.upperBound < count else { return false }
        let end = range.upperBound
        let sign = self[end]
        guard sign == UInt8(ascii: "*") || sign == UInt8(ascii: ".") || sign == 0xE2 else {
            return false
        }
        if sign == 0xE2 {
            return holds(Array("…".utf8), at: end) || holds(Array("•".utf8), at: end)
                || holds(Array("●".utf8), at: end)
        }
        let next = run(from: end) { $0 == sign }
        let goesOn = next < count && self[next].isLetterOrDigit
        return sign == UInt8(ascii: "*")
            ? next - end >= 4 || next - end >= 2 && goesOn : next - end >= 3 && goesOn
    }
}
