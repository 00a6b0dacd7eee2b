/// The secret that a client of the control port must show.
package struct ControlToken: Sendable {
    private let bytes: [UInt8]

    /// Nil unless the text can stand in a header as a bearer token: visible ASCII, without spaces.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        bytes = Array(text.utf8)
    }

    /// Whether an `Authorization` header shows the token. The time this takes tells nothing about
    /// how much of a wrong one is right.
    func isShown(by field: String?) -> Bool {
        guard let field else { return false }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        let shown = Array(parts[1].utf8)
        var difference = shown.count ^ bytes.count
        for index in bytes.indices {
            difference |= Int(bytes[index] ^ (shown.isEmpty ? 0 : shown[index % shown.count]))
        }
        return difference == 0
    }
}
