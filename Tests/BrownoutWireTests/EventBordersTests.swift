import BrownoutWire
import Testing

@Suite struct EventBordersTests {
    @Test(
        arguments: [
            ("data: a\n\ndata: b\n\n", [9, 18]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", [11, 22]),
            ("data: a\r\rdata: b\r\r", [9, 18]),
            ("event: x\ndata: a\n\ndata: torn", [18, 28]),
            ("\n\n: comment\n\ndata: b\n\n", [13, 22]),
            ("", []),
        ] as [(String, [Int])])
    func anEmptyLineBehindOthersEndsAnEvent(body: String, ends: [Int]) {
        #expect(EventBorders(of: Array(body.utf8), .sse).ends == ends)
    }

    @Test(arguments: ["data: a\n\ndata: b\n\n", "data: a\r\n\r\nid: 1\r\n\r\n", "a\r\rb\n\nc"])
    func theBordersAreTheSameHoweverTheBytesCome(body: String) {
        let bytes = Array(body.utf8)
        var borders = EventBorders(.sse)
        for byte in bytes { borders.add([byte]) }
        borders.finish()
        #expect(borders == EventBorders(of: bytes, .sse))
    }
}
