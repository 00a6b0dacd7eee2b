/// Finds the client behind proxies in what they say of it: `X-Forwarded-For`, where there is none
/// `Forwarded` (RFC 7239), where there is neither `X-Real-IP`.
extension Access {
    /// The client's address: the peer's own, unless the peer is a proxy that is trusted. Then the
    /// hops are walked from the last one on, over trusted proxies, to the first that is none.
    ///
    /// Each proxy adds the address it was asked from at the end, so only what stands right of the
    /// first untrusted hop is anybody's word but the client's. Where a hop cannot be read the
    /// walk ends at the last address that could.
    package func client(of peer: NetworkAddress?, headers: HeaderFields) -> NetworkAddress? {
        guard let peer, trusted.contains(peer) else { return peer }
        var client = peer
        for hop in ForwardedClient.hops(headers).reversed() {
            guard let hop else { break }
            client = hop
            guard trusted.contains(client) else { break }
        }
        return client
    }
}

/// Reads the header fields in which proxies name their clients.
package enum ForwardedClient {
    /// The hops in the order they were added; nil where one is no address.
    package static func hops(_ headers: HeaderFields) -> [NetworkAddress?] {
        let lists = headers.values(named: "x-forwarded-for")
        if !lists.isEmpty {
            return lists.flatMap { list in parts(list[...], ",").map { address($0) } }
        }
        let forwarded = headers.values(named: "forwarded")
        if !forwarded.isEmpty {
            return forwarded.flatMap { list in parts(list[...], ",").map { hop($0) } }
        }
        // Not a list: a proxy puts its own in place of the client's.
        return headers.values(named: "x-real-ip").suffix(1).map { address($0[...].trimmed) }
    }

    /// The parts of a list that are not empty, without the white space around them.
    ///
    /// A separator between quotes separates as well: no address has one, and a quote that the
    /// client leaves open must not swallow what a proxy adds behind it.
    private static func parts(_ text: Substring, _ separator: Unicode.Scalar) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: separator)).map { Substring($0).trimmed }
            .filter { !$0.isEmpty }
    }

    /// `for=192.0.2.60;proto=http` or `for="[2001:db8::17]:4711"`. Of an element that names two
    /// clients, neither is to be believed.
    private static func hop(_ element: Substring) -> NetworkAddress? {
        let names = parts(element, ";").filter { $0.prefix(4).lowercased() == "for=" }
        guard names.count == 1, let name = names.first else { return nil }
        return unquoted(name.dropFirst(4)).flatMap { address($0[...]) }
    }

    /// A token as it is, or what a quoted string stands for (RFC 9110, 5.6.4); nil where the
    /// quotes do not match.
    private static func unquoted(_ text: Substring) -> String? {
        guard text.first == "\"" else {
            return text.contains("\"") ? nil : String(text)
        }
        var result = ""
        var isEscaped = false
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                return rest.isEmpty ? result : nil
            } else {
                result.append(character)
            }
        }
        return nil
    }

    /// An address, with or without a port: `192.0.2.43`, `192.0.2.43:47011`, `2001:db8::1`,
    /// `[2001:db8::1]`, `[2001:db8::1]:4711`. Nil for `unknown`, for `_hidden`, and for anything
    /// else that is no address.
    private static func address(_ text: Substring) -> NetworkAddress? {
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]"),
                isPort(text[text.index(after: close)...])
            else { return nil }
            let inside = text[text.index(after: text.startIndex)..<close]
            return inside.contains(":") ? NetworkAddress(inside) : nil
        }
        if let address = NetworkAddress(text) { return address }
        guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
        return NetworkAddress(text[..<colon])
    }

    /// Nothing, `:4711`, or a hidden port as in `:_away`.
    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let port = text.dropFirst()
        guard text.first == ":", !port.isEmpty else { return false }
        if port.first == "_" { return port.dropFirst().utf8.allSatisfy(isHiddenByte) }
        return port.utf8.count <= 5 && port.utf8.allSatisfy { 48...57 ~= $0 }
    }

    /// A byte of an obfuscated port (RFC 7239, 6).
    private static func isHiddenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
