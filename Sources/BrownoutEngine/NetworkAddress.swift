/// An IPv4 or IPv6 address.
package enum NetworkAddress: Equatable, Sendable {
    case v4(UInt32)
    case v6(UInt64, UInt64)

    /// Parses `127.0.0.1`, `2001:db8::1`, `::ffff:10.0.0.1` (which is IPv4); nil otherwise.
    package init?(_ text: String) {
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
            guard let value = NetworkAddress.v4(text[...]) else { return nil }
            self = .v4(value)
        }
    }

    private static func v4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ 48...57 ~= $0 }),
                let byte = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static func groups(of text: String) -> [UInt16]? {
        var text = text[...]
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

/// Addresses: one, a CIDR block, or an IPv4 wildcard such as `192.168.1.*`.
package struct AddressPattern: Equatable, Sendable {
    /// As it was written.
    package let text: String
    private let network: NetworkAddress
    private let prefix: Int

    /// Nil when the text is none of the three.
    package init?(_ text: String) {
        self.text = text
        if text.hasSuffix("*") {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let fixed = parts.prefix { $0 != "*" }
            guard parts.count <= 4, parts.dropFirst(fixed.count).allSatisfy({ $0 == "*" }),
                let network = NetworkAddress(
                    (fixed + Array(repeating: "0", count: 4 - fixed.count)).joined(separator: "."))
            else { return nil }
            self.network = network
            self.prefix = fixed.count * 8
            return
        }
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let network = NetworkAddress(String(halves[0])) else { return nil }
        let width: Int
        if case .v4 = network { width = 32 } else { width = 128 }
        self.network = network
        if halves.count == 2 {
            guard let prefix = Int(halves[1]), (0...width).contains(prefix) else { return nil }
            self.prefix = prefix
        } else {
            self.prefix = width
        }
    }

    package func contains(_ address: NetworkAddress) -> Bool {
        switch (network, address) {
        case (.v4(let network), .v4(let address)):
            return prefix == 0 || (network ^ address) >> (32 - prefix) == 0
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            if prefix == 0 { return true }
            if prefix <= 64 { return (high ^ otherHigh) >> (64 - prefix) == 0 }
            return high == otherHigh && (low ^ otherLow) >> (128 - prefix) == 0
        default:
            return false
        }
    }
}
