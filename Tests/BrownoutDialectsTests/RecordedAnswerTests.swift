import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct RecordedAnswerTests {
    private func dialect(_ endpoint: Endpoint) -> DialectName {
        endpoint == .messages ? .anthropic : .openai
    }

    private func events(_ body: String) -> [String] {
        let bytes = Array(body.utf8)
        var start = 0
        return RecordedAnswer.events(bytes, .sse).map { end in
            defer { start = end }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("", []),
        ("data: a\n\ndata: b\n\n", ["data: a\n\n", "data: b\n\n"]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", ["data: a\r\n\r\n", "data: b\r\n\r\n"]),
        ("data: a\r\rdata: b\r\r", ["data: a\r\r", "data: b\r\r"]),
        ("data: a\n\r\ndata: b\r\n\n", ["data: a\n\r\n", "data: b\r\n\n"]),
        (": hello\n\nevent: x\ndata: b\n\n", [": hello\n\n", "event: x\ndata: b\n\n"]),
        ("data: a\n\n\n\ndata: b\n\n\n", ["data: a\n\n", "\n\ndata: b\n\n\n"]),
        ("data: a\n\ndata: to", ["data: a\n\n", "data: to"]),
        ("data: a\n\ndata: torn\n", ["data: a\n\n", "data: torn\n"]),
        ("\n\n", ["\n\n"]),
    ])
    func eventsEndWithTheirBlankLine(body: String, expected: [String]) {
        #expect(events(body) == expected)
    }

    @Test func tokensOfAPrettyPrintedBodyWithEscapesEndInsideOfIt() {
        let body = Array(
            #"""
            {
              "choices": [
                {"message": {"content": "caf\u00e9 \ud83c\udf0d\nok", "refusal": null}}
              ]
            }
            """#.utf8)
        var start = body.indices.first { body[$0...].starts(with: "caf".utf8) } ?? 0
        let tokens = RecordedAnswer.tokenEnds(body, of: .openai).map { end in
            defer { start = end }
            return text(Array(body[start..<end]))
        }
        #expect(tokens == [#"caf\u00e9"#, " ", #"\ud83c\udf0d"#, #"\n"#, "ok"])
        #expect(RecordedAnswer.whole(body, of: .openai).toolMark == nil)
    }

    // MARK: - Of the other kind

    /// Replies of every form, with and without odds.
    private static let replies: [Reply] = [
        Samples.hello, Samples.mixed,
        Reply(
            choices: [Reply.Choice(toolCalls: [Samples.weatherCall], finish: .toolCalls)],
            promptTokens: 9),
        Reply(
            choices: [
                Reply.Choice(text: TokenText(Samples.awkward), finish: .length),
                Reply.Choice(text: TokenText("Two"), finish: .stop),
            ], promptTokens: 9),
        Reply(choices: [Reply.Choice(text: TokenText("No."), finish: .refusal)], promptTokens: 9),
    ]

    /// Calls in the forms that only OpenAI has.
    private static let forms: [Reply] =
        replies + [
            CallFormTests.reply(CallFormTests.code, Samples.weatherCall),
            CallFormTests.reply(CallFormTests.code, text: "Let me see."),
            CallFormTests.reply(CallFormTests.function),
            CallFormTests.reply(CallFormTests.function, text: "Let me see."),
        ]

    private func bytes(_ request: ParsedRequest, _ reply: Reply) -> [UInt8] {
        Dialects.answer(request, reply: reply, context: Samples.context).bytes
    }

    private func text(_ bytes: [UInt8]?) -> String {
        String(decoding: bytes ?? [], as: UTF8.self)
    }

    @Test(arguments: forms.indices)
    func whatARecordingSaysIsReadFromItsBody(reply: Int) throws {
        let reply = Self.forms[reply]
        let again = try #require(Reply(recorded: bytes(Samples.request(.openai), reply), .openai))
        let calls = again.choices.flatMap(\.toolCalls)
        let made = reply.choices.flatMap(\.toolCalls)
        #expect(calls.map(\.form) == made.map(\.form))
        #expect(calls.map(\.name) == made.map(\.name))
        #expect(calls.map(\.arguments) == made.map(\.arguments))
    }

    @Test(arguments: forms.indices)
    func tokensOfAllFormsAreThoseTheyWereMadeOf(reply: Int) {
        let reply = Self.forms[reply]
        let answer = Dialects.answer(
            Samples.request(.openai), reply: reply, context: Samples.context)
        guard case .whole(let made) = answer.body else {
            Issue.record("no plain body")
            return
        }
        #expect(RecordedAnswer.whole(answer.bytes, of: .openai).tokenEnds() == made.tokenEnds())
        #expect(made.tokens == made.tokenEnds().count && made.tokens > 0)
    }

    @Test(arguments: forms.indices, [false, true])
    func aChatOfOneKindIsTheOtherToTheByte(reply: Int, logprobs: Bool) {
        let reply = Self.forms[reply]
        let more: [(String, JSON)] = logprobs ? [("logprobs", true), ("top_logprobs", 1)] : []
        let options: JSON = ["include_usage": true, "include_obfuscation": false]
        let plain = bytes(Samples.request(.openai, more), reply)
        let stream = bytes(
            Samples.request(
                .openai, more + [("stream", true), ("stream_options", options)]), reply)
        let assembled = RecordedAnswer.plain(
            ofStream: stream, StreamForm(.sse), endpoint: .chatCompletions, of: .openai)
        #expect(text(assembled?.body) == text(plain))
        #expect(assembled?.notes == [])
        let unfolded = RecordedAnswer.stream(
            ofPlain: plain, endpoint: .chatCompletions, of: .openai, includesUsage: true)
        #expect(text(unfolded?.body) == text(stream))
        #expect(unfolded?.notes == [])
    }

    @Test(arguments: replies.indices)
    func aMessageOfOneKindIsTheOtherToTheByte(reply: Int) {
        let reply = Self.replies[reply]
        let plain = bytes(Samples.request(.anthropic), reply)
        let stream = bytes(Samples.request(.anthropic, [("stream", true)]), reply)
        let assembled = RecordedAnswer.plain(
            ofStream: stream, StreamForm(.sse), endpoint: .messages, of: .anthropic)
        #expect(text(assembled?.body) == text(plain))
        let unfolded = RecordedAnswer.stream(ofPlain: plain, endpoint: .messages, of: .anthropic)
        #expect(text(unfolded?.body) == text(stream))
        #expect(assembled?.notes == [] && unfolded?.notes == [])
    }

    @Test(arguments: [false, true])
    func aTextCompletionOfOneKindIsTheOtherToTheByte(logprobs: Bool) {
        func request(_ changes: [(String, JSON)]) -> ParsedRequest {
            var members = [
                JSONMember("model", "gpt-3.5-turbo-instruct"), JSONMember("prompt", "Hi"),
            ]
            if logprobs { members.append(JSONMember("logprobs", 2)) }
            members += changes.map { JSONMember($0.0, $0.1) }
            return Samples.openAI(.object(members), target: "/v1/completions")
        }
        let plain = bytes(request([]), Samples.hello)
        let stream = bytes(
            request([("stream", true), ("stream_options", ["include_usage": true])]),
            Samples.hello)
        let assembled = RecordedAnswer.plain(
            ofStream: stream, StreamForm(.sse), endpoint: .completions, of: .openai)
        #expect(text(assembled?.body) == text(plain))
        let unfolded = RecordedAnswer.stream(
            ofPlain: plain, endpoint: .completions, of: .openai, includesUsage: true)
        #expect(text(unfolded?.body) == text(stream))
    }

    @Test func aStreamHasUsageWhereItIsAskedFor() throws {
        let plain = bytes(Samples.request(.openai), Samples.hello)
        let without = try #require(
            RecordedAnswer.stream(ofPlain: plain, endpoint: .chatCompletions, of: .openai))
        #expect(!text(without.body).contains("usage"))
        let bare = Array(#"{"id":"a","choices":[],"usage":null}"#.utf8)
        let with = RecordedAnswer.stream(
            ofPlain: bare, endpoint: .chatCompletions, of: .openai, includesUsage: true)
        #expect(with?.notes == ["the recorded answer has no usage, so its stream has none"])
    }

    @Test func usageIsEstimatedWhereChunksHaveNone() throws {
        let stream = bytes(Samples.request(.openai, [("stream", true)]), Samples.hello)
        let plain = try #require(
            RecordedAnswer.plain(
                ofStream: stream, StreamForm(.sse), endpoint: .chatCompletions, of: .openai,
                promptTokens: 14))
        let json = try JSON.parse(plain.body)
        #expect(json["usage"]?["prompt_tokens"] == 14)
        #expect(json["usage"]?["completion_tokens"]?.intValue == Samples.hello.completionTokens)
        #expect(plain.notes == ["the recorded stream has no usage: tokens are estimated"])
    }

    @Test func whatOthersSayIsCarriedBothWays() throws {
        let plain =
            #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":"#
            + #"[{"type":"redacted_thinking","data":"x"},{"type":"text","text":"Hi there","#
            + #""citations":[{"cited_text":"a"},{"cited_text":"b"}]},{"type":"server_tool_use","#
            + #""id":"srvtoolu_1","name":"web_search","input":{"query":"x y"}}],"stop_reason":"#
            + #""end_turn","stop_sequence":null,"container":{"id":"c"},"usage":{"input_tokens":3,"#
            + #""output_tokens":9}}"#
        let stream = try #require(
            RecordedAnswer.stream(ofPlain: Array(plain.utf8), endpoint: .messages, of: .anthropic))
        let again = try #require(
            RecordedAnswer.plain(
                ofStream: stream.body, StreamForm(.sse), endpoint: .messages, of: .anthropic))
        #expect(try sorted(again.body) == sorted(Array(plain.utf8)))
    }

    private func sorted(_ bytes: [UInt8]) throws -> JSON {
        func sort(_ json: JSON) -> JSON {
            switch json {
            case .object(let members):
                .object(
                    members.map { JSONMember($0.key, sort($0.value)) }
                        .sorted { $0.key < $1.key })
            case .array(let items): .array(items.map(sort))
            default: json
            }
        }
        return sort(try JSON.parse(bytes))
    }

    @Test(arguments: [
        (
            Endpoint.messages, 529,
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"details\":null,\"type\":"
                + "\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded","#
                + #""details":null}}"#
        ),
        (
            Endpoint.chatCompletions, 500,
            "data: {\"id\":\"c\",\"choices\":[]}\n\ndata: {\"error\":{\"message\":\"m\",\"type\":"
                + "\"server_error\"}}\n\n",
            #"{"error":{"message":"m","type":"server_error"}}"#
        ),
    ])
    func aStreamThatBrokeOffWithAnErrorIsThatError(
        endpoint: Endpoint, status: Int, stream: String, body: String
    ) {
        let plain = RecordedAnswer.plain(
            ofStream: Array(stream.utf8), StreamForm(.sse), endpoint: endpoint,
            of: dialect(endpoint))
        #expect(plain?.status == status)
        #expect(text(plain?.body) == body)
        #expect(plain?.notes.count == 1)
    }

    @Test(arguments: ["", "nonsense", "{", "[]", "{\"choices\":7}", "data: {\"x\":1}\n\n"])
    func whatIsNoAnswerHasNoOtherKind(body: String) {
        for endpoint in [Endpoint.chatCompletions, .completions, .messages, .embeddings] {
            #expect(
                RecordedAnswer.plain(
                    ofStream: Array(body.utf8), StreamForm(.sse), endpoint: endpoint,
                    of: dialect(endpoint)) == nil)
            #expect(
                RecordedAnswer.stream(
                    ofPlain: Array(body.utf8), endpoint: endpoint, of: dialect(endpoint)) == nil)
        }
    }

    // MARK: - Anew

    @Test(arguments: [
        (DialectName.openai, false, "chatcmpl-"), (.openai, true, "chatcmpl-"),
        (.anthropic, false, "msg_01"), (.anthropic, true, "msg_01"),
        (.mistral, false, ""), (.mistral, true, ""),
    ])
    func freshIDsAreOfTheSameFormAndNothingElseChanges(
        dialect: DialectName, stream: Bool, prefix: String
    ) throws {
        let body = bytes(Samples.request(dialect, [("stream", .bool(stream))]), Samples.mixed)
        let changes = RecordedAnswer.changes(
            freshIDs: WordStream(state: 5), in: body, stream ? .sse : nil, of: dialect)
        let fresh = RecordedAnswer.changed(body, changes)
        #expect(fresh.count == body.count)
        #expect(changes.allSatisfy { fresh[$0.range] != body[$0.range] })
        let olds = Set(changes.map { text(Array(body[$0.range])) })
        let news = Set(changes.map { text($0.bytes) })
        #expect(olds.count == 2 && news.count == 2)
        #expect(news.contains { $0.hasPrefix(prefix) })
        #expect(news.contains { $0.hasPrefix(DialectSample.of(dialect).callID) })
        for old in olds { #expect(!text(fresh).contains(old)) }
    }

    @Test func createdIsNowInEveryChunkAndBordersMoveWithIt() {
        let body = Array(
            "data: {\"id\":\"a\",\"created\":7,\"x\":{\"created\":1}}\n\ndata: {\"created\":7}\n\n"
                .utf8)
        let changes = RecordedAnswer.changes(created: 1_767_225_600, in: body, .sse, of: .openai)
        #expect(
            text(RecordedAnswer.changed(body, changes))
                == "data: {\"id\":\"a\",\"created\":1767225600,\"x\":{\"created\":1}}\n\n"
                + "data: {\"created\":1767225600}\n\n")
        let ends = RecordedAnswer.events(body, .sse)
        let moved = RecordedAnswer.moved(ends, by: changes)
        #expect(moved == RecordedAnswer.events(RecordedAnswer.changed(body, changes), .sse))
        #expect(RecordedAnswer.moved([0, 3], by: []) == [0, 3])
    }
}
