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

    /// Whatever is done to a recording on its way, the row says what the client is given.
    @Test(
        arguments: EndpointSample.written,
        [
            nil, .argumentsCut, .unknownTool, .duplicateToolID, .emptyChoices, .nullChoices,
            .emptyBody,
        ]
            as [ContentFault?])
    func aReplayCallsWhatGoesOut(_ sample: EndpointSample, _ fault: ContentFault?) {
        let kinds = [(false, false), (false, true), (true, false), (true, true)]
        for (recorded, asked) in kinds {
            for reply in Self.replies(sample) {
                var source = ReplaySource(path: "test")
                source.freshIDs = reply != Samples.mixed
                let answer = Self.answer(sample, stream: recorded, reply)
                let recording = Self.recording(
                    sample, stream: recorded, RecordedResponse(WireScript(answer)))
                let replayed = Self.replay(
                    recording, to: sample, stream: asked, as: source, fault.map { .content($0) })
                let sent = LoadedRecording(
                    Self.recording(sample, stream: asked, RecordedResponse(replayed.script)))
                // Of an empty body nothing is known but that it calls nothing.
                #expect(replayed.account.toolCalls == sent.account.toolCalls ?? [])
                for count in [\AnswerAccount.promptTokens, \.completionTokens]
                where sent.account[keyPath: count] != nil {
                    #expect(
                        replayed.account[keyPath: count] == sent.account[keyPath: count])
                }
                guard fault == nil else { continue }
                #expect(replayed.account.completionTokens == reply.completionTokens)
                let called = LoadedRecording(recording).account.toolCalls ?? []
                #expect(
                    !source.freshIDs
                        || Set(called.map(\.id)).isDisjoint(
                            with: (replayed.account.toolCalls ?? []).map(\.id))
                )
            }
        }
    }
    /// What cannot be read, or is too long to be, says nothing, and neither does an error.
    @Test(arguments: EndpointSample.written, [false, true])
    func aRecordingIsReadBehindItsCoding(_ sample: EndpointSample, _ stream: Bool) {
        var response = RecordedResponse(
            WireScript(
                Self.answer(sample, stream: stream, Self.replies(sample).last ?? Samples.hello)))
        func account(longestBody limit: Int = LoadedRecording.longestBody) -> AnswerAccount {
            LoadedRecording(
                Self.recording(sample, stream: stream, response), longestBody: limit
            ).account
        }
        let plain = account()
        #expect(plain.completionTokens != nil && plain.toolCalls != nil)
        #expect(account(longestBody: response.body.count - 1) == AnswerAccount())
        response.body = Compressed.deflate(response.body, .gzip)
        response.head?.headers.append(HeaderField("content-encoding", "gzip"))
        #expect(account() == plain)
        response.body.replaceSubrange(0..<4, with: [0, 0, 0, 0])
        #expect(account() == AnswerAccount())
        response = RecordedResponse(head: response.head)
        #expect(account() == AnswerAccount())
    }
}
