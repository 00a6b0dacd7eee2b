import BrownoutJSON
import BrownoutVerdicts
import Testing

@testable import BrownoutReports

@Suite("A baseline")
struct BaselineTests {
    private func compared(_ now: SampleRun, with before: SampleRun) throws -> BaselineComparison {
        try Baseline(JSON.parse(before.text)).comparison(with: [now.report()])
    }

    @Test func whatIsTheSameIsNoRegression() throws {
        let comparison = try compared(SampleRun(), with: SampleRun())
        #expect(comparison == BaselineComparison())
    }

    @Test(arguments: [(95, false), (94, true)])
    func aRateMayFallByFivePoints(succeeding: Int, isRegression: Bool) throws {
        var (now, before) = (SampleRun.passing, SampleRun.passing)
        before.calls = SampleRun.calls(100, succeeding: 100)
        now.calls = SampleRun.calls(100, succeeding: succeeding)
        let regressions = try compared(now, with: before).regressions
        #expect(regressions.map(\.kind) == (isRegression ? [.passRate] : []))
        if isRegression {
            #expect(
                regressions[0].says
                    == "94 % (94 of 100) of calls succeeded; in the baseline "
                    + "100 % (100 of 100) did")
        }
    }

    @Test(arguments: [(2.0, 3.0, false), (2.0, 3.1, true), (0.01, 0.09, false)])
    func aCommandMayTakeHalfAsLongAgain(was: Double, seconds: Double, isRegression: Bool) throws {
        var (now, before) = (SampleRun.passing, SampleRun.passing)
        (before.seconds, now.seconds) = (was, seconds)
        let regressions = try compared(now, with: before).regressions
        #expect(regressions.map(\.kind) == (isRegression ? [.duration] : []))
    }

    @Test func newFailuresAreNamedOneByOne() throws {
        var before = SampleRun.passing
        before.rules = SampleRun.rules.replacing(
            "\"retry-after-honoured\", \"verdict\": \"fail\"",
            with: "\"retry-after-honoured\", \"verdict\": \"unknown\"")
        var now = SampleRun()
        now.exit = 1
        let regressions = try compared(now, with: before).regressions
        #expect(regressions.allSatisfy { $0.kind == .newFailure })
        #expect(
            regressions.map(\.says) == [
                "the command ended with exit code 1; it did not fail in the baseline",
                "retry-after-honoured fails: came after 500 ms, promised was 1 s; "
                    + "it did not fail in the baseline",
                "attempts.per-call: wanted <= 1, found 2, which fails; "
                    + "it did not fail in the baseline",
                "calls.total: wanted == 3, found 2 of 2, which fails; "
                    + "it did not fail in the baseline",
            ])
    }

    @Test func aRegressionFailsWhatPasses() throws {
        var before = SampleRun.passing
        before.seconds = 1
        let baseline = try Baseline(JSON.parse(before.text))
        let run = try SampleRun.passing.report()
        #expect(DrillReport([run]).verdict == .pass)
        #expect(DrillReport([run], against: baseline).verdict == .fail)
    }

    @Test func aScenarioThatTheBaselineDoesNotKnowIsNamed() throws {
        var other = SampleRun.passing
        other.scenario = "other"
        let comparison = try compared(other, with: SampleRun())
        #expect(comparison.unknownScenarios == ["other"])
        #expect(comparison.regressions == [])
    }

    @Test func aGuardThatNamesExchangesAloneIsToldWithItsCalls() throws {
        var sample = SampleRun.passing
        sample.rules = """
            {"rule": "not-injected", "verdict": "fail", "severity": "error", "says": "missed",
             "measured": {}, "calls": [], "exchanges": ["00ab", "ffff"]}
            """
        #expect(try sample.report().rules[0].calls == ["c1"])
    }

    @Test func severalRunsAreReadAndHeldTogether() throws {
        let several = #"{"format": 1, "runs": [\#(SampleRun().text), \#(SampleRun().text)]}"#
        #expect(try RunReport.runs(JSON.parse(several)).count == 2)
    }

    @Test(arguments: [
        ("[]", "found a value of kind array; expected an object"),
        ("{}", "there is no 'format'"),
        (#"{"format": 2}"#, "at /format: found 2; expected format 1"),
        (#"{"format": 1, "runs": 3}"#, "at /runs: found 3; expected an array"),
        (#"{"format": 1, "runs": [{"scenario": 1}]}"#, "at /runs/0/scenario: found 1; expected"),
        (#"{"format": 1, "scenario": "s", "seed": -1}"#, "at /seed: found -1; expected"),
        (
            #"{"format": 1, "scenario": "s", "seed": 1, "verdict": "good"}"#,
            "at /verdict: found 'good'; expected one of pass, fail, unknown, not-exercised"
        ),
    ])
    func whatIsNoReportIsRefusedWithItsPlace(text: String, message: String) throws {
        let json = try JSON.parse(text)
        let error = try #require(throws: ReportFormatError.self) { try Baseline(json) }
        #expect(error.text.hasPrefix(message))
    }
}
