import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct StreamTests {
    private static let texts = [
        "", "Hi", "Hello! How can I help?", Samples.awkward, "  two  spaces ",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} family", "averyveryverylongwordindeed",
        "\"\"\"\\\\\\",
    ]

    private func answers(
        _ dialect: DialectName, _ choice: Reply.Choice
    ) -> (plain: Answer, stream: Answer) {
        let reply = Reply(choices: [choice], promptTokens: 3)
        return (
            Dialects.answer(Samples.request(dialect), reply: reply, context: Samples.context),
            Dialects.answer(
                Samples.request(dialect, [("stream", true)]), reply: reply,
                context: Samples.context)
        )
    }

    @Test(arguments: DialectName.allCases, texts)
    func theTokensOfAStreamAddUpToThePlainText(_ dialect: DialectName, _ text: String) throws {
        let (plain, stream) = answers(
            dialect, Reply.Choice(text: TokenText(text), finish: .stop))
        let frames = try stream.frames()
        let places = DialectSample.of(dialect).text
        let tokens = frames.compactMap { $0.value(at: places.event)?.stringValue }
        #expect(tokens.joined() == text)
        #expect(try plain.json().value(at: places.plain)?.stringValue ?? "" == text)
    }

    /// Ollama's arguments come whole.
    @Test(arguments: [DialectName.openai, .anthropic, .mistral])
    func theFragmentsOfArgumentsAddUp(_ dialect: DialectName) throws {
        let (_, stream) = answers(
            dialect, Reply.Choice(toolCalls: [Samples.weatherCall], finish: .toolCalls))
        let pointer = DialectSample.of(dialect).arguments
        let fragments = try stream.frames().compactMap { $0.value(at: pointer)?.stringValue }
        #expect(fragments.joined() == Samples.weatherCall.arguments.text)
    }

    @Test(arguments: DialectName.allCases, texts)
    func eventsBringAsManyTokensAsTheReplyHas(_ dialect: DialectName, _ text: String) throws {
        let choice = Reply.Choice(
            text: TokenText(text), toolCalls: [Samples.weatherCall], finish: .toolCalls)
        let (plain, answer) = answers(dialect, choice)
        guard case .events(let stream) = answer.body, case .whole(let body) = plain.body else {
            Issue.record("a stream and a plain body were asked for")
            return
        }
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
        guard case .whole(let body) = plain.body else {
            Issue.record("a plain body was asked for")
            return
        }
        let ends = body.tokenEnds()
        // The text begins at the first token's end minus its escaped length.
        let tokens = TokenText(text)
        for (index, end) in ends.enumerated() {
            var escaped: [UInt8] = []
            escaped.appendJSON(escaping: String(tokens.token(index)))
            if dialect == .ollama {
                // Go escapes more than JSON asks for.
                let text = String(decoding: escaped, as: UTF8.self)
                escaped = Array(text.replacing("\u{2028}", with: #"\u2028"#).utf8)
            }
            #expect(Array(body.bytes[(end - escaped.count)..<end]) == escaped)
            if index > 0 { #expect(ends[index - 1] == end - escaped.count) }
        }
    }

    @Test func chunksAgreeOnWhatIsTheSameInAll() throws {
        let (_, stream) = answers(
            .openai, Reply.Choice(text: TokenText("a b c d"), finish: .stop))
        let frames = try stream.frames()
        for key in ["id", "created", "model", "system_fingerprint"] {
            #expect(frames.allSatisfy { $0[key] != nil && $0[key] == frames[0][key] })
        }
    }

    @Test func obfuscationHidesTheLengthOfATokenUnlessItIsOff() throws {
        let reply = Reply(
            choices: [Reply.Choice(text: TokenText("a bb ccc dddd eeeee"), finish: .stop)],
            promptTokens: 1)
        let on = Dialects.answer(
            Samples.request(.openai, [("stream", true)]), reply: reply, context: Samples.context)
        let lengths = on.events[1...5].map(\.utf8.count)
        #expect(Set(lengths).count == 1)
        let off = Dialects.answer(
            Samples.request(
                .openai, [("stream", true), ("stream_options", ["include_obfuscation": false])]),
            reply: reply, context: Samples.context)
        #expect(try off.frames().allSatisfy { $0["obfuscation"] == nil })
    }

    @Test(arguments: DialectName.allCases)
    func eventsCanBeRenderedInAnyOrder(_ dialect: DialectName) {
        let (_, answer) = answers(
            dialect, Reply.Choice(text: TokenText("one two three"), finish: .stop))
        guard case .events(let stream) = answer.body else {
            Issue.record("a stream was asked for")
            return
        }
        let forward = answer.events
        let backward = (0..<stream.count).reversed().map { index in
            var bytes: [UInt8] = []
            stream.render(index, &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(forward == backward.reversed())
    }

    @Test func usageOfAnthropicIsCumulative() throws {
        let (_, answer) = answers(
            .anthropic, Reply.Choice(text: TokenText("one two three"), finish: .stop))
        let frames = try answer.frames()
        let usages = frames.compactMap {
            ($0["message"] ?? $0)["usage"]?["output_tokens"]?.intValue
        }
        #expect(usages == [1, 3])
    }
}
