import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutRecords
import BrownoutTesting
import BrownoutWire
import Testing

// What an answer costs and which tools it calls: as its body says, whoever made it.
extension CompatibilityTests {
    @Test(arguments: EndpointSample.written, [false, true])
    func anAnswerSaysWhatItCostsAndCalls(_ sample: EndpointSample, _ stream: Bool) {
        for reply in Self.replies(sample) {
            let body = Self.answer(sample, stream: stream, reply).bytes
            let said = RecordedAnswer.account(
                body, stream ? sample.streams : nil, endpoint: sample.endpoint, of: sample.dialect)
            let made = AnswerAccount(reply, of: sample.dialect)
            // Where prompts are counted by themselves, the reply's number is not asked for.
            let prompts = [made.promptTokens, sample.request(stream: stream).promptTokens]
            #expect(prompts.contains(said.promptTokens))
            #expect(said.completionTokens == made.completionTokens)
            #expect(said.toolCalls == made.toolCalls)
            // Not every API counts these.
            #expect([nil, made.cachedTokens].contains(said.cachedTokens))
            #expect([nil, made.cacheWriteTokens].contains(said.cacheWriteTokens))
            #expect([nil, made.thinkingTokens].contains(said.thinkingTokens))
        }
    }
}
