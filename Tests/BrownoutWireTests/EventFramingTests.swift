import BrownoutEngine
import Foundation
import Testing

@testable import BrownoutWire

/// What is framed is read back, whatever it says and however its bytes come.
@Suite struct EventFramingTests {
    static let framings: [EventFraming] = [.sse, .ndjson, .jsonArray, .awsEventStream]

    /// Numbers that follow from a seed (Numerical Recipes' generator).
    private struct Numbers {
        var state: UInt32

        mutating func next(_ limit: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 8) % limit
        }
    }

    private static let pieces = [
        "a", "\u{FC}", "\u{1F600}", "]", "[", "{", "}", ",", ":", " ", "\\\"", "\\\\", "\\n",
        "data: ", "event: ", "\u{2028}",
    ]

    /// JSON objects with texts of everything that could be taken for a frame.
    static func events(_ seed: Int) -> [StreamEvent] {
        var numbers = Numbers(state: UInt32(seed))
        return (0..<1 + numbers.next(6)).map { index in
            var text = ""
            for _ in 0..<numbers.next(12) { text += pieces[numbers.next(pieces.count)] }
            let payloads = [
                "{\"t\":\"\(text)\",\"n\":[\(index),{}]}", "[[\"\(text)\"],\(index)]",
                "\"\(text)\"", "\(index)", "true", "{}",
            ]
            let name = ["message_start", "x", nil][numbers.next(3)]
            return StreamEvent(name, Array(payloads[numbers.next(payloads.count)].utf8))
        }
    }

    /// The events of a body, as whoever gets it reads them.
    private func read(_ body: [UInt8], _ framing: EventFraming) -> [StreamEvent] {
        var start = 0
        return EventBorders(of: body, framing).ends.map { end in
            defer { start = end }
            return framing.read(body[start..<end])
        }
    }

    /// As a framing carries them: not all have a place for names.
    private func carried(_ events: [StreamEvent], _ framing: EventFraming) -> [StreamEvent] {
        let hasNames = framing == .sse || framing == .awsEventStream
        return events.map { StreamEvent(hasNames ? $0.name : nil, $0.payload) }
    }

    private func stream(_ framing: EventFraming, _ events: [StreamEvent]) -> EventStream {
        EventStream(
            StreamForm(framing), count: events.count, terminal: events.count - 1,
            tokens: { _ in 1 }, write: { index, writer in writer.write(events[index]) })
    }

    private func body(_ stream: EventStream) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<stream.count { stream.render(index, &bytes) }
        return bytes
    }

    @Test(arguments: framings, 0..<60)
    func whatIsFramedIsReadBack(framing: EventFraming, seed: Int) {
        let events = Self.events(seed)
        let body = framing.body(of: events)
        #expect(read(body, framing) == carried(events, framing))
        #expect(self.body(stream(framing, events)) == body)
        let payloads = framing.payloads(in: body).map { Array(body[$0]) }
        #expect(payloads == events.map(\.payload))
    }

    @Test(arguments: framings, 0..<20)
    func bordersAreTheSameWhereverTheBytesAreCut(framing: EventFraming, seed: Int) {
        let body = framing.body(of: Self.events(seed))
        let whole = EventBorders(of: body, framing)
        #expect(whole.ends.last == body.count)
        var single = EventBorders(framing)
        for byte in body { single.add([byte]) }
        single.finish()
        #expect(single == whole)
        for cut in 0...body.count {
            var borders = EventBorders(framing)
            borders.add(body[..<cut])
            let known = borders.ends
            borders.add(body[cut...])
            borders.finish()
            #expect(borders == whole, "cut at \(cut)")
            // All but the last of those that are known stay where they are.
            #expect(whole.ends.starts(with: known.dropLast()), "cut at \(cut)")
        }
    }

    /// A torn body is all events; only the last of them is not whole.
    @Test(arguments: framings, 0..<20)
    func whatBreaksOffHarmsNothingBeforeIt(framing: EventFraming, seed: Int) {
        let events = carried(Self.events(seed), framing)
        let body = framing.body(of: events)
        let ends = EventBorders(of: body, framing).ends
        for cut in 1...body.count {
            let part = Array(body[..<cut])
            let torn = EventBorders(of: part, framing).ends
            #expect(torn.last == cut)
            let isWhole = ends.count { $0 <= cut }
            #expect(read(part, framing).prefix(isWhole) == events.prefix(isWhole)[...])
        }
    }

    // MARK: Events

    /// Brackets stand where the array begins and ends as it is sent.
    @Test(arguments: framings, 0..<30)
    func eventsAreLeftOutAndAddedAnywhere(framing: EventFraming, seed: Int) throws {
        let events = Self.events(seed)
        let added = StreamEvent("added", Array(#"{"added":[1]}"#.utf8))
        let own = stream(framing, events)
        let framed = framing.body(of: events)
        let ends = EventBorders(of: framed, framing).ends
        // The same stream, as somebody else has framed it.
        let foreign = EventStream(
            StreamForm(framing), count: ends.count, terminal: ends.count - 1, tokens: { _ in 1 }
        ) { index, writer in
            let start = index == 0 ? 0 : ends[index - 1]
            writer.write(framed: framed[start..<ends[index]], isClosed: true)
        }
        #expect(body(foreign) == framed)
        for stream in [own, foreign] {
            for place in 0...events.count {
                var more = events
                more.insert(added, at: place)
                let longer = stream.inserting(added, at: place)
                #expect(read(body(longer), framing) == carried(more, framing))
                #expect(longer.terminal == (place < events.count ? events.count : events.count - 1))
                try expectJSON(longer)
                guard place < events.count else { continue }
                var less = events
                less.remove(at: place)
                let shorter = stream.dropping(place)
                if !less.isEmpty {
                    #expect(read(body(shorter), framing) == carried(less, framing))
                    try expectJSON(shorter)
                }
                #expect(shorter.terminal == (place == events.count - 1 ? nil : events.count - 2))
                try expectJSON(stream.duplicating(place))
                try expectJSON(stream.reordering(place))
            }
        }
    }

    /// Of an array the whole body is JSON, of lines each.
    private func expectJSON(_ stream: EventStream) throws {
        switch stream.form.framing {
        case .jsonArray: _ = try JSONSerialization.jsonObject(with: Data(body(stream)))
        case .ndjson:
            for line in body(stream).split(separator: 10) {
                _ = try JSONSerialization.jsonObject(
                    with: Data(line), options: .fragmentsAllowed)
            }
        case .sse, .awsEventStream: break
        }
    }

    @Test func anErrorClosesTheArrayThatItBreaksOff() {
        let events = (0..<3).map { StreamEvent(nil, Array("{\"n\":\($0)}".utf8)) }
        let script = WireScript(
            Answer(
                head: ResponseHead(status: 200, reason: "OK", fields: [:]),
                body: .events(stream(.jsonArray, events))))
        let error = StreamEvent(nil, Array(#"{"error":1}"#.utf8))
        func sent(_ position: Position) -> String {
            script.failing(with: [error], at: position).steps.compactMap { step in
                guard case .send(let bytes) = step else { return nil }
                return String(decoding: bytes, as: UTF8.self)
                    .components(separatedBy: "\r\n").dropFirst().first
            }.dropFirst().joined()
        }
        #expect(sent(.start) == #"[{"error":1}]"#)
        #expect(sent(.event(2)) == #"[{"n":0},{"n":1},{"error":1}]"#)
    }

    @Test func whatSomebodyElseWroteAsAnArrayStaysAsItIs() {
        let text = " [ {\"a\":\"],[\"}\r\n,\r\n[1] , 2\n]\n"
        let body = Array(text.utf8)
        let ends = EventBorders(of: body, .jsonArray).ends
        #expect(ends == [14, 22, text.utf8.count])
        let values = EventFraming.jsonArray.payloads(in: body).map {
            String(decoding: body[$0], as: UTF8.self)
        }
        #expect(values == [#"{"a":"],["}"#, "[1]", "2"])
    }
}
