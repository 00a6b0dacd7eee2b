import BrownoutEngine
import Foundation
import Testing

@testable import BrownoutWire

/// Faults stand on three floors: events, payloads, frames. What is on one leaves the others right,
/// in every framing.
@Suite struct FramingFloorTests {
    private static let framings = EventFramingTests.framings
    private static let others = framings.filter { $0 != .sse }

    private static let events = (0..<5).map { index in
        StreamEvent("tick", Array("{\"n\":\(index),\"t\":\"\u{FC}\"}".utf8))
    }

    private func script(_ framing: EventFraming, ping: StreamForm.Ping? = nil) -> WireScript {
        let events = Self.events
        let stream = EventStream(
            StreamForm(framing, namesEvents: true, ping: ping), count: events.count,
            terminal: events.count - 1, tokens: { _ in 1 },
            write: { index, writer in writer.write(events[index]) })
        return WireScript(
            Answer(
                head: ResponseHead(status: 200, reason: "OK", fields: [:]), body: .events(stream)))
    }

    /// The bytes of the events of a script's answer, one by one.
    private func rendered(_ script: WireScript) -> [[UInt8]] {
        guard case .events(let stream) = script.answer.body else { return [] }
        return (0..<stream.count).map { index in
            var bytes: [UInt8] = []
            stream.render(index, &bytes)
            return bytes
        }
    }

    private func payloads(_ script: WireScript, _ framing: EventFraming) -> [[UInt8]] {
        rendered(script).map { framing.read($0).payload }
    }

    // MARK: Frames

    @Test func eachFramingIsSpeltAsItsProviderSpellsIt() {
        let events = [
            StreamEvent("a", Array("{}".utf8)), StreamEvent(nil, Array("[1]".utf8)),
        ]
        func text(_ framing: EventFraming) -> String {
            String(decoding: framing.body(of: events), as: UTF8.self)
        }
        #expect(text(.sse) == "event: a\ndata: {}\n\ndata: [1]\n\n")
        #expect(text(.ndjson) == "{}\n[1]\n")
        #expect(text(.jsonArray) == "[{},[1]]")
    }

    /// The checksum bit by bit, by its polynomial (IEEE 802.3), without a table.
    private func checksum(_ bytes: some Sequence<UInt8>) -> Int {
        var register: UInt32 = .max
        for byte in bytes {
            for bit in 0..<8 {
                let isSet = (register ^ UInt32(byte >> bit)) & 1 == 1
                register = register >> 1 ^ (isSet ? 0xEDB8_8320 : 0)
            }
        }
        return Int(~register)
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    /// Lengths and both checksums of a message.
    private func expectSound(_ message: [UInt8]) {
        #expect(number(message[0..<4]) == message.count)
        #expect(number(message[8..<12]) == checksum(message[..<8]))
        #expect(number(message.suffix(4)) == checksum(message.dropLast(4)))
        let headers = 12 + number(message[4..<8])
        #expect(headers <= message.count - 4)
    }

    @Test func aMessageHasItsHeadersAndChecksums() {
        // The check value of CRC-32 (Rocksoft model).
        #expect(checksum("123456789".utf8) == 0xCBF4_3926)
        for seed in 0..<40 {
            for event in EventFramingTests.events(seed) {
                expectSound(EventFraming.awsEventStream.body(of: [event]))
            }
        }
        let message = EventFraming.awsEventStream.body(of: [
            StreamEvent("messageStop", Array(#"{"stopReason":"end_turn"}"#.utf8))
        ])
        func header(_ name: String, _ value: String) -> [UInt8] {
            [UInt8(name.utf8.count)] + name.utf8 + [7, 0, UInt8(value.utf8.count)] + value.utf8
        }
        let headers =
            header(":event-type", "messageStop") + header(":content-type", "application/json")
            + header(":message-type", "event")
        #expect(number(message[4..<8]) == headers.count)
        #expect(Array(message[12..<12 + headers.count]) == headers)
        #expect(
            Array(message[(12 + headers.count)...].dropLast(4))
                == Array(#"{"stopReason":"end_turn"}"#.utf8))
    }

    /// Headers of other types stand beside those that are texts.
    @Test func headersOfAllTypesArePassedOver() {
        let others: [[UInt8]] = [
            [1, 97, 0], [1, 97, 1], [1, 97, 2, 9], [1, 97, 3, 9, 9], [1, 97, 4, 9, 9, 9, 9],
            [1, 97, 5] + [UInt8](repeating: 9, count: 8), [1, 97, 6, 0, 2, 9, 9],
            [1, 97, 8] + [UInt8](repeating: 9, count: 8),
            [1, 97, 9] + [UInt8](repeating: 9, count: 16),
        ]
        let name: [UInt8] = [11] + ":event-type".utf8 + [7, 0, 1, 120]
        let headers = others.flatMap { $0 } + name
        var message = [UInt8](repeating: 0, count: 7) + [UInt8(headers.count)]
        message += [0, 0, 0, 0] + headers + "{}".utf8 + [0, 0, 0, 0]
        EventFraming.awsEventStream.seal(&message)
        expectSound(message)
        let read = EventFraming.awsEventStream.read(message)
        #expect(read == StreamEvent("x", Array("{}".utf8)))
        #expect(EventFraming.awsEventStream.read(message.dropLast()).payload.isEmpty)
    }

    @Test func aLengthThatCannotBeHasNoEnd() {
        for length: [UInt8] in [[0, 0, 0, 0], [0, 0, 0, 15], [0xFF, 0xFF, 0xFF, 0xFF]] {
            let body = length + [UInt8](repeating: 7, count: 100)
            #expect(EventBorders(of: body, .awsEventStream).ends == [104])
        }
    }

    @Test func contentTypesNameTheirFraming() {
        for framing in Self.framings where framing != .jsonArray {
            #expect(EventFraming(contentType: framing.contentType) == framing)
        }
        #expect(EventFraming(contentType: "Text/Event-Stream; charset=utf-8") == .sse)
        #expect(EventFraming(contentType: "application/json") == nil)
        let arrays = StreamForm(.jsonArray)
        #expect(arrays.framing(ofType: "application/json", isArray: true) == .jsonArray)
        #expect(arrays.framing(ofType: "application/json", isArray: false) == nil)
        #expect(arrays.framing(ofType: "text/event-stream", isArray: false) == .sse)
        let lines = StreamForm(.sse)
        #expect(lines.framing(ofType: "application/json", isArray: true) == nil)
    }

    // MARK: Faults

    private static let ofLines = FaultKind.allCases.filter { $0.need == .streamWith(.lines) }

    private func faults(_ kind: FaultKind) -> [Fault] {
        switch kind {
        case .shape(let word): [.shape(word)]
        case .mangle(let word): [.mangle(word, at: .event(1))]
        default: []
        }
    }

    /// What a framing does not have cannot be wrong in it: nothing is injected.
    @Test(arguments: framings)
    func faultsOfLinesAreThoseOfServerSentEvents(framing: EventFraming) {
        #expect(
            Self.ofLines.map(\.name).sorted() == [
                "bom", "comment-flood", "comments", "cr", "crlf", "event-ids",
                "no-final-blank-line",
                "no-space",
            ])
        let healthy = script(framing)
        for fault in Self.ofLines.flatMap(faults) {
            let faulty = healthy.applying(fault) { _ in [] }
            #expect((faulty.steps == healthy.steps) == (framing != .sse), "\(fault.name)")
            #expect(faulty.meetsFault == (framing == .sse), "\(fault.name)")
        }
    }

    @Test(arguments: framings)
    func aFloodIsOfTheDialectsPings(framing: EventFraming) throws {
        let flood = Fault.mangle(.pingFlood, at: .event(1))
        #expect(!script(framing).applying(flood) { _ in [] }.meetsFault)
        let ping = StreamForm.Ping("ping", #"{"ping":1}"#)
        let flooded = script(framing, ping: ping).applying(flood) { _ in [] }
        let body = rendered(flooded).flatMap { $0 }
        let payloads = framing.payloads(in: body).map { Array(body[$0]) }
        #expect(payloads.count == 1005)
        #expect(payloads.count { $0 == Array(#"{"ping":1}"#.utf8) } == 1000)
        #expect(payloads[0] == Self.events[0].payload && payloads[1004] == Self.events[4].payload)
    }

    /// A payload is broken, and its frame and the events around it are right.
    @Test(arguments: framings, [Mangle.badJSON, .badUTF8, .hugeEvent])
    func aBrokenPayloadStandsInARightFrame(framing: EventFraming, mangle: Mangle) {
        let healthy = script(framing)
        let healthyEvents = rendered(healthy)
        let length = healthyEvents.reduce(0) { $0 + $1.count }
        let bytes = (0..<length).map { Position.byte($0) }
        let places = mangle == .hugeEvent ? [.event(2)] : bytes + [.event(2)]
        for place in places {
            let faulty = healthy.applying(.mangle(mangle, at: place)) { _ in [] }
            let (payloads, events) = (payloads(faulty, framing), rendered(faulty))
            let changed = events.indices.filter { events[$0] != healthyEvents[$0] }
            #expect(changed.count == 1, "\(place)")
            #expect(faulty.meetsFault)
            for index in changed {
                let json = try? JSONSerialization.jsonObject(with: Data(payloads[index]))
                let event = events[index]
                switch mangle {
                case .badJSON: #expect(json == nil, "\(place)")
                case .badUTF8: #expect(event.contains(0xFF), "\(place)")
                default: #expect(json != nil && event.count == 2 << 20)
                }
                // Two million bytes, bit by bit, take too long.
                if framing == .awsEventStream, mangle != .hugeEvent { expectSound(event) }
            }
        }
    }

    @Test(arguments: framings, [Mangle.drop, .duplicate, .reorder])
    func eventsMoveWithTheirFrames(framing: EventFraming, mangle: Mangle) throws {
        let moved = payloads(
            script(framing).applying(.mangle(mangle, at: .event(4))) { _ in [] }, framing)
        let order =
            switch mangle {
            case .drop: [0, 1, 2, 3]
            case .duplicate: [0, 1, 2, 3, 4, 4]
            default: [0, 1, 2, 4, 3]
            }
        #expect(moved == order.map { Self.events[$0].payload })
    }
}
