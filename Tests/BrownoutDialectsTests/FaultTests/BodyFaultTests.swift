import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// Faults in the body around what is said: exactly what differs from the healthy answer.
@Suite struct BodyFaultTests {
    private func difference(
        _ fault: Fault, _ dialect: DialectName, _ reply: Reply = Samples.hello,
        _ changes: [(String, JSON)] = []
    ) throws -> [String] {
        let faulted = Faulted(dialect, reply, changes)
        return try Difference.between(faulted.healthy, #require(faulted.with(fault)))
    }

    private func streamDifference(
        _ fault: Fault, _ dialect: DialectName, _ reply: Reply = Samples.hello,
        _ changes: [(String, JSON)] = []
    ) throws -> [String] {
        let faulted = Faulted(dialect, stream: true, reply, changes)
        return try Difference.betweenStreams(faulted.healthy, #require(faulted.with(fault)))
    }

    // MARK: Choices

    @Test(arguments: [ContentFault.emptyChoices, .nullChoices], DialectName.allCases)
    func theListOfWhatIsSaidIsReplaced(_ fault: ContentFault, _ dialect: DialectName) throws {
        let faulted = Faulted(dialect)
        let answer = try #require(faulted.with(.content(fault)))
        let key = DialectSample.of(dialect).list
        let json = try answer.json()
        let empty: JSON = dialect == .ollama ? .object([]) : []
        #expect(json[key] == (fault == .emptyChoices ? empty : .null))
        let others = try Difference.between(faulted.healthy, answer)
        #expect(others.allSatisfy { $0.contains("/\(key)") })
        guard case .whole(let body) = answer.body, case .whole(let whole) = faulted.healthy.body
        else { return }
        // It takes as long as before, and no token can be pointed at any more.
        #expect(body.tokens == whole.tokens)
        #expect(body.tokenEnds() == [])
    }

    @Test(arguments: [ContentFault.emptyChoices, .nullChoices])
    func everyChunkOfOpenAILosesItsChoices(_ fault: ContentFault) throws {
        let faulted = Faulted(.openai, stream: true, Samples.hello, [Samples.withUsage])
        let answer = try #require(faulted.with(.content(fault)))
        let frames = try answer.frames()
        #expect(frames.count == faulted.healthy.events.count - 1)
        #expect(frames.allSatisfy { $0["choices"] == (fault == .emptyChoices ? [] : .null) })
        #expect(answer.events.last == "data: [DONE]\n\n")
        let rest = zip(try faulted.healthy.frames(), frames).map { $0.without($1) }
        #expect(rest.allSatisfy { $0 })
    }

    @Test func anEmptyStreamOfAnthropicHasNoContentBlocks() throws {
        for reply in [Samples.hello, Samples.calls] {
            let faulted = Faulted(.anthropic, stream: true, reply)
            let answer = try #require(faulted.with(.content(.emptyChoices)))
            let types = try answer.frames().map { $0["type"]?.stringValue }
            #expect(types == ["message_start", "ping", "message_delta", "message_stop"])
            #expect(answer.events.allSatisfy(faulted.healthy.events.contains))
        }
    }

    @Test func aStreamOfAnthropicStartsWithNullContent() throws {
        #expect(
            try streamDifference(.content(.nullChoices), .anthropic) == [
                "0 /message/content: [] → null"
            ])
    }

    @Test func theOtherEndpointsHaveListsToo() throws {
        let models = Samples.openAI(.null, target: "/v1/models", method: "GET")
        let list = Dialects.answer(models, reply: nil, context: Samples.context)
        let empty = try #require(list.with(.content(.emptyChoices), .openai))
        #expect(try empty.json()["data"] == [])
        let one = Samples.openAI(.null, target: "/v1/models/gpt-4o", method: "GET")
        let model = Dialects.answer(one, reply: nil, context: Samples.context)
        #expect(model.with(.content(.emptyChoices), .openai) == nil)
    }

    // MARK: Bodies

    @Test(arguments: DialectName.allCases, [false, true])
    func anEmptyBodyHasTheHealthyHead(_ dialect: DialectName, _ stream: Bool) throws {
        let faulted = Faulted(dialect, stream: stream)
        let answer = try #require(faulted.with(.content(.emptyBody)))
        #expect(answer.head == faulted.healthy.head)
        #expect(answer.bytes.isEmpty)
        #expect(answer.isStream == stream)
    }

    @Test(arguments: DialectName.allCases, [false, true])
    func anErrorWith200IsTheProvidersErrorObject(_ dialect: DialectName, _ stream: Bool) throws {
        let request = Faulted(dialect, stream: stream).request
        let answer = try #require(
            Dialects.substitute(
                .content(.errorWith200), for: request, context: Samples.context))
        let failed = Dialects.error(
            CauseFault(.serverError), for: request, context: Samples.context)
        #expect(answer.bytes == failed.bytes)
        #expect(answer.head.status == 200)
        #expect(answer.head.reason == "OK")
        #expect(answer.field("content-type") == failed.field("content-type"))
        #expect(answer.field("content-type")?.hasPrefix("application/json") == true)
        #expect(answer.field("retry-after") == nil)
        #expect(try answer.errorMessage() != nil)
    }

    @Test(arguments: DialectName.allCases, [false, true])
    func aPageWith200IsHTML(_ dialect: DialectName, _ stream: Bool) throws {
        let answer = try #require(
            Dialects.substitute(
                .content(.htmlWith200), for: Faulted(dialect, stream: stream).request,
                context: Samples.context))
        #expect(answer.head.status == 200)
        #expect(answer.field("content-type") == "text/html; charset=UTF-8")
        let text = String(decoding: answer.bytes, as: UTF8.self)
        #expect(text.hasPrefix("<!doctype html>"))
        #expect(text.hasSuffix("</html>\n"))
    }

    @Test(arguments: DialectName.allCases)
    func plainJSONIsThePlainAnswer(_ dialect: DialectName) throws {
        let stream = Faulted(dialect, stream: true)
        let answer = Dialects.answer(
            stream.request.withoutStream, reply: stream.reply, context: Samples.context)
        #expect(!answer.isStream)
        #expect(answer.transcript == Faulted(dialect).healthy.transcript)
    }

    // MARK: Model and usage

    @Test func anotherModelIsNamedEverywhere() throws {
        #expect(
            try difference(.content(.wrongModel), .openai) == [
                "/model: \"gpt-4o-mini-2024-07-18\" → \"gpt-3.5-turbo-0125\""
            ])
        #expect(
            try difference(.content(.wrongModel), .anthropic) == [
                "/model: \"claude-sonnet-4-5\" → \"claude-3-haiku-20240307\""
            ])
        let chunks = try streamDifference(.content(.wrongModel), .openai)
        #expect(chunks.count == Faulted(.openai, stream: true).healthy.events.count - 1)
        #expect(chunks.allSatisfy { $0.contains(" /model: ") })
        #expect(
            try streamDifference(.content(.wrongModel), .anthropic) == [
                "0 /message/model: \"claude-sonnet-4-5\" → \"claude-3-haiku-20240307\""
            ])
    }

    @Test func whoAsksForTheOtherModelGetsAThird() throws {
        let asked: [(String, JSON)] = [("model", "gpt-3.5-turbo")]
        #expect(
            try difference(.content(.wrongModel), .openai, Samples.hello, asked) == [
                "/model: \"gpt-3.5-turbo-0125\" → \"gpt-4-0613\""
            ])
    }

    @Test func aWrongUsageDoesNotAddUp() throws {
        #expect(
            try difference(.content(.wrongUsage), .openai) == [
                "/usage/completion_tokens: 7 → 1007"
            ])
        #expect(
            try difference(.content(.wrongUsage), .anthropic) == [
                "/usage/cache_creation_input_tokens: 0 → 1000", "/usage/output_tokens: 7 → 1007",
            ])
        let chunk = Faulted(.openai, stream: true).healthy.events.count - 1
        #expect(
            try streamDifference(
                .content(.wrongUsage), .openai, Samples.hello, [Samples.withUsage]) == [
                    "\(chunk) /usage/completion_tokens: 7 → 1007"
                ])
        let end = Faulted(.anthropic, stream: true).healthy.events.count - 2
        #expect(
            try streamDifference(.content(.wrongUsage), .anthropic) == [
                "0 /message/usage/cache_creation_input_tokens: 0 → 1000",
                "\(end) /usage/cache_creation_input_tokens: 0 → 1000",
                "\(end) /usage/output_tokens: 7 → 1007",
            ])
    }

    @Test func aStreamWithoutUsageHasNoneThatCouldBeWrong() {
        #expect(Faulted(.openai, stream: true).with(.content(.wrongUsage)) == nil)
        #expect(Faulted(.openai, stream: true).with(.missing(.usage)) == nil)
    }

    // MARK: Missing parts

    @Test func theReasonOfTheEndIsNowhere() throws {
        #expect(
            try difference(.missing(.finishReason), .openai) == ["- /choices/0/finish_reason"])
        #expect(try difference(.missing(.finishReason), .anthropic) == ["- /stop_reason"])
        let chunks = try streamDifference(.missing(.finishReason), .openai)
        let count = Faulted(.openai, stream: true).healthy.events.count - 1
        #expect(chunks == (0..<count).map { "\($0) - /choices/0/finish_reason" })
        let end = Faulted(.anthropic, stream: true).healthy.events.count - 2
        #expect(
            try streamDifference(.missing(.finishReason), .anthropic) == [
                "\(end) - /delta/stop_reason"
            ])
    }

    @Test func theUsageIsNowhere() throws {
        #expect(try difference(.missing(.usage), .openai) == ["- /usage"])
        #expect(try difference(.missing(.usage), .anthropic) == ["- /usage"])
        let end = Faulted(.anthropic, stream: true).healthy.events.count - 2
        #expect(
            try streamDifference(.missing(.usage), .anthropic) == [
                "0 - /message/usage", "\(end) - /usage",
            ])
        let faulted = Faulted(.openai, stream: true, Samples.hello, [Samples.withUsage])
        let answer = try #require(faulted.with(.missing(.usage)))
        var events = faulted.healthy.events
        events.remove(at: events.count - 2)
        #expect(answer.events == events)
    }

    @Test func theProtocolsOwnEndIsLeftOut() throws {
        for (dialect, part) in [(DialectName.openai, MissingPart.done), (.anthropic, .messageStop)]
        {
            let faulted = Faulted(dialect, stream: true, Samples.calls)
            let answer = try #require(faulted.with(.missing(part)))
            #expect(answer.events == Array(faulted.healthy.events.dropLast()))
            #expect(answer.head == faulted.healthy.head)
        }
    }

    @Test func anEndOfTheOtherDialectAndOfNoStreamCannotBeMissing() {
        #expect(Faulted(.openai, stream: true).with(.missing(.messageStop)) == nil)
        #expect(Faulted(.anthropic, stream: true).with(.missing(.done)) == nil)
        #expect(Faulted(.openai).with(.missing(.done)) == nil)
        #expect(Faulted(.anthropic).with(.missing(.messageStop)) == nil)
    }

    @Test func anErrorHasNothingOfThis() {
        let request = Samples.request(.openai, [("model", 7)])
        let refused = Dialects.answer(request, reply: nil, context: Samples.context)
        for fault in [
            Fault.content(.emptyChoices), .content(.wrongUsage), .content(.wrongModel),
            .missing(.usage), .missing(.finishReason), .shape(.noDelta),
        ] {
            #expect(refused.with(fault, .openai) == nil)
        }
    }
}

extension JSON {
    /// Whether two chunks are the same but for their choices.
    fileprivate func without(_ other: JSON) -> Bool {
        let mine = objectValue?.filter { $0.key != "choices" }
        return mine == other.objectValue?.filter { $0.key != "choices" }
    }
}
