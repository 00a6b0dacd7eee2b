import BrownoutEngine
import BrownoutJSON

extension [UInt8] {
    /// Appends floats as base64 (RFC 4648, 4) of their bytes, the least significant first.
    mutating func append(base64 floats: [Float]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * floats.count)
        for float in floats {
            for shift: UInt32 in [0, 8, 16, 24] {
                bytes.append(UInt8(truncatingIfNeeded: float.bitPattern >> shift))
            }
        }
        append(contentsOf: Base64.encoded(bytes))
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
