/// An IPv4 or IPv6 address.
package enum NetworkAddress: Equatable, Sendable {
    case v4(UInt32)
    case v6(UInt64, UInt64)

    /// Parses `127.0.0.1`, `2001:db8::1`, `::ffff:10.0.0.1` (which is IPv4); nil otherwise, as for
    /// an address with a zone or a number with a leading zero.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = NetworkAddress.groups(of: text) else { return nil }
            let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            if high == 0, low >> 32 == 0xFFFF {
                self = .v4(UInt32(truncatingIfNeeded: low))
            } else {
                self = .v6(high, low)
            }
        } else {
            guard let value = NetworkAddress.v4(text) else { return nil }
            self = .v4(value)
        }
    }

    private static func v4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            // A leading zero makes a number octal for some readers and decimal for others.
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ 48...57 ~= $0 }),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"),
                let byte = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static func groups(of text: Substring) -> [UInt16]? {
        var text = text
        var embedded: [UInt16] = []
        if text.utf8.contains(UInt8(ascii: ".")) {
            guard let colon = text.lastIndex(of: ":"),
                let value = v4(text[text.index(after: colon)...])
            else { return nil }
            embedded = [UInt16(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value)]
            text = text[...colon]
            // A single colon before the IPv4 part is its separator; a double one is the gap.
            if !text.hasSuffix("::") { text = text.dropLast() }
        }
        let halves = halves(of: text)
        guard let head = numbers(halves.0), let tail = numbers(halves.1 ?? "") else { return nil }
        let written = head.count + tail.count + embedded.count
        if halves.1 == nil {
            return written == 8 ? head + embedded : nil
        }
        guard written < 8 else { return nil }
        return head + Array(repeating: 0, count: 8 - written) + tail + embedded
    }

    /// What stands before and after `::`; nil after where there is no `::`.
    private static func halves(of text: Substring) -> (Substring, Substring?) {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                return (text[..<index], text[text.index(after: next)...])
            }
            index = next
        }
        return (text, nil)
    }

    private static func numbers(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var numbers: [UInt16] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(part.utf8.count), let value = UInt16(part, radix: 16),
                part.utf8.first != UInt8(ascii: "+")
            else { return nil }
            numbers.append(value)
        }
        return numbers
    }
}

extension NetworkAddress {
    /// The address as it is usually written: IPv6 in the form of RFC 5952.
    package var text: String {
        switch self {
        case .v4(let value):
            (0..<4).map { String(UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0)))) }
                .joined(separator: ".")
        case .v6(let high, let low): NetworkAddress.text(high, low)
        }
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4)))
        }
        // The longest run of at least two zeros, the first one of several.
        var gap = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(gap.count, 1) { gap = start..<index }
            start = index + 1
        }
        func joined(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if gap.isEmpty { return joined(groups) }
        return joined(groups[..<gap.lowerBound]) + "::" + joined(groups[gap.upperBound...])
    }
}
