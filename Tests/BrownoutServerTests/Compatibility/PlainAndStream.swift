import BrownoutAnswers
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import Testing

@testable import BrownoutDialects

// The same request, plain and streamed, is answered with the same.
extension CompatibilityTests {
    private static let texts = [
        "", "Hi", "Hello! How can I help?", Samples.awkward, "  two  spaces ",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} family", "averyveryverylongwordindeed",
        "\"\"\"\\\\\\",
    ]

    @Test(arguments: EndpointSample.written)
    func aStreamSaysWhatThePlainAnswerSays(_ sample: EndpointSample) throws {
        for reply in Self.replies(sample) {
            let plain = Self.answer(sample, stream: false, reply)
            let stream = Self.answer(sample, stream: true, reply)
            let said = try Said(plain: plain.bytes, sample)
            #expect(try Said(stream: stream.bytes, sample) == said)
            // What was read is what was said.
            let (read, made) = (said.reply.choices, reply.choices)
            #expect(read.map { $0.text?.text ?? "" } == made.map { $0.text?.text ?? "" })
            #expect(
                read.map { $0.toolCalls.map(\.name) } == made.map { $0.toolCalls.map(\.name) })
            #expect(
                try arguments(of: read) == arguments(of: made), "the arguments of \(sample)")
        }
    }

    private func arguments(of choices: [Reply.Choice]) throws -> [JSON] {
        try choices.flatMap(\.toolCalls).map { try JSON.parse($0.arguments.text) }
    }

    /// What is made up does not depend on how it is to be sent.
    @Test(arguments: EndpointSample.written, [false, true])
    func whatIsMadeUpIsTheSameInBothKinds(_ sample: EndpointSample, offers: Bool) throws {
        var said: [Said] = []
        for stream in [false, true] {
            let request = sample.incoming(stream: stream, offers ? sample.offer : [])
            let script = Self.plan(request).planned.answer.script
            said.append(try Said(RecordedResponse(script).body, stream: stream, sample))
        }
        #expect(said[0] == said[1])
    }

    private func answers(
        _ dialect: DialectName, _ choice: Reply.Choice
    ) -> (plain: Answer, stream: Answer) {
        let reply = Reply(choices: [choice], promptTokens: 3)
        return (
            Dialects.answer(
                Samples.request(dialect, [("stream", false)]), reply: reply,
                context: Samples.context),
            Dialects.answer(
                Samples.request(dialect, [("stream", true)]), reply: reply,
                context: Samples.context)
        )
    }

    @Test(arguments: DialectName.allCases, texts)
    func theTokensOfAStreamAddUpToThePlainText(_ dialect: DialectName, _ text: String) throws {
        let (plain, stream) = answers(
            dialect, Reply.Choice(text: TokenText(text), finish: .stop))
        let places = DialectSample.of(dialect).text
        let tokens = try Self.frames(stream).compactMap {
            $0.value(at: places.event)?.stringValue
        }
        #expect(tokens.joined() == text)
        let json = try JSON.parse(plain.bytes)
        #expect(json.value(at: places.plain)?.stringValue ?? "" == text)
    }

    @Test(arguments: DialectName.allCases)
    func theFragmentsOfArgumentsAddUp(_ dialect: DialectName) throws {
        let (_, stream) = answers(
            dialect, Reply.Choice(toolCalls: [Samples.weatherCall], finish: .toolCalls))
        let pointer = DialectSample.of(dialect).arguments
        // Text, or JSON that comes whole.
        let fragments = try Self.frames(stream).compactMap { $0.value(at: pointer) }
        let texts = fragments.map { $0.stringValue ?? $0.text }
        #expect(texts.joined() == Samples.weatherCall.arguments.text)
    }

    @Test(arguments: DialectName.allCases, texts)
    func eventsBringAsManyTokensAsTheReplyHas(_ dialect: DialectName, _ text: String) throws {
        let choice = Reply.Choice(
            text: TokenText(text), toolCalls: [Samples.weatherCall], finish: .toolCalls)
        let (plain, answer) = answers(dialect, choice)
        let (stream, body) = (try Self.stream(answer), try Self.whole(plain))
        let brought = (0..<stream.count).reduce(0) { $0 + stream.tokens($1) }
        #expect(
            brought
                == TokenEstimate.count(text)
                + TokenEstimate.count(Samples.weatherCall.arguments.text))
        #expect(body.tokens == brought)
        #expect(body.tokenEnds().count == brought)
    }

    @Test(arguments: DialectName.allCases, texts)
    func tokenEndsPointBehindEachToken(_ dialect: DialectName, _ text: String) throws {
        let (plain, _) = answers(dialect, Reply.Choice(text: TokenText(text), finish: .stop))
        let body = try Self.whole(plain)
        let ends = body.tokenEnds()
        // The text begins at the first token's end minus its escaped length.
        let tokens = TokenText(text)
        for (index, end) in ends.enumerated() {
            var bytes: [UInt8] = []
            bytes.appendJSON(escaping: String(tokens.token(index)))
            var escaped = String(decoding: bytes, as: UTF8.self)
            for (text, escape) in DialectSample.of(dialect).escapes {
                escaped = escaped.replacing(text, with: escape)
            }
            let start = end - escaped.utf8.count
            #expect(Array(body.bytes[start..<end]) == Array(escaped.utf8))
            if index > 0 { #expect(ends[index - 1] == start) }
        }
    }

    @Test(arguments: DialectName.allCases)
    func eventsCanBeRenderedInAnyOrder(_ dialect: DialectName) throws {
        let (_, answer) = answers(
            dialect, Reply.Choice(text: TokenText("one two three"), finish: .stop))
        let stream = try Self.stream(answer)
        let backward = (0..<stream.count).reversed().map { index in
            var bytes: [UInt8] = []
            stream.render(index, &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(answer.events == backward.reversed())
    }

    @Test(arguments: DialectName.allCases)
    func aTableFindsWhatItsAnswersSay(_ dialect: DialectName) throws {
        let reading = Dialects.profile(dialect).answers
        let answer = Dialects.answer(
            Samples.request(dialect), reply: Samples.mixed, context: Samples.context)
        let json = try JSON.parse(answer.bytes)
        func has(_ paths: [JSONPath]) -> Bool {
            paths.contains { !json.values(at: $0).isEmpty }
        }
        #expect(reading.isFinished(json))
        #expect(has(reading.usage.places))
        #expect(has(reading.models))
        #expect(has(reading.ids) == DialectSample.of(dialect).hasIDs)
        #expect(reading.callIDs.isEmpty || has(reading.callIDs))
        #expect(has(reading.texts) && has(reading.texts + reading.values))
        #expect(!reading.isFinished([:]))
    }
}
