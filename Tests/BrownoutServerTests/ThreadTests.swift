import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutServer
import BrownoutWire
import Testing

/// Conversations that Anthropic keeps, without a socket.
@Suite struct ThreadTests {
    private static let tools: JSON = [
        [
            "name": "w",
            "input_schema": ["type": "object", "properties": ["a": ["type": "integer"]]],
        ]
    ]

    private let engine = Engine(scenario: .healthy)
    private var responder: Responder { Responder(engine: engine) }

    private func plan(
        _ thread: JSON, _ messages: JSON, _ more: [(String, JSON)] = [],
        beta: String? = "message-threads-2026-08-12", session: String = "default",
        stream: Bool = false
    ) -> PlannedExchange {
        var members = [
            JSONMember("model", "claude-sonnet-4-5"), JSONMember("max_tokens", 99),
            JSONMember("messages", messages), JSONMember("stream", .bool(stream)),
            JSONMember("thread", thread),
        ]
        for (key, value) in more { members.append(JSONMember(key, value)) }
        var headers = [
            HeaderField("x-api-key", "k"), HeaderField("anthropic-version", "2023-06-01"),
            HeaderField("x-brownout-session", session),
        ]
        if let beta { headers.append(HeaderField("anthropic-beta", beta)) }
        return responder.plan(
            IncomingRequest(
                method: "POST", target: "/v1/messages", headers: HeaderFields(headers),
                body: .success(.object(members))),
            at: AnswerMoment(elapsed: .zero, wall: 0, date: "", closing: false))
    }

    private func deliver(_ planned: PlannedExchange) {
        engine.succeed(planned.decision)
        engine.release(planned.decision)
    }

    /// What an answer says, played to its end.
    private static func answer(_ planned: PlannedExchange) throws -> JSON {
        let body = try #require(planned.answer.script.plainBody)
        return try JSON.parse(body)
    }

    private static func code(_ planned: PlannedExchange) throws -> JSON? {
        try answer(planned).value(at: "/error/details/error_code")
    }

    private static func next(_ id: JSON?) -> JSON {
        ["type": "continue", "previous_message_id": id ?? .null]
    }

    private func create() throws -> JSON {
        let first = plan(
            ["type": "create"], [["role": "user", "content": "hi"]],
            [("tools", Self.tools), ("system", "Be brief.")])
        let answer = try Self.answer(first)
        deliver(first)
        return answer
    }

    private static func result(_ answer: JSON) -> JSON {
        let call = answer["content"]?.arrayValue?.first { $0["type"] == "tool_use" }
        return [
            [
                "role": "user",
                "content": [
                    [
                        "type": "tool_result", "tool_use_id": call?["id"] ?? .null,
                        "content": "18",
                    ]
                ],
            ]
        ]
    }

    @Test(arguments: [false, true])
    func anAnswerIsGoneOnWithAsIfAllHadBeenSent(_ stream: Bool) throws {
        let first = try create()
        let second = plan(Self.next(first["id"]), Self.result(first), stream: stream)
        #expect(second.request.refusalMessage == nil)
        var messages: [JSON] = [["role": "user", "content": "hi"]]
        messages.append(["role": "assistant", "content": first["content"] ?? .null])
        messages += Self.result(first).arrayValue ?? []
        let whole = plan(
            .null, .array(messages), [("tools", Self.tools), ("system", "Be brief.")],
            stream: stream)
        #expect(second.request.promptTokens == whole.request.promptTokens)
        #expect(second.request.promptTokens > 20)
        #expect(second.decision.key.call == whole.decision.key.call)
    }

    @Test func aConversationGoesOnForManyTurns() throws {
        var answer = try create()
        for _ in 1...5 {
            let messages =
                answer["stop_reason"] == "tool_use"
                ? Self.result(answer) : [["role": "user", "content": "and?"]]
            let planned = plan(Self.next(answer["id"]), messages)
            try #require(planned.request.refusalMessage == nil)
            answer = try Self.answer(planned)
            deliver(planned)
        }
    }

    @Test func whatNobodyKeepsIsNotFound() throws {
        let first = try create()
        let result = Self.result(first)
        #expect(try Self.code(plan(Self.next("msg_01unknown"), result)) == "thread_not_found")
        let other = plan(Self.next(first["id"]), result, session: "other")
        #expect(try Self.code(other) == "thread_not_found")
        #expect(other.answer.script.status == 404)
        engine.reset(session: "default")
        #expect(try Self.code(plan(Self.next(first["id"]), result)) == "thread_not_found")
    }

    @Test func anAnswerIsGoneOnWithOnce() throws {
        let first = try create()
        let result = Self.result(first)
        let second = plan(Self.next(first["id"]), result)
        let meanwhile = plan(Self.next(first["id"]), result)
        #expect(try Self.code(meanwhile) == "thread_continue_in_flight")
        deliver(meanwhile)
        #expect(try Self.code(plan(Self.next(first["id"]), result)) == "thread_continue_in_flight")
        deliver(second)
        #expect(try Self.code(plan(Self.next(first["id"]), result)) == "thread_already_continued")
    }

    @Test func anAnswerThatDidNotArriveCanBeAskedForAgain() throws {
        let first = try create()
        let lost = plan(Self.next(first["id"]), Self.result(first))
        engine.release(lost.decision)
        let again = plan(Self.next(first["id"]), Self.result(first))
        #expect(again.request.refusalMessage == nil)
        // A request that is refused for what it says leaves the conversation as it is.
        engine.release(again.decision)
        let wrong = plan(Self.next(first["id"]), [["role": "user"]])
        #expect(wrong.request.refusalMessage != nil)
        deliver(wrong)
        #expect(plan(Self.next(first["id"]), Self.result(first)).request.refusalMessage == nil)
    }

    @Test(arguments: ["cache_control", "context_management", "fallbacks", "thinking"])
    func whatAThreadDoesNotGoWithIsNamed(_ name: String) throws {
        let value: JSON =
            name == "thinking" ? ["type": "adaptive"] : ["type": "ephemeral"]
        let planned = plan(
            ["type": "create"], [["role": "user", "content": "hi"]], [(name, value)])
        let error = try Self.answer(planned)["error"]
        #expect(error?["details"]?["error_code"] == "thread_unsupported_request")
        #expect(error?["details"]?["unsupported"] == [.string(name)])
    }

    @Test func withoutItsBetaAThreadIsUnknown() throws {
        let planned = plan(["type": "create"], [["role": "user", "content": "hi"]], beta: nil)
        #expect(planned.request.refusalMessage == "thread: Extra inputs are not permitted")
    }

    @Test func whatBelongsToTheConversationIsNotSentAgain() throws {
        let first = try create()
        let planned = plan(Self.next(first["id"]), Self.result(first), [("tools", Self.tools)])
        #expect(planned.request.refusalMessage?.hasPrefix("tools: ") ?? false)
    }
}

extension ParsedRequest {
    fileprivate var refusalMessage: String? {
        if case .refuse(let error) = intent { error.message } else { nil }
    }
}
