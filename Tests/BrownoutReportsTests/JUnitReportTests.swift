import BrownoutJSON
import BrownoutVerdicts
import Testing

@testable import BrownoutReports

@Suite("JUnit's XML")
struct JUnitReportTests {
    @Test func aRunIsASuiteOfItsCommandItsRulesAndItsExpectations() throws {
        let text = JUnitReport(DrillReport([try SampleRun().report()])).text
        #expect(text.contains(#"<testsuite name="limited" tests="9" failures="2" errors="1""#))
        #expect(text.contains(#"<property name="seed" value="7"/>"#))
        #expect(text.contains(#"classname="limited.drill" name="command" time="3.2"/>"#))
        // Nothing happened that the rule is about, so there is no case; a guard always is one.
        #expect(!text.contains(#"name="herd""#))
        #expect(text.contains(#"classname="limited.guards" name="not-injected""#))
        #expect(text.contains("c1: 503 → 200; promised 1 s, waited 500 ms"))
    }

    @Test func aWarningIsNoFailure() throws {
        let text = JUnitReport(DrillReport([try SampleRun().report()])).text
        #expect(text.contains("<system-out>warning: gave up at once"))
        #expect(text.contains("<system-out>warning: calls.total: wanted == 3, found 2 of 2"))
    }

    @Test func anUnknownExpectationIsAnErrorAndAnUnknownRuleIsSkipped() throws {
        let run = try SampleRun().report()
        let text = JUnitReport(DrillReport([run])).text
        #expect(text.contains(#"<skipped message="unknown: too few calls"/>"#))
        #expect(
            text.contains(
                #"<error message="cost.wasted: wanted &lt;= 0.05 USD, found nothing"#))
    }

    @Test func aStrictRunHasErrorsForUnknownRulesOfWeight() throws {
        var sample = SampleRun.passing
        sample.rules = """
            {"rule": "retry-after-honoured", "verdict": "unknown", "severity": "error",
             "says": "absurd", "calls": [], "exchanges": []}
            """
        let run = try sample.report()
        #expect(JUnitReport(DrillReport([run])).text.contains(#"errors="0" skipped="1""#))
        let strict = DrillReport([run], isStrict: true)
        #expect(strict.verdict == .unknown)
        #expect(JUnitReport(strict).text.contains(#"errors="1" skipped="0""#))
    }

    @Test func aCommandThatFailsIsAFailure() throws {
        var sample = SampleRun.passing
        sample.exit = 137
        let text = JUnitReport(DrillReport([try sample.report()])).text
        #expect(text.contains(#"message="the command ended with exit code 137""#))
    }

    @Test func runsOfOneScenarioHaveNamesOfTheirOwn() throws {
        let runs = [
            try SampleRun.passing.report(), try SampleRun.passing.report { $0.repetition = 2 },
            try SampleRun.passing.report { $0.seed = 8 },
        ]
        let report = DrillReport(runs)
        #expect(
            runs.map(report.name)
                == ["limited, seed 7, run 1", "limited, seed 7, run 2", "limited, seed 8"])
    }

    @Test(arguments: [
        ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&apos;"), ("]]>", "]]&gt;"),
        ("\u{1B}[31m\u{0}\u{FFFE}", "\u{FFFD}[31m\u{FFFD}\u{FFFD}"), ("a\r", "a&#13;"),
        ("\u{1F600}", "\u{1F600}"),
    ])
    func whatXMLDoesNotTakeIsEscaped(text: String, expected: String) {
        #expect(XMLText.content(text) == expected)
        #expect(XMLText.attribute(text) == expected)
    }

    @Test func linesAndTabsOfAttributesSurviveAReader() {
        #expect(XMLText.attribute("a\n\tb") == "a&#10;&#9;b")
        #expect(XMLText.content("a\n\tb") == "a\n\tb")
    }
}
