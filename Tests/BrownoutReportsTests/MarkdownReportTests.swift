import BrownoutJSON
import Testing

@testable import BrownoutReports

@Suite("Markdown")
struct MarkdownReportTests {
    @Test func failuresHaveTheirCallsAndWhatWasPromised() throws {
        let text = MarkdownReport(DrillReport([try SampleRun().report()])).text
        #expect(text.hasPrefix("## brownout: fail\n\n1 run: 1 fail. 2 calls, 3 attempts.\n"))
        #expect(
            text.contains(
                "| limited | retry-after-honoured | fail | came after 500 ms, promised was 1 s "
                    + "| c1 |\n"))
        #expect(text.contains("| limited | transient-retried | warn | gave up at once | c2 |\n"))
        #expect(
            text.contains(
                "| limited | c1 | 503 → 200 | promised 1 s, waited 500 ms | delivered |\n"))
        #expect(
            text.contains(
                "| limited | expect, line 31 | fail | attempts.per-call: wanted &lt;= 1, found 2 "
                    + "| c1 |\n"))
        #expect(text.contains("| limited | 7 | fail | 2 | 2 | 3 | 2 | 3.2 s |\n"))
        #expect(text.contains("| limited | jitter | too few calls |\n"))
    }

    @Test func aRunWithoutFailuresIsShort() throws {
        let text = MarkdownReport(DrillReport([try SampleRun.passing.report()])).text
        #expect(text.hasPrefix("## brownout: pass\n"))
        #expect(!text.contains("What failed"))
        #expect(!text.contains("could not be judged"))
    }

    @Test func costHasAColumnWhereThereIsOne() throws {
        var sample = SampleRun.passing
        sample.cost = """
            {"currency": "USD", "useful": 0.01, "wasted": 0.002, "unknown-models": ["m_x"]}
            """
        let text = MarkdownReport(DrillReport([try sample.report()])).text
        #expect(
            text.contains(
                "| 0.01 USD for answers that were of use, 0.002 USD wasted; without a price: "
                    + "m\\_x |\n"))
    }

    @Test(arguments: [
        ("a|b", "a\\|b"), ("<script>", "&lt;script&gt;"), ("`x`", "\\`x\\`"),
        ("**b** _i_", "\\*\\*b\\*\\* \\_i\\_"), ("[a](b)", "\\[a\\](b)"), ("a\nb", "a b"),
        ("\\|", "\\\\\\|"), ("@team &", "&#64;team &amp;"), ("\u{1B}[1m", "\u{FFFD}\\[1m"),
    ])
    func textStaysText(text: String, expected: String) {
        #expect(MarkdownText.plain(text) == expected)
    }

    @Test func aLongSummaryIsCutBetweenLinesAndSaysSo() throws {
        let runs = try (0..<400).map { seed in
            try SampleRun().report { run in
                run.seed = UInt64(seed)
                for index in run.rules.indices {
                    run.rules[index].says = String(repeating: "é|", count: 900)
                }
            }
        }
        let text = MarkdownReport(DrillReport(runs)).text
        #expect(text.utf8.count <= 1_048_576)
        #expect(text.utf8.count > 990_000)
        #expect(text.contains("This summary is cut here: "))
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(rows.allSatisfy { $0.hasSuffix("|") })
    }
}
