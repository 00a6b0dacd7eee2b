import BrownoutJSON

extension [UInt8] {
    private static let base64: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Appends floats as base64 (RFC 4648, 4) of their bytes, the least significant first.
    mutating func append(base64 floats: [Float]) {
        var group: UInt32 = 0
        var filled = 0
        func digit(_ index: UInt32) -> UInt8 { Self.base64.utf8Start[Int(index & 63)] }
        for float in floats {
            var pattern = float.bitPattern
            for _ in 0..<4 {
                group = group << 8 | pattern & 0xFF
                pattern >>= 8
                filled += 1
                guard filled == 3 else { continue }
                append(digit(group >> 18))
                append(digit(group >> 12))
                append(digit(group >> 6))
                append(digit(group))
                (group, filled) = (0, 0)
            }
        }
        guard filled > 0 else { return }
        group <<= UInt32(24 - filled * 8)
        append(digit(group >> 18))
        append(digit(group >> 12))
        append(filled == 2 ? digit(group >> 6) : UInt8(ascii: "="))
        append(UInt8(ascii: "="))
    }

    /// Appends a list of numbers, each the shortest text that is the same float again.
    mutating func append(list floats: [Float]) {
        append(UInt8(ascii: "["))
        for (index, float) in floats.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            append(text: "\(float)")
        }
        append(UInt8(ascii: "]"))
    }
}
