import NIOCore
import NIOEmbedded
import Testing

@testable import BrownoutServer

/// A response is cut where its head and its chunks end, however its bytes come.
@Suite struct ResponseUnitsTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let chunks = ["5\r\nhello\r\n", "1;x=y\r\n!\r\n", "0\r\nTrailer: a\r\n\r\n"]
    private static let plain = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"

    /// The units that are whole after each piece of so many bytes.
    private func units(_ text: String, by size: Int) -> [String] {
        var units = ResponseUnits()
        var found: [String] = []
        var held: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            var taken = 0
            for end in units.take(piece) {
                held += piece.dropFirst(taken).prefix(end - taken)
                taken = end
                found.append(String(decoding: held, as: UTF8.self))
                held = []
            }
            held += piece.dropFirst(taken)
        }
        if !held.isEmpty { found.append("held: " + String(decoding: held, as: UTF8.self)) }
        return found
    }

    @Test(arguments: [1, 2, 3, 7, 20, 1000])
    func chunksStayWholeHoweverTheyCome(size: Int) {
        let text = Self.head + Self.chunks.joined() + Self.head + Self.chunks[0]
        #expect(units(text, by: size) == [Self.head] + Self.chunks + [Self.head, Self.chunks[0]])
    }

    @Test func aBodyWithALengthIsHandedOnAsItComes() {
        #expect(units(Self.plain + "ab", by: 1000) == [Self.plain, "ab"])
        let two = Self.plain + "abcd" + Self.plain + "efgh"
        #expect(units(two, by: 1000) == [Self.plain, "abcd", Self.plain, "efgh"])
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n\r\n", "garbage\r\n\r\n", head + "zz\r\n"])
    func whatMakesNoSenseIsHandedOnAsItComes(start: String) {
        #expect(units(start + "abc", by: 1000).joined() == start + "abc")
    }

    @Test func anAnswerWithoutABodyIsFollowedByAHead() {
        let text = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n" + Self.head
        #expect(units(text, by: 5).count == 3)
    }

    @Test func aChunkThatDoesNotComeWholeIsHandedOnInTheEnd() throws {
        let channel = EmbeddedChannel(handler: ChunkAligner())
        try channel.writeInbound(ByteBuffer(string: Self.head + "5\r\nhe"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: Self.head))
        #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(5))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "5\r\nhe"))
        try channel.writeInbound(ByteBuffer(string: "llo\r\n0\r\n"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "llo\r\n"))
        try channel.writeInbound(ByteBuffer(string: "\r\n"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "0\r\n\r\n"))
        _ = try channel.finish()
    }
}
