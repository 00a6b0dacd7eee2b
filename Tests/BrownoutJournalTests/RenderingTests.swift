import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Testing

@Suite struct RenderingTests {
    private let stored = StoredExchange(sequence: 42, record: .known)

    @Test func metadataHasTheIdAndNoBodies() {
        let json = stored.json(.metadata)
        #expect(json["id"] == "fedcba9876543210")
        #expect(json["sequence"] == 42)
        #expect(json["started_at"] == "2025-11-20T23:55:00.123456Z")
        #expect(json["key_digest"] == "ffffffffffffffff")
        #expect(json["planned_last_byte_us"] == 200)
        #expect(json["request_bytes"] == 23)
        #expect(json["request_body"] == nil)
        #expect(json.value(at: "/trace/1/rule") == "wobble")
        #expect(json.value(at: "/plan/1") == "reset")
    }

    @Test func theWholeFormHasBodiesAsTextOrInBase64() {
        let json = stored.json(.whole)
        #expect(json["request_body"] == #"{"model":"gpt-4o-mini"}"#)
        #expect(json["response_body"] == nil)
        #expect(json["response_body_base64"] == "AP/+gA==")
    }

    @Test func whatIsUnknownIsNull() {
        let json = ExchangeRecord(id: 1, startedAt: 0).json(.metadata)
        #expect(json["id"] == "0000000000000001")
        for key in ["rule", "status", "injected", "first_byte_us", "planned_bytes", "plan"] {
            #expect(json[key] == .null, "\(key)")
        }
        #expect(json["bytes_sent"] == 0)
    }

    @Test func aPlanThatIsNoJSONStaysText() {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.foreign[.plan] = "[half"
        #expect(record.json(.metadata)["plan"] == "[half")
    }

    @Test func anErrorIsListedByItsCause() {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        (record.rule, record.faults, record.cause) = ("busy", [.error, .cut], .rateLimited)
        var table = ExchangeTable()
        let line = table.lines(for: [StoredExchange(sequence: 1, record: record)]).joined()
        #expect(line.contains("busy/rate-limited + cut"))
        #expect(record.json(.metadata)["fault"] == "rate-limited + cut")
        record.faults = [.errorEvent]
        #expect(record.faultName == "error-event")
    }

    @Test func anAttemptThatMayBeAnotherCallsIsMarked() {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        (record.attempt, record.callSource) = (2, .digest)
        func shown(_ record: ExchangeRecord) -> (String, String) {
            var table = ExchangeTable()
            let stored = StoredExchange(sequence: 1, record: record)
            return (table.lines(for: [stored]).joined(), ExchangeReport(stored).text)
        }
        #expect(shown(record).0.contains(" 2? "))
        #expect(shown(record).1.contains("attempt       2, unless it is another call"))
        for change in [
            { $0.retryCount = 1 }, { $0.attempt = 1 }, { $0.callSource = .header },
        ] as [(inout ExchangeRecord) -> Void] {
            var sure = record
            change(&sure)
            #expect(!shown(sure).0.contains("?"))
            #expect(!shown(sure).1.contains("unless"))
        }
    }

    @Test func theOthersOfAnIdAreNamedFirst() {
        var other = ExchangeRecord(id: 1, startedAt: 0)
        (other.status, other.rule, other.faults, other.cause) = (503, "busy", [.error], .overloaded)
        let text = ExchangeReport(
            stored, others: [StoredExchange(sequence: 7, run: 2, record: other)]
        ).text
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("2 exchanges have this id"))
        #expect(
            lines[1] == "  7  1970-01-01T00:00:00.000Z, run 2, status 503, busy/overloaded")
        #expect(lines[2].hasPrefix("exchange "))
    }

    @Test func aTableIsAlignedAndWidensWithItsRows() {
        var bare = ExchangeRecord(id: 1, startedAt: 0)
        bare.provider = "anthropic"
        bare.endpoint = "messages"
        bare.ending = .hang
        var table = ExchangeTable()
        let lines = table.lines(for: [stored, StoredExchange(sequence: 43, record: bare)])
        let expected = [
            "TIME                      ID                ENDPOINT                 MODEL        ATT"
                + "  STATUS  RULE/FAULT  ENDING             MS",
            "2025-11-20T23:55:00.123Z  fedcba9876543210  openai/chat-completions  gpt-4o-mini    2"
                + "     429  wobble/cut  client-left       0.3",
            "1970-01-01T00:00:00.000Z  0000000000000001  anthropic/messages       -              1"
                + "       -  -           hang                -",
        ]
        #expect([table.header] + lines == expected)
    }

    @Test func aLineNeverBreaksAndNeverSteersTheTerminal() {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.model = "evil\u{1B}[2J\nmodel\u{202E}"
        record.provider = String(repeating: "p", count: 100)
        var table = ExchangeTable()
        let line = table.lines(for: [StoredExchange(sequence: 1, record: record)]).joined()
        #expect(!line.contains("\u{1B}"))
        #expect(!line.contains("\n"))
        #expect(!line.contains("\u{202E}"))
        #expect(line.contains("ppp…"))
    }

    @Test func aReportTellsWhatWasPlannedAndWhatWentOut() {
        let text = ExchangeReport(stored).text
        for line in [
            "started       2025-11-20T23:55:00.123456Z, 77ms on the scenario's clock",
            "connection    12, HTTP/1.1",
            "key digest    ffffffffffffffff",
            "idempotency   000000000000abcd, digest of the key",
            "invocation    fffffffffffffffe, digest of the id",
            "trace id      4bf92f3577b34da6a3ce929d0e0e4736",
            "user digest   000000000000beef",
            "prompt digest f00d000000000000",
            "tool results  toolu_1, digest ffffffffffffffff",
            "phase         storm",
            "promises      retry-after: 1.5s after the head",
            "              anthropic-ratelimit-tokens-reset: at 2025-11-20T23:55:00.000Z",
            "              retry-after-ms: 'soon', neither a wait nor a date",
            "should retry  yes",
            "head sent     0.1 ms",
            "finish reason went out",
            "tokens        11 prompt (5 cached, 4 written to the cache), 7 completion (3 thinking)",
            "tool calls    a \"tool\", call_1, digest 0000000000000009",
            "exchange      fedcba9876543210  (sequence 42)",
            "call          c0ffee (from digest), call 3",
            "attempt       2, the client counts retry 1",
            "truth         rate-limited, rate_limit, retryable, retry-after: 1.5",
            "plan          send 120",
            "              reset",
            "injected      no, it was not reached",
            "status        429 (planned 200)",
            "first byte    0.1 ms, as planned",
            "bytes         512 (planned 999)",
            "ending        client-left, the client left after 0.2 ms",
            "response body: 4096 bytes, 4 kept",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func aReportLeavesOutWhatNobodyKnows() {
        var bare = ExchangeRecord(id: 1, startedAt: 0)
        bare.toolCalls = []
        bare.promptTokens = 3
        let text = ExchangeReport(StoredExchange(sequence: 1, record: bare)).text
        let names = text.split(separator: "\n").map { $0.prefix(14).filter { $0 != " " } }
        #expect(
            names == [
                "exchange", "started", "request", "provider", "model", "client", "session", "call",
                "attempt", "rule", "fault", "injected", "status", "firstbyte", "lastbyte", "bytes",
                "ending", "tokens", "requestbody:", "responsebody:",
            ])
        #expect(text.contains("tokens        3 prompt, ? completion\n"))
    }

    /// What another version wrote is shown as it stands.
    @Test func aReportShowsWordsThatAreUnknownHere() {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.foreign[.promises] = #"[{"field":"retry-after","in":"moons"}]"#
        record.foreign[.toolCalls] = #"[{"tool":"add"},{"tool":"sub"}]"#
        let text = ExchangeReport(StoredExchange(sequence: 1, record: record)).text
        #expect(text.contains(#"promises      {"field":"retry-after","in":"moons"}"#))
        #expect(text.contains("tool calls    {\"tool\":\"add\"}\n"))
        #expect(text.contains("              {\"tool\":\"sub\"}\n"))
    }

    /// Every value of a record is in its JSON, under its own name but for a few.
    @Test func everyValueIsInTheJSON() {
        let others = [
            "faults": "fault", "idempotencyKey": "idempotency_digest", "httpProtocol": "protocol",
            "invocation": "invocation_digest", "hasFinishReason": "finish_reason_sent",
            "ray": "cf_ray", "requestBodyBytes": "request_bytes", "foreign": "id",
            "responseBodyBytes": "response_bytes", "responseBody": "response_body_base64",
        ]
        let json = stored.json(.whole)
        for label in Mirror(reflecting: stored.record).children.compactMap(\.label) {
            let name = label.reduce(into: "") { name, letter in
                name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
            }
            .replacing("_i_d", with: "_id")
            let known = [others[label], name, name + "_us"].compactMap(\.self)
            #expect(known.contains { !(json[$0] ?? .null).isNull }, "\(label)")
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_107_542_399_000_001, "2100-02-28T23:59:59.000001Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func timesAreUTC(microseconds: Int64, expected: String) {
        #expect(UTCTime(microseconds: microseconds).text(digits: 6) == expected)
    }
}
