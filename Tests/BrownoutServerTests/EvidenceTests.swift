import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// What a judgement of a client rests on, as the server fills it.
@Suite struct EvidenceTests {
    private static let tool =
        #","tools":[{"type":"function","function":{"name":"add","parameters":{"type":"object"}}}]"#

    /// What the journal then holds, in the order in which the requests came: rows stand in the
    /// one in which their answers were over, on two loops.
    private func run(
        _ yaml: String, _ body: (LiveServer) async throws -> Void
    ) async throws -> [ExchangeRecord] {
        try await LiveServer.run(yaml, body).sorted {
            $0.scenarioTime ?? -1 < $1.scenarioTime ?? -1
        }
    }

    @Test func aRowSaysWhereAndWhenARequestCame() async throws {
        let yaml = """
            scenario: evidence
            phases: [{name: calm, for: 1h}]
            """
        let headers =
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
            + "x-brownout-call: one\r\nIdempotency-Key: two\r\namz-sdk-invocation-id: three\r\n"
        let journal = try await run(yaml) { live in
            let client = try live.client()
            for _ in 0..<2 {
                try client.send(Request.chat(headers: headers))
                _ = client.read(until: Request.isWhole)
            }
            _ = try live.exchange(Request.chat(headers: "Connection: close\r\n"))
            let metrics = await live.server.metrics()
            #expect(metrics?.requests.keys.allSatisfy { $0.phase == "calm" } == true)
            live.journal.flush()
            let reader = try JournalReader(path: live.path)
            #expect(try reader.list(JournalQuery(phase: "calm")).count == 3)
            #expect(try reader.list(JournalQuery(phase: "storm")).isEmpty)
        }
        #expect(journal.map(\.connection) == [1, 1, 2])
        #expect(journal.allSatisfy { $0.httpProtocol == .http11 && $0.phase == "calm" })
        #expect(journal.map(\.traceID?.text).first == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(journal.map(\.idempotencyKey) == [SipHash.word("two"), SipHash.word("two"), nil])
        #expect(journal[0].invocation == SipHash.word("three"))
        #expect(journal.compactMap(\.scenarioTime).count == 3)
        for row in journal {
            let head = try #require(row.headSent)
            #expect(head >= row.firstByte ?? .max && head <= row.lastByte ?? 0)
            #expect((row.cachedTokens, row.thinkingTokens) == (0, 0))
            #expect((row.promises, row.shouldRetry) == ([], nil))
            #expect(row.hasFinishReason == true)
        }
    }

    @Test func everyFormOfAPromiseIsKept() async throws {
        let yaml = """
            scenario: promises
            rules:
              - {name: busy, fault: {cause: rate-limited, retry-after: 2s, should-retry: true}}
            """
        let journal = try await run(yaml) { live in
            _ = try live.exchange(Request.chat())
            _ = try live.exchange(Request.message())
        }
        for row in journal {
            #expect(row.promises.contains { $0.moment == .after(.seconds(2)) })
            #expect(row.shouldRetry == true)
            #expect(row.promises.contains { $0.field.contains("reset") })
            #expect(row.hasFinishReason == nil)
        }
        let fields = Set(journal[0].promises.map(\.field))
        #expect(fields.isSuperset(of: ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]))
    }

    /// Half a stream has no finish reason, all but its own end has.
    @Test(arguments: [
        ("{cut: fin, at: event 2}", false), ("{cut: reset, at: 99%}", true), ("no-done", true),
        ("no-finish-reason", false),
    ])
    func aRowSaysWhetherTheFinishReasonWentOut(fault: String, isOut: Bool) async throws {
        let yaml = """
            scenario: finish
            reply: {text: one two three four five six seven eight}
            rules: [{name: f, fault: \(fault)}]
            """
        let journal = try await run(yaml) { live in
            _ = try live.exchange(Request.chat(stream: true))
        }
        #expect(journal.map(\.hasFinishReason) == [isOut])
    }

    @Test func toolCallsAndTheirResultsAreKnownByTheirIDs() async throws {
        let yaml = """
            scenario: tools
            reply: {tool-calls: [{name: add, arguments: {a: 1}}]}
            """
        var id = ""
        let journal = try await run(yaml) { live in
            let seen = try live.exchange(Request.chat(extra: Self.tool))
            let body = try JSON.parse(Request.body(seen.text))
            let call = body.value(at: "/choices/0/message/tool_calls/0/id")
            id = try #require(call?.stringValue)
            let turn =
                #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"},"#
                + #"{"role":"assistant","content":null,"tool_calls":[{"id":"\#(id)","#
                + #""type":"function","function":{"name":"add","arguments":"{\"a\":1}"}}]},"#
                + #"{"role":"tool","tool_call_id":"\#(id)","content":"2"}]\#(Self.tool)}"#
            _ = try live.exchange(Request.post("/v1/chat/completions", turn))
        }
        #expect(journal[0].toolCalls?.map(\.id) == [id])
        #expect(journal[0].toolCalls?.map(\.name) == ["add"])
        #expect(journal[0].toolResults.isEmpty)
        #expect(journal[1].toolResults.map(\.id) == [id])
    }

    @Test func aFallbackSaysTheSame() async throws {
        let openAI =
            #"{"model":"gpt-4o-mini","temperature":0.5,"messages":["#
            + #"{"role":"system","content":"be brief"},{"role":"user","content":"hi"},"#
            + #"{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","#
            + #""function":{"name":"add","arguments":"{\"b\": 2, \"a\": 1}"}}]},"#
            + #"{"role":"tool","tool_call_id":"call_1","content":"3"}]}"#
        let anthropic =
            #"{"model":"claude-sonnet-4-5","max_tokens":9,"system":[{"type":"text","text":"be brief"}],"#
            + #""messages":[{"role":"user","content":[{"type":"text","text":"hi"}]},"#
            + #"{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"add","#
            + #""input":{"a":1,"b":2}}]},{"role":"user","content":[{"type":"tool_result","#
            + #""tool_use_id":"toolu_1","content":"3"}]}]}"#
        let journal = try await run("scenario: same") { live in
            _ = try live.exchange(Request.post("/v1/chat/completions", openAI))
            _ = try live.exchange(
                Request.post(
                    "/v1/messages", anthropic,
                    headers: "x-api-key: sk-ant-1\r\nanthropic-version: 2023-06-01\r\n"))
            _ = try live.exchange(Request.chat("hi"))
        }
        #expect(journal[0].promptDigest != nil)
        #expect(journal[0].promptDigest == journal[1].promptDigest)
        #expect(journal[0].promptDigest != journal[2].promptDigest)
        #expect(journal.map { $0.toolResults.map(\.id) } == [["call_1"], ["toolu_1"], []])
    }
}
