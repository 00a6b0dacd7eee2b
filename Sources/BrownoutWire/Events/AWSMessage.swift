import BrownoutJSON

/// A message of an AWS event stream (wire facts, 11): a prelude of total length, headers' length and
/// the CRC-32 of both, headers, a payload, and the CRC-32 of all before. Numbers are big-endian.
struct AWSMessage {
    private static let preludeLength = 12
    private static let checksumLength = 4
    /// What no message is shorter than.
    static let shortest = preludeLength + checksumLength
    /// What no message of a client's is longer than: 16 MiB and the frame around it.
    static let longest = 16 * 1024 * 1024 + 128 * 1024 + shortest

    private let headers: Range<Int>
    let payload: Range<Int>

    /// Nil for bytes that are no whole message.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.shortest, Self.number(at: 0, of: bytes) == bytes.count else {
            return nil
        }
        let end = Self.preludeLength + Self.number(at: 4, of: bytes)
        guard end <= bytes.count - Self.checksumLength else { return nil }
        headers = Self.preludeLength..<end
        payload = end..<bytes.count - Self.checksumLength
    }

    // MARK: Writing

    /// Room for the prelude, and the headers of an event.
    static func appendHead(_ name: String?, to bytes: inout [UInt8]) {
        for _ in 0..<preludeLength { bytes.append(0) }
        if let name { append(":event-type", name, to: &bytes) }
        append(":content-type", "application/json", to: &bytes)
        append(":message-type", "event", to: &bytes)
    }

    /// A header whose value is a text, which is type 7.
    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: name.utf8.count))
        bytes.append(text: name)
        bytes.append(7)
        bytes.append(UInt8(truncatingIfNeeded: value.utf8.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value.utf8.count))
        bytes.append(text: value)
    }

    /// Writes the prelude of the message that begins at an index, and its checksum behind it.
    static func close(from start: Int, headersEnd: Int, in bytes: inout [UInt8]) {
        set(bytes.count - start + checksumLength, at: start, of: &bytes)
        set(headersEnd - start - preludeLength, at: start + 4, of: &bytes)
        set(checksum(of: bytes[start..<start + 8]), at: start + 8, of: &bytes)
        let sum = checksum(of: bytes[start...])
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: sum >> shift)) }
    }

    /// Sets lengths and checksums right of a message whose payload has changed.
    static func seal(_ bytes: inout [UInt8]) {
        guard bytes.count >= shortest else { return }
        let headersEnd = preludeLength + number(at: 4, of: bytes)
        guard headersEnd <= bytes.count - checksumLength else { return }
        bytes.removeLast(checksumLength)
        close(from: 0, headersEnd: headersEnd, in: &bytes)
    }

    private static func checksum(of bytes: ArraySlice<UInt8>) -> Int {
        var checksum = CRC32()
        checksum.add(bytes)
        return Int(checksum.value)
    }

    private static func set(_ number: Int, at place: Int, of bytes: inout [UInt8]) {
        for index in 0..<4 {
            bytes[place + index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index))
        }
    }

    // MARK: Reading

    private static func number(at place: Int, of bytes: [UInt8], length: Int = 4) -> Int {
        bytes[place..<place + length].reduce(0) { $0 << 8 | Int($1) }
    }

    /// What kind of event it is: its `:event-type`, or the `:exception-type` of one that says what
    /// failed.
    func name(in bytes: [UInt8]) -> String? {
        var place = headers.lowerBound
        while place < headers.upperBound {
            let nameEnd = place + 1 + Int(bytes[place])
            guard nameEnd < headers.upperBound else { return nil }
            let name = bytes[place + 1..<nameEnd]
            var value = nameEnd + 1
            var length = Self.valueLength(ofType: bytes[nameEnd])
            if length == nil {
                guard value + 2 <= headers.upperBound else { return nil }
                length = Self.number(at: value, of: bytes, length: 2)
                value += 2
            }
            place = value + (length ?? 0)
            guard place <= headers.upperBound else { return nil }
            if name.elementsEqual(":event-type".utf8) || name.elementsEqual(":exception-type".utf8)
            {
                return String(decoding: bytes[value..<place], as: UTF8.self)
            }
        }
        return nil
    }

    /// Bytes of a header's value; nil where two bytes before it say how many.
    private static func valueLength(ofType type: UInt8) -> Int? {
        switch type {
        case 0, 1: 0
        case 2: 1
        case 3: 2
        case 4: 4
        case 5, 8: 8
        case 9: 16
        default: nil
        }
    }
}
