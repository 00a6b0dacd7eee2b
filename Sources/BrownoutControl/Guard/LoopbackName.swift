/// Names of this machine that lead nowhere else.
package enum LoopbackName {
    /// `localhost`, `127.0.0.0/8` and `::1`; brackets around the last are fine.
    package static func contains(_ host: String) -> Bool {
        let name = host.lowercased()
        if ["localhost", "::1", "[::1]"].contains(name) || name.hasSuffix(".localhost") {
            return true
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The host of `host:port`.
    static func host(ofAuthority text: String) -> String {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
        return String(text.prefix { $0 != ":" })
    }
}
