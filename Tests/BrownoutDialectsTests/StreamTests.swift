import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct StreamTests {
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
