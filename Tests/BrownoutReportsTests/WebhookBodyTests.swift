import BrownoutJSON
import Testing

@testable import BrownoutReports

@Suite("A webhook's body")
struct WebhookBodyTests {
    @Test func ourOwnFormHasVerdictCountsAndFailures() throws {
        let body = WebhookBody(DrillReport([try SampleRun().report()])).json(.json)
        #expect(body["verdict"] == "fail")
        #expect(body["scenario"] == "limited")
        #expect(body["seed"]?.intValue == 7)
        #expect(
            body["counts"]?.text == #"{"calls":2,"attempts":3,"delivered":2}"#)
        let failing = body["failing"]?.arrayValue ?? []
        #expect(
            failing.map { ($0["rule"] ?? $0["expect"])?.stringValue } == [
                "retry-after-honoured", "transient-retried", "attempts.per-call", "calls.total",
            ])
        #expect(failing.first?["says"] == "came after 500 ms, promised was 1 s")
    }

    @Test func severalRunsStandUnderRuns() throws {
        let runs = [try SampleRun().report(), try SampleRun.passing.report()]
        let body = WebhookBody(DrillReport(runs)).json(.json)
        #expect(body["verdict"] == "fail")
        #expect(body["runs"]?.arrayValue?.map { $0["verdict"] } == ["fail", "pass"])
    }

    @Test func aChatIsToldInItsOwnMarkup() throws {
        let run = try SampleRun().report { $0.rules[0].says = "a <b> & c" }
        let body = WebhookBody(DrillReport([run])).json(.slack)
        let text = try #require(body["text"]?.stringValue)
        #expect(text.hasPrefix("*brownout: fail*: 1 run (1 fail)\n*limited*: fail, 2 calls"))
        #expect(text.contains("• fail retry-after-honoured: a &lt;b&gt; &amp; c\n"))
        #expect(text.contains("• fail attempts.per-call: wanted &lt;= 1, found 2"))
    }

    @Test func aLongMessageIsCut() throws {
        let runs = try (0..<30).map { seed in
            try SampleRun().report { run in
                run.seed = UInt64(seed)
                run.rules[0].says = String(repeating: "x", count: 9000)
            }
        }
        let text = WebhookBody(DrillReport(runs)).json(.slack)["text"]?.stringValue ?? ""
        #expect(text.count < 3600 && text.hasSuffix("…"))
    }

    @Test func aRegressionIsTold() throws {
        var before = SampleRun.passing
        before.seconds = 0.5
        let report = DrillReport(
            [try SampleRun.passing.report()], against: try Baseline(JSON.parse(before.text)))
        #expect(
            WebhookBody(report).json(.json)["regressions"]?.text
                == #"[{"scenario":"limited","kind":"duration","says":"the command took 3.2 s; "#
                + #"in the baseline 500 ms"}]"#)
    }
}
