import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// Faults and recordings of lines of JSON.
@Suite struct OllamaFaultTests {
    private func difference(_ fault: Fault, _ reply: Reply = Samples.hello) throws -> [String] {
        let faulted = Faulted(.ollama, reply)
        return try Difference.between(faulted.healthy, #require(faulted.with(fault)))
    }

    private func streamDifference(_ fault: Fault) throws -> [String] {
        let faulted = Faulted(.ollama, stream: true)
        return try Difference.betweenStreams(faulted.healthy, #require(faulted.with(fault)))
    }

    @Test func partsAreMissingOrWrong() throws {
        let last = Faulted(.ollama, stream: true).healthy.events.count - 1
        #expect(try difference(.missing(.finishReason)) == ["- /done_reason"])
        #expect(try streamDifference(.missing(.finishReason)) == ["\(last) - /done_reason"])
        let counts = ["- /prompt_eval_count", "- /eval_count"]
        #expect(try difference(.missing(.usage)) == counts)
        #expect(try streamDifference(.missing(.usage)) == counts.map { "\(last) \($0)" })
        let tokens = Samples.hello.completionTokens
        #expect(
            try difference(.content(.wrongUsage)) == ["/eval_count: \(tokens) → \(tokens + 1000)"])
        #expect(
            try difference(.content(.wrongModel)) == [#"/model: "llama3.2" → "llama2""#])
        let models = try streamDifference(.content(.wrongModel))
        #expect(models.count == last + 1)
    }

    @Test(arguments: [ContentFault.emptyChoices, .nullChoices])
    func everyLineLosesItsMessage(_ fault: ContentFault) throws {
        let answer = try #require(Faulted(.ollama, stream: true).with(.content(fault)))
        let empty: JSON = fault == .emptyChoices ? .object([]) : .null
        #expect(try answer.frames().allSatisfy { $0["message"] == empty })
    }

    @Test func aStreamLacksItsLastLine() throws {
        let faulted = Faulted(.ollama, stream: true)
        let answer = try #require(faulted.with(.missing(.done)))
        #expect(answer.events == Array(faulted.healthy.events.dropLast()))
        #expect(faulted.with(.missing(.messageStop)) == nil)
        #expect(Faulted(.ollama).with(.missing(.done)) == nil)
        #expect(faulted.with(.shape(.noEventNames)) == nil)
    }

    @Test func aLineAmidTheOthersHasNoMessage() throws {
        let faulted = Faulted(.ollama, stream: true)
        let answer = try #require(faulted.with(.shape(.noDelta)))
        let lines = try answer.frames().filter { $0["message"] == nil }
        #expect(lines.count == 1)
        #expect(lines[0].objectValue?.map(\.key) == ["model", "created_at", "done"])
    }

    @Test func aFirstLineHasNothingFilledIn() throws {
        let answer = try #require(Faulted(.ollama, stream: true).with(.shape(.emptyFirstChunk)))
        let first = try answer.frames()[0]
        #expect(first["created_at"] == "0001-01-01T00:00:00Z")
        #expect(first["done"] == false)
    }

    @Test func whatIsAboutLinesOfFieldsIsNothingHere() {
        let form = Dialects.streamForm(.ollama)
        #expect(!form.has(.lines) && !form.has(.pings) && !form.has(.eventNames))
        #expect(!form.has(.endEvent))
        #expect(form.has(.endMarker))
        // Its paths that speak OpenAI's form have them.
        #expect(Dialects.streams(of: .ollama, have: .lines))
        #expect(!Dialects.streams(of: .ollama, have: .eventNames))
    }

    // MARK: - Recordings

    private func bytes(_ target: String, stream: Bool) -> [UInt8] {
        let body: JSON = [
            "model": "qwen3", "prompt": "hi", "stream": .bool(stream),
            "messages": [["role": "user", "content": "hi"]],
        ]
        return Dialects.answer(
            Samples.ollama(body, target: target), reply: Samples.mixed, context: Samples.context
        ).bytes
    }

    @Test(arguments: [("/api/chat", Endpoint.ollamaChat), ("/api/generate", .generate)])
    func oneKindIsMadeOfTheOther(_ target: String, _ endpoint: Endpoint) throws {
        let (plain, stream) = (bytes(target, stream: false), bytes(target, stream: true))
        let form = Dialects.streamForm(.ollama)
        let made = try #require(
            RecordedAnswer.plain(ofStream: stream, form, endpoint: endpoint, of: .ollama))
        #expect(made.isFinished && made.notes.isEmpty)
        let unlike = Difference.between(try JSON.parse(made.body), try JSON.parse(plain))
        #expect(unlike.allSatisfy { $0.hasPrefix("/created_at") })
        let lines = try #require(
            RecordedAnswer.stream(ofPlain: plain, endpoint: endpoint, of: .ollama))
        #expect(RecordedAnswer.hasEnded(lines.body, form, of: .ollama))
        let again = try #require(
            RecordedAnswer.plain(ofStream: lines.body, form, endpoint: endpoint, of: .ollama))
        #expect(try JSON.parse(again.body) == JSON.parse(plain))
    }

    @Test func aStreamThatBrokeOffIsAnError() throws {
        let error =
            "{\"error\":\"an error was encountered while running the model: unexpected EOF\"}"
        let start = bytes("/api/chat", stream: true).prefix { $0 != UInt8(ascii: "\n") }
        let made = try #require(
            RecordedAnswer.plain(
                ofStream: Array(start) + Array("\n\(error)\n".utf8), Dialects.streamForm(.ollama),
                endpoint: .ollamaChat, of: .ollama))
        #expect(made.status == 500)
        #expect(String(decoding: made.body, as: UTF8.self) == error)
        let torn = try #require(
            RecordedAnswer.plain(
                ofStream: Array(start) + Array("\n".utf8), Dialects.streamForm(.ollama),
                endpoint: .ollamaChat, of: .ollama))
        #expect(!torn.isFinished)
    }

    @Test func whatWasRecordedCanBeSaidAgain() throws {
        let reply = try #require(Reply(recorded: bytes("/api/chat", stream: false), .ollama))
        let (said, made) = (reply.choices[0], Samples.mixed.choices[0])
        #expect(said.text == made.text && said.thinking == made.thinking)
        #expect(said.toolCalls.map(\.name) == made.toolCalls.map(\.name))
        #expect(said.toolCalls.map(\.arguments) == made.toolCalls.map(\.arguments))
        #expect(said.finish == .toolCalls)
    }

    @Test(arguments: [false, true])
    func tokensIDsAndMomentsAreFound(_ stream: Bool) throws {
        let body = bytes("/api/chat", stream: stream)
        let framing: EventFraming? = stream ? .ndjson : nil
        let ids = RecordedAnswer.changes(
            freshIDs: WordStream(state: 5), in: body, framing, of: .ollama)
        #expect(ids.count == Samples.mixed.choices[0].toolCalls.count)
        #expect(ids.allSatisfy { $0.bytes.starts(with: "call_".utf8) })
        let moments = RecordedAnswer.changes(
            created: 1_767_225_600, in: body, framing, of: .ollama)
        let renewed = RecordedAnswer.changed(body, moments)
        #expect(renewed.count == body.count)
        #expect(moments.count == (stream ? RecordedAnswer.events(body, .ndjson).count : 1))
        for moment in moments {
            let text = String(decoding: moment.bytes, as: UTF8.self)
            #expect(text.hasPrefix("\"2026-01-01T00:00:00."))
        }
        guard stream else { return }
        let tokens = RecordedAnswer.tokens(body, .ndjson, of: .ollama)
        #expect(tokens.reduce(0, +) == Samples.mixed.completionTokens)
        #expect(tokens.last == 0)
    }

    /// A model of Anthropic's has such a member, which is no moment of an answer's.
    @Test func othersMomentsStay() {
        let model = Array(#"{"id":"claude-x","created_at":"2025-01-01T00:00:00Z"}"#.utf8)
        #expect(RecordedAnswer.changes(created: 0, in: model, nil, of: .anthropic).isEmpty)
    }
}
