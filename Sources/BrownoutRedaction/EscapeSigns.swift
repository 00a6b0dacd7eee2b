import BrownoutEngine

/// Signs that a text has its letters behind escapes, or in two bytes each.
enum EscapeSigns {
    /// Whether there is one: an escape that stands for a letter, digit or sign of ASCII (`\u0073`,
    /// `%73`), or a zero. Escapes of other letters, which texts in many languages have, hide no
    /// secret.
    static func occur(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress, bytes.count > 2 else { return false }
        var index = 0
        while index < bytes.count {
            // Most blocks have none of the three.
            let end = min(index + block, bytes.count)
            if end - index == block {
                var closest = UInt8.max
                for offset in 0..<block {
                    let byte = base[index &+ offset]
                    closest = min(closest, min(byte, min(byte ^ 0x5C, byte ^ 0x25)))
                }
                if closest != 0 {
                    index = end
                    continue
                }
            }
            for place in index..<end where isSign(at: place, in: bytes) { return true }
            index = end
        }
        return false
    }

    /// Bytes looked at together.
    private static let block = 32

    private static func isSign(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch bytes[place] {
        case 0: place + 1 < bytes.count || place > 0
        case UInt8(ascii: "%"):
            place + 2 < bytes.count && bytes[place + 2].hexValue != nil
                && (bytes[place + 1].hexValue ?? 8) < 8
        case UInt8(ascii: "\\"):
            bytes.holds(Array("\\u00".utf8), at: place) && place + 5 < bytes.count
                && (bytes[place + 4].hexValue ?? 8) < 8 && bytes[place + 5].hexValue != nil
        default: false
        }
    }
}
