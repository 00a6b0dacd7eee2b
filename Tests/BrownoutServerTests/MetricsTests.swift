import BrownoutEngine
import BrownoutTesting
import Testing

@testable import BrownoutControl
@testable import BrownoutServer

/// What the server counts.
@Suite struct MetricsTests {
    @Test func aTimeBelongsToTheClassWhoseEndItDoesNotExceed() {
        var histogram = Histogram(bounds: [10, 20])
        for time: Int64 in [-5, 0, 10, 11, 20, 21, .max] { histogram.record(nanoseconds: time) }
        #expect(histogram.counts == [3, 2, 2])
        #expect(histogram.count == 7)
        #expect(histogram.sum == .max)
        var other = Histogram(bounds: [10, 20])
        other.record(nanoseconds: 15)
        other.merge(histogram)
        #expect(other.counts == [3, 3, 2])
        #expect(other.sum == .max)
    }

    @Test func namesBeyondTheLimitAreOthers() {
        let shared = LabelNames(limit: 2)
        var one = LoopLabelNames(shared)
        var two = LoopLabelNames(shared)
        #expect(one.index(of: "a") == 1)
        #expect(two.index(of: "b") == 2)
        #expect(one.index(of: "c") == LabelNames.otherIndex)
        #expect(one.index(of: "b") == 2)
        #expect(two.index(of: "a") == 1)
        #expect(two.index(of: "c") == LabelNames.otherIndex)
        #expect(shared.all == ["other", "a", "b"])
    }

    @Test func aNameThatLooksLikeAKeyIsNotKept() {
        let shared = LabelNames(limit: 2)
        var names = LoopLabelNames(shared)
        let index = names.index(of: "sk-proj-abcdef123456")
        #expect(shared.all[index] == "[redacted]")
        #expect(names.index(of: "sk-proj-abcdef123456") == index)
    }

    @Test func seriesBeyondTheLimitAreCountedTogether() {
        var metrics = LoopMetrics(MetricLabels())
        let statuses = 1...(LoopMetrics.seriesLimit + 50)
        for status in statuses {
            let mark = metrics.begin(provider: "openai", endpoint: .models, model: "")
            metrics.end(
                mark, status: status, cause: nil, fault: nil, isInjected: false,
                ending: .complete, bytes: 1)
        }
        let reading = metrics.reading
        #expect(reading.requests.count == LoopMetrics.seriesLimit + 1)
        #expect(reading.requests.values.reduce(0, +) == statuses.count)
        let rest = DataMetrics.Request(
            provider: "other", endpoint: "other", model: "other", status: nil, cause: nil)
        #expect(reading.requests[rest] == 50)
        #expect(reading.inProgress == 0)
        #expect(reading.sentBytes == statuses.count)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000000001"), (500_000, "0.0005"), (1_000_000_000, "1"),
            (61_250_000_000, "61.25"), (-1_500_000_000, "-1.5"),
        ] as [(Int64, String)])
    func secondsAreWrittenWithoutRounding(_ nanoseconds: Int64, _ text: String) {
        #expect(DecimalText.seconds(nanoseconds: nanoseconds) == text)
    }

    @Test func labelsAreEscaped() {
        var page = PrometheusText()
        page.family("x", .gauge, "a \\ and\na line")
        page.sample("x", ["l": "a\\b\"c\nd"], 1)
        #expect(
            page.text == """
                # HELP x a \\\\ and\\na line
                # TYPE x gauge
                x{l="a\\\\b\\"c\\nd"} 1

                """)
    }

    @Test func whatWasDoneIsCounted() async throws {
        let yaml = """
            scenario: x
            providers: {mine: openai}
            reply: {text: "one two three four"}
            pace: {between-tokens: 2ms}
            rules:
              - {name: busy, when: {user-text: busy}, fault: overloaded}
              - {name: cut, when: {user-text: cut}, fault: {cut: reset, at: event 2}}
              - {name: never, when: {user-text: never}, fault: {cut: reset, at: event 900}}
            """
        try await LiveControl.run(yaml) { live in
            for text in ["hi", "hi", "busy", "cut", "never"] {
                let request = Request.chat(text, stream: true, headers: "Connection: close\r\n")
                _ = try? await BlockingHTTP.exchange(Array(request.utf8), port: live.data.port)
            }
            try await waitUntil { await live.data.metrics()?.inProgress == 0 }
            let answer = try await BlockingHTTP.request("GET", "/metrics", port: live.port)
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.body.split(separator: "\n").map(String.init)
            let series =
                #"brownout_requests_total{provider="openai",endpoint="chat-completions","#
                + #"model="gpt-4o-mini",status="#
            for line in [
                series + #""200",cause="none"} 4"#, series + #""503",cause="overloaded"} 1"#,
                #"brownout_faults_total{fault="cut",reached="true"} 1"#,
                #"brownout_faults_total{fault="cut",reached="false"} 1"#,
                #"brownout_faults_total{fault="cause",reached="true"} 1"#,
                #"brownout_endings_total{ending="complete"} 4"#,
                #"brownout_endings_total{ending="reset"} 1"#,
                #"brownout_first_byte_seconds_count{provider="openai"} 5"#,
                #"brownout_planned_answer_seconds_count{provider="openai"} 5"#,
                "brownout_accepted_connections_total 5", "brownout_requests_in_progress 0",
            ] {
                #expect(lines.contains(line), "\(line) in \(answer.body)")
            }
            let paced = lines.first { $0.hasPrefix("brownout_pacing_error_seconds_count ") }
            let count = try #require(paced?.split(separator: " ").last.flatMap { Int($0) })
            #expect(count >= 4)
        }
    }

    @Test func aServerThatStopsIsNotScraped() async throws {
        try await LiveControl.run { live in
            await live.data.stop()
            let answer = try await live.get("/metrics")
            #expect(answer.status == 503)
        }
    }
}
