import BrownoutEngine

/// What the fields of a request's head say of its body's end and of what may follow it.
struct HeadFraming: Equatable, Sendable {
    private(set) var bodyLength = RequestHead.BodyLength.none
    private(set) var isKeepAlive = true
    /// The known fields so far.
    private(set) var present = KnownFieldSet()

    private static let close = Array("close".utf8)
    private static let keepAlive = Array("keep-alive".utf8)

    /// Whether a head that holds a field, and those that were taken, may be for us. Two lengths or
    /// two words on the connection are left to a whole parser, also where they agree.
    func admits(_ field: KnownField) -> Bool {
        switch field {
        case .transferEncoding, .upgrade, .proxyConnection: false
        case .contentLength, .connection: !present.contains(field)
        default: true
        }
    }

    /// Takes a field that was admitted; whether its value is common.
    mutating func take(_ field: KnownField, _ bytes: RawSpan, _ value: Range<Int>) -> Bool {
        present.insert(field)
        switch field {
        case .contentLength:
            guard let length = HeadFraming.length(bytes, value) else { return false }
            bodyLength = .length(length)
        case .connection:
            isKeepAlive = !bytes.isWord(HeadFraming.close, at: value)
            return !isKeepAlive || bytes.isWord(HeadFraming.keepAlive, at: value)
        default: break
        }
        return true
    }

    /// A length in plain digits without leading zeros (RFC 9110, 8.6), of at most 18 so that it
    /// fits; nil: something else.
    private static func length(_ bytes: RawSpan, _ value: Range<Int>) -> Int? {
        guard 1...18 ~= value.count else { return nil }
        var length = 0
        for place in value {
            let digit = Int(bytes[place]) - Int(UInt8(ascii: "0"))
            guard 0...9 ~= digit, length > 0 || place == value.lowerBound else { return nil }
            length = length * 10 + digit
        }
        return length
    }
}
