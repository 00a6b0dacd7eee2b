/// Percent-encoding (RFC 3986, 2.1).
package enum PercentEncoding {
    /// The text that an encoded one stands for; what is no escape stays. In a query of forms, `+` is
    /// a space.
    package static func decoded(_ text: Substring, ofForm: Bool = false) -> String {
        let raw = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            if raw[index] == UInt8(ascii: "%"), index + 2 < raw.count,
                let high = raw[index + 1].hexValue, let low = raw[index + 2].hexValue
            {
                bytes.append(high << 4 | low)
                index += 3
                continue
            }
            bytes.append(ofForm && raw[index] == UInt8(ascii: "+") ? 0x20 : raw[index])
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value as a digit of base 16, in either case.
    @inlinable
    package var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
