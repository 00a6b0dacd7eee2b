import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// What OpenAI's `logprobs` say.
@Suite struct OddsTests {
    private func answer(
        _ choice: Reply.Choice, _ candidates: Int? = 3, stream: Bool = false
    ) -> Answer {
        var changes: [(String, JSON)] = [
            ("logprobs", true), ("stream", .bool(stream)), ("n", 2),
        ]
        if let candidates { changes.append(("top_logprobs", .number(JSONNumber(candidates)))) }
        return Dialects.answer(
            Samples.request(.openai, changes),
            reply: Reply(choices: [choice, choice], promptTokens: 3), context: Samples.context)
    }

    private static let said = Reply.Choice(
        text: TokenText("Hi, \(Samples.awkward) the end"), finish: .stop)
    private static let refused = Reply.Choice(text: TokenText("I can't."), finish: .refusal)

    @Test(arguments: [0, 1, 2, 5, 20])
    func theyAreADistribution(_ candidates: Int) throws {
        let body = try answer(Self.said, candidates).json()
        for choice in try #require(body["choices"]?.arrayValue) {
            let tokens = try #require(choice.value(at: "/logprobs/content")?.arrayValue)
            #expect(tokens.compactMap { $0["token"]?.stringValue }.joined() == Self.said.text?.text)
            #expect(choice.value(at: "/logprobs/refusal") == JSON.null)
            for token in tokens {
                let own = try #require(token["logprob"]?.doubleValue)
                let top = try #require(token["top_logprobs"]?.arrayValue)
                let logprobs = top.compactMap { $0["logprob"]?.doubleValue }
                #expect(own < 0)
                #expect(top.count == candidates)
                #expect(logprobs == logprobs.sorted(by: >))
                #expect(logprobs.reduce(0) { $0 + Portable.exp($1) } <= 1)
                #expect(Set(top.compactMap { $0["token"]?.stringValue }).count == candidates)
                let itself = top.first { $0["token"] == token["token"] }
                #expect(candidates == 0 || itself?["logprob"] == token["logprob"])
                let bytes = token["bytes"]?.arrayValue?.compactMap { $0.intValue.map(UInt8.init) }
                #expect(bytes == (token["token"]?.stringValue).map { Array($0.utf8) })
            }
        }
    }

    @Test(arguments: [said, refused])
    func aStreamSaysTheSame(_ choice: Reply.Choice) throws {
        let key = choice.finish == .refusal ? "refusal" : "content"
        let plain = try answer(choice).json()
        let frames = try answer(choice, stream: true).frames()
        for index in 0..<2 {
            var streamed: [JSON] = []
            for frame in frames where frame.value(at: "/choices/0/index")?.intValue == index {
                streamed += frame.value(at: "/choices/0/logprobs/\(key)")?.arrayValue ?? []
            }
            #expect(JSON.array(streamed) == plain.value(at: "/choices/\(index)/logprobs/\(key)"))
        }
    }

    @Test func choicesDifferAndRunsDoNot() throws {
        let body = try answer(Self.said).json()
        #expect(body.value(at: "/choices/0/logprobs") != body.value(at: "/choices/1/logprobs"))
        #expect(try answer(Self.said).json() == body)
    }

    @Test func theFormIsTheProviders() {
        let short = Reply.Choice(text: TokenText("Hi you"), finish: .stop)
        Golden.check(answer(short).transcript, "openai-logprobs.http")
        Golden.check(answer(short, stream: true).transcript, "openai-logprobs-stream.http")
    }

    @Test func withoutTextThereAreNone() throws {
        let call = Reply.Choice(toolCalls: [Samples.weatherCall], finish: .toolCalls)
        #expect(try answer(call).json().value(at: "/choices/0/logprobs") == JSON.null)
        for frame in try answer(call, stream: true).frames() {
            #expect(frame.value(at: "/choices/0/logprobs") == JSON.null)
        }
    }

    @Test func alternativesAreOnlyForThoseWhoAskForLogprobs() {
        let alone = Samples.request(.openai, [("top_logprobs", 2)]).refusal
        #expect(alone?.param == "top_logprobs")
        let many = Samples.request(.openai, [("logprobs", true), ("top_logprobs", 21)]).refusal
        #expect(many?.param == "top_logprobs")
    }
}
