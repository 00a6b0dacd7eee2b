/// The host and the port that the data port was bound to.
package struct DataAddress: Hashable, Sendable {
    /// The host as it was given to bind to: a name or an address.
    package var host: String
    /// The port that it was bound to; never 0.
    package var port: Int

    /// Nil for port 0, which is any.
    package init?(host: String, port: Int) {
        guard port > 0 else { return nil }
        self.host = host
        self.port = port
    }

    /// Whether a base URL leads here: the port is ours, and so is the host, or it is a way to write
    /// the loopback that we listen on. Names are not looked up: what only they tell is seen when a
    /// request comes back.
    package func isMeant(by url: String) -> Bool {
        guard let (host, port) = DataAddress.authority(of: url), port == self.port else {
            return false
        }
        let own = HostName(self.host)
        let other = HostName(host)
        return own == other || own.isThisMachine && other.isThisMachine
    }

    /// The host and the port of an `http` or `https` URL.
    private static func authority(of url: String) -> (host: String, port: Int)? {
        let lower = url.lowercased()
        let isTLS = lower.hasPrefix("https://")
        guard isTLS || lower.hasPrefix("http://") else { return nil }
        let text = lower.dropFirst(isTLS ? 8 : 7).prefix { $0 != "/" }
        let colon = text.lastIndex(of: ":")
        if let colon, !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            let port = digits.isEmpty ? (isTLS ? 443 : 80) : Int(digits)
            return port.map { (String(text[..<colon]), $0) }
        }
        return (String(text), isTLS ? 443 : 80)
    }
}

/// A host, in whichever of its writings.
private enum HostName: Equatable {
    case ipv4(UInt32)
    /// Eight groups.
    case ipv6([UInt16])
    case name(String)

    init(_ text: String) {
        var host = HostName.unescaped(text.lowercased())
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.contains(":") {
            // The zone says which link is meant, and changes no loopback.
            let groups = HostName.groups(host.prefix { $0 != "%" })
            self = groups.map(HostName.init(groups:)) ?? .name(host)
            return
        }
        while host.count > 1, host.hasSuffix(".") { host.removeLast() }
        self = HostName.number(host).map { .ipv4($0) } ?? .name(host)
    }

    /// An address of IPv4 written as one of IPv6 is one of IPv4 (RFC 4291, 2.5.5.2).
    private init(groups: [UInt16]) {
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            self = .ipv4(UInt32(groups[6]) << 16 | UInt32(groups[7]))
        } else {
            self = .ipv6(groups)
        }
    }

    /// Whether it is this machine wherever it is written: loopback, or no address at all, by which
    /// a client reaches itself and a server listens everywhere.
    var isThisMachine: Bool {
        switch self {
        case .ipv4(let address): address >> 24 == 127 || address == 0
        case .ipv6(let groups): groups[..<7].allSatisfy { $0 == 0 } && groups[7] <= 1
        case .name(let name):
            name == "localhost" || name.hasSuffix(".localhost") || name == "localhost.localdomain"
                || name == "ip6-localhost" || name == "ip6-loopback"
        }
    }

    /// An IPv4 address as `inet_aton` reads it: one to four numbers, decimal, octal or hexadecimal,
    /// of which the last fills what is left.
    private static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var address: UInt64 = 0
        for (index, part) in parts.enumerated() {
            let value: UInt64?
            if part.hasPrefix("0x") {
                value = part.count == 2 ? nil : UInt64(part.dropFirst(2), radix: 16)
            } else if part.hasPrefix("0"), part.count > 1 {
                value = UInt64(part, radix: 8)
            } else {
                value = part.first?.isNumber ?? false ? UInt64(part) : nil
            }
            let isLast = index == parts.count - 1
            let bits = UInt64(isLast ? 8 * (5 - parts.count) : 8)
            guard let value, value >> bits == 0 else { return nil }
            address = address << bits | value
        }
        return UInt32(address)
    }

    /// The groups of an IPv6 address (RFC 4291, 2.2).
    private static func groups(_ text: Substring) -> [UInt16]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        let sides = halves.map { half in
            half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
        }
        var read: [[UInt16]] = []
        for side in sides {
            var groups: [UInt16] = []
            for part in side {
                if part.contains("."), let address = number(String(part)) {
                    groups += [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
                } else if part.count <= 4, let group = UInt16(part, radix: 16) {
                    groups.append(group)
                } else {
                    return nil
                }
            }
            read.append(groups)
        }
        let count = read.reduce(0) { $0 + $1.count }
        guard read.count == 2 ? count < 8 : count == 8 else { return nil }
        if read.count == 1 { return read[0] }
        return read[0] + [UInt16](repeating: 0, count: 8 - count) + read[1]
    }

    /// Without percent-encoding.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
