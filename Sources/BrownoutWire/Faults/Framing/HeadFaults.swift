import BrownoutEngine
import BrownoutJSON

// Heads that are wrong.
extension HTTP1Framing {
    private static let informationalAnswers = 100
    private static let furtherFields = 300
    private static let hugeValue = 128 * 1024

    /// RFC 8297: any number of these may come before the answer.
    static func appendInformationalFlood(to bytes: inout [UInt8]) {
        for _ in 0..<informationalAnswers {
            bytes.append(text: "HTTP/1.1 103 Early Hints\r\nlink: </>; rel=preconnect\r\n\r\n")
        }
    }

    /// Spoils the head that begins at an index and ends with its empty line.
    static func spoil(headFrom start: Int, _ fault: FramingFault, in bytes: inout [UInt8]) {
        switch fault {
        case .garbageStatusLine: garbleStatusLine(start, &bytes)
        case .partialHeaders: breakOff(start, &bytes)
        case .hugeHeader:
            insert("x-huge: ", [UInt8](repeating: UInt8(ascii: "a"), count: hugeValue), &bytes)
        case .headerWithoutColon: insert("x-header-without-colon", [], &bytes)
        case .nulInHeader:
            insert("x-nul: before", [0] + Array("after".utf8), &bytes)
        case .manyHeaders:
            for index in 1...furtherFields { insert("x-field-\(index): ", [0x31], &bytes) }
        // Of the body, or before the head.
        case .badChunkSize, .noChunkEnd, .noLastChunk, .lengthTooLong, .lengthTooShort,
            .lengthTwice, .lengthAndChunked, .truncatedBody, .informationalFlood, .gzipLie,
            .gzipTruncated, .gzipUnasked, .closeDelimited:
            break
        }
    }

    /// One more line before the empty one.
    private static func insert(_ text: String, _ value: [UInt8], _ bytes: inout [UInt8]) {
        bytes.removeLast(2)
        bytes.append(contentsOf: text.utf8)
        bytes.append(contentsOf: value)
        bytes.append(text: "\r\n\r\n")
    }

    private static func garbleStatusLine(_ start: Int, _ bytes: inout [UInt8]) {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: "?! 2OO not http".utf8)
    }

    /// Ends the bytes inside the value of the field half-way down.
    private static func breakOff(_ start: Int, _ bytes: inout [UInt8]) {
        let middle = start + (bytes.count - start) / 2
        let colon = bytes[middle...].firstIndex(of: UInt8(ascii: ":")) ?? middle
        bytes.removeSubrange(min(colon + 3, bytes.count - 4)...)
    }
}
