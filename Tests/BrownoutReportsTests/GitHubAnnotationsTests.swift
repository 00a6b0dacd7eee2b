import BrownoutJSON
import Testing

@testable import BrownoutReports

@Suite("Annotations")
struct GitHubAnnotationsTests {
    private func lines(_ run: RunReport, isStrict: Bool = false) -> [String] {
        GitHubAnnotations(DrillReport([run], isStrict: isStrict)).text
            .split(separator: "\n").map(String.init)
    }

    @Test func anExpectationPointsAtItsLine() throws {
        let lines = lines(try SampleRun().report())
        #expect(
            lines.contains(
                "::error file=scenarios/limited.yaml,line=31,title=brownout%3A expect "
                    + "attempts.per-call::limited: attempts.per-call: wanted <= 1, found 2%0A"
                    + "c1: 503 → 200; promised 1 s, waited 500 ms"))
    }

    @Test func whatHasWeightComesFirst() throws {
        let levels = lines(try SampleRun().report()).map { $0.split(separator: " ")[0] }
        #expect(levels == ["::error", "::error", "::error", "::warning", "::warning"])
    }

    @Test func aRunThatPassesIsSilent() throws {
        #expect(lines(try SampleRun.passing.report()) == [])
    }

    @Test func anUnknownRuleOfWeightIsToldWhenStrict() throws {
        var sample = SampleRun.passing
        sample.rules = """
            {"rule": "categories", "verdict": "unknown", "severity": "error", "says": "silent",
             "calls": [], "exchanges": []}
            """
        #expect(lines(try sample.report()) == [])
        #expect(
            lines(try sample.report(), isStrict: true) == [
                "::error file=scenarios/limited.yaml,title=brownout%3A categories::"
                    + "limited: unknown: silent"
            ])
    }

    @Test func nothingInATextIsTakenForACommand() throws {
        let run = try SampleRun().report { run in
            run.file = "a,b:c%.yaml"
            run.rules = [run.rules[0]]
            run.rules[0].says = "100 %\r\n::stop-commands::x"
            run.rules[0].calls = []
            run.expectations = []
        }
        #expect(
            lines(run) == [
                "::error file=a%2Cb%3Ac%25.yaml,title=brownout%3A retry-after-honoured::"
                    + "limited: 100 %25%0D%0A::stop-commands::x"
            ])
    }
}
