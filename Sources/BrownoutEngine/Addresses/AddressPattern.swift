/// Addresses: one, a CIDR block, a range, or an IPv4 wildcard such as `192.168.1.*`.
package struct AddressPattern: Equatable, Sendable {
    /// As it was written.
    package let text: String
    /// The block that a CIDR with bits beyond its prefix stands for: `10.0.0.0/8` for
    /// `10.0.0.5/8`. Nil where nothing is beyond it.
    package let intended: String?
    let span: AddressSpan

    /// What is wrong with a text that should be a pattern.
    package struct Invalid: Error, Equatable, Sendable {
        /// What is wrong, in words for whoever wrote the text.
        package var message: String
        /// What was probably meant.
        package var nearest: String?
        /// A sentence that helps.
        package var note: String?

        init(_ message: String, nearest: String? = nil, note: String? = nil) {
            self.message = message
            self.nearest = nearest
            self.note = note
        }
    }

    /// Reads a pattern in any of the forms. Throws where the text is none, with what was probably
    /// meant.
    package init(_ text: String) throws(Invalid) {
        self.text = text
        if text.utf8.contains(UInt8(ascii: "*")) {
            span = try AddressSpan(wildcard: text)
            intended = nil
        } else if let slash = text.firstIndex(of: "/") {
            let network = try NetworkAddress(diagnosing: text[..<slash])
            let prefix = text[text.index(after: slash)...]
            (span, intended) = try AddressSpan.block(network, prefix, of: text)
        } else if let address = NetworkAddress(text) {
            span = AddressSpan(address)
            intended = nil
        } else if let dash = text.firstIndex(of: "-"),
            let first = NetworkAddress(text[..<dash].trimmed),
            let last = NetworkAddress(text[text.index(after: dash)...].trimmed)
        {
            span = try AddressSpan(first, last, of: text)
            intended = nil
        } else {
            span = AddressSpan(try NetworkAddress(diagnosing: text[...]))
            intended = nil
        }
    }

    /// Whether the pattern covers the address. A pattern of IPv6 covers no IPv4 address, nor the
    /// reverse.
    package func contains(_ address: NetworkAddress) -> Bool {
        switch (span, address) {
        case (.v4(let range), .v4(let value)): range.contains(value)
        case (.v6(let range), .v6(let high, let low)): range.contains(UInt128(high, low))
        default: false
        }
    }

    /// Whether this holds every address of another pattern.
    package func contains(_ other: AddressPattern) -> Bool {
        switch (span, other.span) {
        case (.v4(let wide), .v4(let narrow)):
            wide.lowerBound <= narrow.lowerBound && narrow.upperBound <= wide.upperBound
        case (.v6(let wide), .v6(let narrow)):
            wide.lowerBound <= narrow.lowerBound && narrow.upperBound <= wide.upperBound
        default: false
        }
    }
}

/// The addresses from one to another, both included.
enum AddressSpan: Equatable, Sendable {
    case v4(ClosedRange<UInt32>)
    case v6(ClosedRange<UInt128>)

    init(_ address: NetworkAddress) {
        switch address {
        case .v4(let value): self = .v4(value...value)
        case .v6(let high, let low): self = .v6(UInt128(high, low)...UInt128(high, low))
        }
    }

    init(
        _ first: NetworkAddress, _ last: NetworkAddress, of text: String
    ) throws(AddressPattern.Invalid) {
        switch (first, last) {
        case (.v4(let first), .v4(let last)) where first <= last: self = .v4(first...last)
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow))
        where (high, low) <= (otherHigh, otherLow):
            self = .v6(UInt128(high, low)...UInt128(otherHigh, otherLow))
        case (.v4, .v6), (.v6, .v4):
            throw .init("a range from '\(first.text)' to '\(last.text)' mixes IPv4 and IPv6")
        default:
            throw .init(
                "a range that runs backwards", nearest: "\(last.text)-\(first.text)")
        }
    }

    /// `192.168.1.*`, `10.*`
    init(wildcard text: String) throws(AddressPattern.Invalid) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fixed = parts.prefix { $0 != "*" }
        let rest = parts.dropFirst(fixed.count)
        if text.utf8.contains(UInt8(ascii: ":")) {
            throw .init(
                "an IPv6 address takes no '*'", note: "write a prefix, for example 2001:db8::/32")
        }
        guard parts.count <= 4, rest.allSatisfy({ $0 == "*" }) else {
            throw .init(
                "'*' stands for whole numbers at the end of an IPv4 address",
                note: "for example 192.168.1.* or 10.*")
        }
        let zeros = Array(repeating: "0"[...], count: 4 - fixed.count)
        let network = try NetworkAddress(diagnosing: (fixed + zeros).joined(separator: ".")[...])
        guard case .v4(let value) = network else {
            throw .init("an IPv6 address takes no '*'")
        }
        let hosts = fixed.isEmpty ? UInt32.max : UInt32.max >> UInt32(8 * fixed.count)
        self = .v4(value...(value | hosts))
    }

    /// The addresses of a CIDR block, and how the block is written where bits of the address lie
    /// beyond the prefix.
    static func block(
        _ network: NetworkAddress, _ prefix: Substring, of text: String
    ) throws(AddressPattern.Invalid) -> (AddressSpan, String?) {
        let isMapped = text.utf8.contains(UInt8(ascii: ":"))
        let digits = prefix.utf8.allSatisfy { 48...57 ~= $0 } && prefix.utf8.count <= 3
        let written = digits ? Int(prefix) : nil
        switch network {
        case .v4(let value):
            // The prefix of an IPv4-mapped IPv6 address counts the 96 bits before it.
            let least = isMapped ? 96 : 0
            guard let written, (least...least + 32).contains(written) else {
                throw .init(
                    "the prefix of an IPv4 block is a number from \(least) to \(least + 32), "
                        + "not '\(prefix.prefix(20))'")
            }
            let length = written - least
            let hosts = length == 32 ? 0 : UInt32.max >> UInt32(length)
            let first = value & ~hosts
            let intended = first == value ? nil : "\(NetworkAddress.v4(first).text)/\(length)"
            return (.v4(first...(first | hosts)), intended)
        case .v6(let high, let low):
            guard let written, (0...128).contains(written) else {
                throw .init(
                    "the prefix of an IPv6 block is a number from 0 to 128, "
                        + "not '\(prefix.prefix(20))'")
            }
            let value = UInt128(high, low)
            let hosts = written == 128 ? 0 : UInt128.max >> UInt128(written)
            let first = value & ~hosts
            let network = NetworkAddress.v6(first.high, first.low)
            let intended = first == value ? nil : "\(network.text)/\(written)"
            return (.v6(first...(first | hosts)), intended)
        }
    }
}

extension UInt128 {
    init(_ high: UInt64, _ low: UInt64) {
        self = UInt128(high) << 64 | UInt128(low)
    }

    fileprivate var high: UInt64 { UInt64(truncatingIfNeeded: self >> 64) }
    fileprivate var low: UInt64 { UInt64(truncatingIfNeeded: self) }
}

extension Substring {
    /// Without spaces and tabs at its ends.
    var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

// MARK: - What is wrong with an address

extension NetworkAddress {
    /// An address, or what is wrong with a text that should be one.
    init(diagnosing text: Substring) throws(AddressPattern.Invalid) {
        if let address = NetworkAddress(text) {
            self = address
        } else {
            throw NetworkAddress.problem(text)
        }
    }

    private static func problem(_ text: Substring) -> AddressPattern.Invalid {
        let shown = text.prefix(60)
        if let zone = text.firstIndex(of: "%"), NetworkAddress(text[..<zone]) != nil {
            return .init(
                "'\(shown)' has a zone", nearest: String(text[..<zone]),
                note: "a zone means something on one machine only; leave it out")
        }
        if text.hasPrefix("["), let close = text.firstIndex(of: "]"),
            let address = NetworkAddress(text[text.index(after: text.startIndex)..<close])
        {
            return .init("'\(shown)' has brackets around the address", nearest: address.text)
        }
        if let colon = text.firstIndex(of: ":"), let address = NetworkAddress(text[..<colon]) {
            return .init("'\(shown)' has a port", nearest: address.text)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = parts.allSatisfy {
            (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy { 48...57 ~= $0 }
        }
        guard isNumeric else {
            let isName =
                text.utf8.contains {
                    ($0 | 0x20) >= UInt8(ascii: "g") && ($0 | 0x20) <= UInt8(ascii: "z")
                }
                && !text.utf8.contains(UInt8(ascii: ":"))
            return .init(
                "'\(shown)' is not an address",
                note: isName ? "names are not looked up; write the address" : nil)
        }
        if parts.count < 4 {
            return .init(
                "'\(shown)' is not a whole address",
                nearest: parts.joined(separator: ".") + ".*")
        }
        if parts.count > 4 { return .init("'\(shown)' has more than four numbers") }
        if let large = parts.first(where: { Int($0).map { $0 > 255 } ?? true }) {
            return .init("'\(shown)' has a number above 255: '\(large)'")
        }
        return .init(
            "'\(shown)' has a number with a leading zero",
            nearest: parts.compactMap { Int($0).map(String.init) }.joined(separator: "."),
            note: "some programs read such a number as octal")
    }
}
