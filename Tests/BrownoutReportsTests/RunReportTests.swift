import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutVerdicts
import Testing

@testable import BrownoutReports

struct RunReportTests {
    private static func record(
        _ id: UInt64, at: Int64, key: String, status: Int?, _ change: (inout ExchangeRecord) -> Void
    ) -> ExchangeRecord {
        var record = ExchangeRecord(id: id, startedAt: 1_700_000_000_000_000 + at)
        record.scenarioTime = at
        record.callKey = key
        record.callSource = .digest
        record.provider = "openai"
        record.endpoint = "chat"
        record.model = "gpt-4o"
        record.httpProtocol = .http11
        record.status = status
        record.headSent = 1234
        record.firstByte = 1234
        record.lastByte = 1_500_017
        record.ending = .complete
        record.promptTokens = 12
        record.completionTokens = 40
        record.responseBodyBytes = 400
        change(&record)
        return record
    }

    private static func run() throws -> RunVerdict {
        let overloaded: (inout ExchangeRecord) -> Void = {
            $0.faults = [.error]
            $0.cause = .overloaded
            $0.category = .modelOverloaded
            $0.retryable = true
            $0.injected = true
            $0.rule = "wobble"
            $0.promises = [PromisedWait(field: "retry-after", moment: .after(.milliseconds(2500)))]
        }
        let rows = [
            record(1, at: 10, key: "a", status: 503, overloaded),
            record(2, at: 2_000_003, key: "a", status: 503, overloaded),
            record(3, at: 9_000_000, key: "a", status: 200) { _ in },
            record(4, at: 9_100_000, key: "b", status: nil) {
                $0.ending = nil
                $0.headSent = nil
            },
            record(5, at: 9_200_000, key: "c", status: 200) {
                $0.stream = true
                $0.faults = [.cut]
                $0.injected = true
                $0.ending = .reset
                $0.hasFinishReason = false
            },
        ]
        let said = OutcomeRecord(
            at: 1_700_000_000_000_000 + 20_000_000, scenarioTime: 20_000_000, session: "default",
            subject: .exchange(3), outcome: .succeeded, retryable: true, message: "at last")
        return RunVerdict(
            RunEvidence(rows, outcomes: [said]), scenario: nil, name: "any", seed: .max,
            command: CommandEnd(exit: 3, seconds: 4.25))
    }

    @Test func aReportOfAVerdictIsWhatItsJSONSays() throws {
        let run = try Self.run()
        var report = RunReport(run)
        let read = try RunReport.runs(JSON.parse(RunReport.bytes([run])))
        // When an attempt ended is not in the JSON.
        #expect(report.calls[0].attempts[0].took == 1.500_017)
        for call in report.calls.indices {
            for attempt in report.calls[call].attempts.indices {
                report.calls[call].attempts[attempt].took = nil
            }
        }
        #expect(String(reflecting: report) == String(reflecting: try #require(read.first)))
        #expect(report.calls.count == 3)
        #expect(report.calls[0].declared?.message == "at last")
        #expect(report.failing.contains { $0.rule == "retry-after-honoured" })
    }

    @Test func severalRunsStandUnderOneKey() throws {
        let run = try Self.run()
        let read = try RunReport.runs(JSON.parse(RunReport.bytes([run, run])))
        #expect(read.count == 2)
        #expect(String(reflecting: read[0]) == String(reflecting: read[1]))
    }
}
