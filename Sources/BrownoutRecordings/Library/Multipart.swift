/// Bodies of several parts, as clients upload files. The line between the parts is another one
/// each time, and says nothing (RFC 2046, 5.1.1).
enum Multipart {
    /// Bytes a boundary may have (RFC 2046, 5.1.1).
    private static let longestBoundary = 70
    /// What stands for any boundary.
    private static let plain = Array("--boundary".utf8)

    /// The body with its boundary replaced by one that is always the same; as it is where the
    /// content type names none.
    static func withPlainBoundary(_ bytes: [UInt8], contentType: String) -> [UInt8] {
        guard let boundary = boundary(in: contentType) else { return bytes }
        let line = Array("--".utf8) + boundary
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            // Such a line begins the body, or another line.
            let begins = index == 0 || bytes[index - 1] == 0x0A
            if begins, bytes[index...].starts(with: line) {
                out.append(contentsOf: plain)
                index += line.count
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    private static func boundary(in contentType: String) -> [UInt8]? {
        guard contentType.lowercased().hasPrefix("multipart/") else { return nil }
        for parameter in contentType.split(separator: ";").dropFirst() {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]).lowercased() == "boundary" else { continue }
            let boundary = Array(trimmed(parts[1]).utf8).filter { $0 != UInt8(ascii: "\"") }
            return (1...longestBoundary).contains(boundary.count) ? boundary : nil
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
