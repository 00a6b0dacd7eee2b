import BrownoutEngine
import BrownoutWire
import Foundation
import Testing

/// Events are broken in what they hold: their lines, and the events around them, stay what they
/// were.
@Suite struct BrokenEventTests {
    private static let events = [
        "event: start\ndata: {\"n\":{\"a\":1}}\n\n", ": a comment\n\n",
        "event: text\ndata: {\"t\":\"caf\u{E9}\"}\n\n", "data: {\"more\":\ndata: [1, 2]}\n\n",
        "data: 12\n\n", "data: [DONE]\n\n",
    ]

    private func script(_ events: [String]) -> WireScript {
        let stream = EventStream(StreamForm(.sse), count: events.count, tokens: { _ in 1 }) {
            index, writer in
            writer.bytes.append(contentsOf: events[index].utf8)
        }
        return WireScript(
            Answer(
                head: ResponseHead(status: 200, reason: "OK", fields: [:]), body: .events(stream)))
    }

    /// The bytes of the body under faults, without chunks.
    private func body(_ script: WireScript) -> [UInt8] {
        script.steps.dropFirst().flatMap { step -> [UInt8] in
            guard case .send(let bytes) = step, let end = bytes.firstIndex(of: 10) else {
                return []
            }
            return Array(bytes[(end + 1)...].dropLast(2))
        }
    }

    /// Events as a client sees them: the names and the data of each.
    private func parsed(_ bytes: [UInt8]) -> [(name: [UInt8], data: [UInt8])] {
        var events: [(name: [UInt8], data: [UInt8])] = []
        var rest = bytes[...]
        for end in EventBorders(of: bytes, .sse).ends {
            let event = rest[..<end]
            rest = rest[end...]
            var (name, data): ([UInt8], [UInt8]) = ([], [])
            for line in event.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
                if line.starts(with: "event: ".utf8) { name += line.dropFirst(7) }
                if line.starts(with: "data: ".utf8) { data += line.dropFirst(6) + [10] }
            }
            events.append((name, data))
        }
        return events
    }

    private func isJSON(_ data: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(data), options: .fragmentsAllowed)) != nil
    }

    @Test(arguments: [[], [Fault.shape(.crlf)], [.shape(.cr)], [.shape(.byteOrderMark)]])
    func wherePlacesFallOneEventsJSONIsBroken(shapes: [Fault]) {
        let shaped = script(Self.events).applying(.all(shapes + [.shape(.eventIDs)])) { _ in [] }
        let bytes = body(shaped)
        let whole = parsed(bytes)
        for place in 0..<bytes.count {
            let broken = shaped.mangled(.badJSON, at: .byte(place))
            let events = parsed(body(broken))
            #expect(events.count == whole.count && events.map(\.name) == whole.map(\.name))
            let changed = zip(events, whole).filter { $0.data != $1.data }
            #expect(changed.count == 1, "byte \(place)")
            #expect(changed.allSatisfy { !isJSON($0.0.data) }, "byte \(place)")
        }
    }

    @Test func theSameBraceIsMissingWhateverTheLinesEndWith() {
        for end in ["\n", "\r\n", "\r"] {
            let events = Self.events.map { $0.replacingOccurrences(of: "\n", with: end) }
            let broken = body(script(events).mangled(.badJSON, at: .event(0)))
            let expected = "event: start\(end)data: {\"n\":{\"a\":1}\(end)\(end)"
            #expect(broken.starts(with: expected.utf8))
        }
    }

    @Test func aByteThatIsNotUTF8LeavesTheLinesAlone() {
        let bytes = body(script(Self.events))
        for place in 0..<bytes.count {
            let broken = body(script(Self.events).mangled(.badUTF8, at: .byte(place)))
            let isEnd = bytes[place] == 10
            #expect(broken.count == bytes.count)
            #expect(broken.filter { $0 == 10 }.count == bytes.filter { $0 == 10 }.count)
            #expect(broken.filter { $0 == 0xFF }.count == 1)
            #expect((broken[place] == 0xFF) != isEnd)
        }
    }

    @Test func linesThatEndInAnotherWayAreRewrittenOnce() {
        let text = "data: a\r\n\r\ndata: b\r\r"
        let unix = body(script([text]).shaped(.crlf))
        #expect(unix == Array("data: a\r\n\r\ndata: b\r\n\r\n".utf8))
        let same = script(["data: a\r\n\r\n"]).shaped(.crlf)
        #expect(body(same) == Array("data: a\r\n\r\n".utf8))
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func theBlankLineThatIsMissingIsAWholeOne(end: String) {
        let last = body(script(["data: a\(end)\(end)"]).shaped(.noFinalBlankLine))
        #expect(last == Array("data: a\(end)".utf8))
    }

    @Test func oneEventCannotComeLate() {
        let one = script(["data: a\n\n"]).mangled(.reorder, at: .event(0))
        #expect(body(one) == Array("data: a\n\n".utf8))
    }
}
