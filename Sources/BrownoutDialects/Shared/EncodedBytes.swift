/// A base64 `data:` URL (RFC 2397).
struct DataURL {
    /// The media type, without parameters; empty where there is none.
    let type: Substring
    /// What stands after `;base64,`.
    let content: Substring

    /// nil for another URL, and for one that is not base64.
    init?(_ text: String) {
        guard text.begins(with: "data:"), let comma = text.utf8.firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let head = text.dropFirst(5)[..<comma]
        guard head.hasSuffix(";base64") else { return nil }
        type = head.prefix { $0 != ";" }
        content = text[text.utf8.index(after: comma)...]
    }
}

/// Bytes that a request brings as text.
enum EncodedBytes {
    /// Whether a text is base64 with its padding (RFC 4648, 4), and holds something.
    static func isBase64(_ text: Substring) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard !bytes.isEmpty, bytes.count % 4 == 0 else { return false }
            var end = bytes.count
            while end > bytes.count - 2, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
            for byte in bytes[..<end] where !isDigit(byte) { return false }
            return true
        }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }
}
