/// Base64 as RFC 4648 has it: the alphabet of section 4 or that of URLs (section 5).
package enum Base64 {
    private static let standard = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let ofURLs = [UInt8](standard.dropLast(2)) + [UInt8]("-_".utf8)

    /// The value of each character of the standard alphabet; 255 for one that is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in standard.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    /// The text of bytes.
    package static func encoded(
        _ bytes: some Collection<UInt8>, isURL: Bool = false, isPadded: Bool = true
    ) -> [UInt8] {
        let encoded = bytes.withContiguousStorageIfAvailable {
            text(of: $0, isURL: isURL, isPadded: isPadded)
        }
        return encoded
            ?? Array(bytes).withUnsafeBufferPointer {
                text(of: $0, isURL: isURL, isPadded: isPadded)
            }
    }

    private static func text(
        of bytes: UnsafeBufferPointer<UInt8>, isURL: Bool, isPadded: Bool
    ) -> [UInt8] {
        let alphabet = isURL ? ofURLs : standard
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var word: UInt32 = 0
        var held = 0
        func put(_ shift: UInt32) { text.append(alphabet[Int(word >> shift & 63)]) }
        for byte in bytes {
            word = word << 8 | UInt32(byte)
            held += 1
            guard held == 3 else { continue }
            put(18)
            put(12)
            put(6)
            put(0)
            (word, held) = (0, 0)
        }
        guard held > 0 else { return text }
        word <<= UInt32(8 * (3 - held))
        put(18)
        put(12)
        if held == 2 { put(6) }
        if isPadded {
            text.append(contentsOf: [UInt8](repeating: UInt8(ascii: "="), count: 3 - held))
        }
        return text
    }

    /// The bytes a text stands for, white space between characters aside; nil where the text is
    /// not base64, wants padding, or has bits beyond its last byte.
    package static func decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var word: UInt32 = 0
        var held = 0
        var padding = 0
        for character in text.utf8 {
            if character == 0x20 || character == 0x0A || character == 0x0D || character == 0x09 {
                continue
            }
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value != 255, padding == 0 else { return nil }
            word = word << 6 | UInt32(value)
            held += 1
            guard held == 4 else { continue }
            bytes.append(UInt8(truncatingIfNeeded: word >> 16))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
            bytes.append(UInt8(truncatingIfNeeded: word))
            (word, held) = (0, 0)
        }
        switch (held, padding) {
        case (0, 0): return bytes
        case (2, 2):
            guard word & 0xF == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: word >> 4))
        case (3, 1):
            guard word & 0x3 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: word >> 10))
            bytes.append(UInt8(truncatingIfNeeded: word >> 2))
        default: return nil
        }
        return bytes
    }
}
