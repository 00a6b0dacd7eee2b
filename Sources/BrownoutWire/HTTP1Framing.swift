import BrownoutEngine
import BrownoutJSON

/// HTTP/1.1 message framing (RFC 9112), written by us so that wrong framing is an ordinary
/// output too.
package enum HTTP1Framing {
    /// Appends the status line and the fields, and what frames the body; a fault may spoil them.
    static func appendHead(
        _ head: ResponseHead, _ framing: BodyFraming, _ fault: FramingFault?,
        to bytes: inout [UInt8]
    ) {
        if fault == .informationalFlood { appendInformationalFlood(to: &bytes) }
        let start = bytes.count
        bytes.append(text: "HTTP/1.1 ")
        bytes.append(decimal: head.status)
        bytes.append(UInt8(ascii: " "))
        bytes.append(text: head.reason)
        bytes.append(text: "\r\n")
        bytes.append(contentsOf: head.fields.lines)
        switch framing {
        case .length(let length): append(length: length, to: &bytes)
        case .lengths(let first, let second):
            append(length: first, to: &bytes)
            append(length: second, to: &bytes)
        case .chunked: bytes.append(text: "transfer-encoding: chunked\r\n")
        case .lengthAndChunks(let length):
            append(length: length, to: &bytes)
            bytes.append(text: "transfer-encoding: chunked\r\n")
        case .byHead, .none: break
        }
        bytes.append(text: "\r\n")
        if let fault { spoil(headFrom: start, fault, in: &bytes) }
    }

    private static func append(length: Int, to bytes: inout [UInt8]) {
        bytes.append(text: "content-length: ")
        bytes.append(decimal: length)
        bytes.append(text: "\r\n")
    }

    /// The last chunk (RFC 9112, 7.1) without trailers.
    static func appendLastChunk(to bytes: inout [UInt8]) {
        bytes.append(text: "0\r\n\r\n")
    }

    /// Room for the chunk size line of the payload that follows; to be settled by
    /// ``closeChunk(from:in:)`` with the index returned.
    static func openChunk(in bytes: inout [UInt8]) -> Int {
        let start = bytes.count
        bytes.append(text: "000\r\n")
        return start
    }

    /// Writes the size of the payload that was appended since the chunk was opened, and its CRLF.
    /// A chunk without payload would be the last chunk, so it is taken back.
    static func closeChunk(from start: Int, in bytes: inout [UInt8]) {
        let size = bytes.count - start - 5
        guard size > 0 else {
            bytes.removeLast(bytes.count - start)
            return
        }
        let digits = hexDigits(of: size)
        if digits < 3 {
            bytes.removeSubrange(start..<start + 3 - digits)
        } else if digits > 3 {
            bytes.insert(contentsOf: repeatElement(0, count: digits - 3), at: start)
        }
        var rest = size
        for index in (start..<start + digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            bytes[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest >>= 4
        }
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func hexDigits(of value: Int) -> Int {
        max(1, (Int.bitWidth - value.leadingZeroBitCount + 3) / 4)
    }
}
