import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@testable import BrownoutDialects

/// The tables of where answers and requests hold what they say.
@Suite struct ReadingTests {

    @Test func aTotalIsTheSumOfItsParts() throws {
        let usage = Dialects.profile(.openai).answers.usage
        let counts: JSON = ["prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 1]
        #expect(usage.summed(["usage": counts])?["usage"]?["total_tokens"] == 7)
        #expect(usage.summed(["usage": ["prompt_tokens": 3, "total_tokens": 1]]) == nil)
        #expect(Dialects.profile(.anthropic).answers.usage.total == nil)
    }

    /// As Ollama says it (wire facts, 10); the part of a second stays, and with it the length.
    @Test func aTimeThatIsATextIsRenewedAsOne() {
        let body = Array(
            (#"{"created_at":"2024-01-02T03:04:05.678Z","done":false}"# + "\n"
                + #"{"created_at":7,"x":{"created_at":"no"}}"# + "\n").utf8)
        let changes = RecordedAnswer.changes(
            created: 1_767_225_600, in: body, .ndjson,
            at: AnswerReading.Created(path: "created_at", form: .timestamp))
        #expect(
            String(decoding: RecordedAnswer.changed(body, changes), as: UTF8.self)
                == #"{"created_at":"2026-01-01T00:00:00.678Z","done":false}"# + "\n"
                + #"{"created_at":7,"x":{"created_at":"no"}}"# + "\n")
    }

    @Test func aTableOfMembersKnowsItsOwnAndNoOthers() {
        let table: MemberTable = [
            .init("stop", .list, tag: 2), .init("seed", .plain, tag: 3), .init("n", .plain, tag: 1),
        ]
        let more = table + [.init("options", .content, tag: 30)]
        #expect(more.form(of: "stop") == .list && more.tagged("stop")?.tag == 2)
        #expect(more.form(of: "seed") == .plain && more.form(of: "n") == .plain)
        #expect(more.form(of: "options") == .content && more.tagged("options")?.tag == 30)
        for key in ["", "m", "stopp", "step", "option", "optional", "messages"] {
            #expect(more.form(of: key) == nil)
        }
        #expect(table.form(of: "options") == nil)
    }

    @Test(arguments: [
        (StreamChoice.member("stream", absent: false), [true, false, false, false]),
        (.member("stream", absent: true), [true, false, true, false]),
        (.always, [true, true, true, true]), (.never, [false, false, false, false]),
    ])
    func aRequestSaysWhetherItWantsAStream(_ choice: StreamChoice, _ expected: [Bool]) {
        let requests: [(Endpoint, JSON)] = [
            (.chatCompletions, ["stream": true]), (.chatCompletions, ["stream": false]),
            (.messages, [:]), (.embeddings, [:]),
        ]
        #expect(requests.map { choice.isTaken($0.0, $0.1) } == expected)
    }

    @Test func onlyARequestThatSaysSoWantsTheUsageOfItsStream() {
        let openAI = Dialects.profile(.openai).requests
        #expect(openAI.wantsUsage(["stream_options": ["include_usage": true]]))
        #expect(!openAI.wantsUsage(["stream_options": ["include_usage": 1]]))
        #expect(!openAI.wantsUsage([:]))
        let anthropic = Dialects.profile(.anthropic).requests
        #expect(!anthropic.wantsUsage(["stream_options": ["include_usage": true]]))
    }
}
