import BrownoutJSON
import Testing

@testable import BrownoutReports

@Suite("The text on a terminal")
struct VerdictTextTests {
    private func text(
        _ run: RunReport, isColoured: Bool = false, width: Int = 100
    ) -> String {
        VerdictText(DrillReport([run]), colouring: Colouring(isOn: isColoured), width: width).text
    }

    @Test func aRunIsToldInOneTable() throws {
        var sample = SampleRun()
        sample.cost = #"{"currency": "USD", "useful": 0.01, "wasted": null}"#
        #expect(
            text(try sample.report()) == """
                limited, seed 7
                  command: exit 0 after 3.2 s
                  2 calls, 3 attempts: 2 delivered
                  rule wobble (overloaded): fired 3 times, met by a client 2 times
                  cost: 0.01 USD for answers that were of use, unknown wasted

                  fail     retry-after-honoured  came after 500 ms, promised was 1 s (c1: 503 → 200)
                  unknown  jitter                too few calls
                  warn     transient-retried     gave up at once (c2: 200)
                  pass     attempts-bounded      no more than 10
                  expected:
                  fail     attempts.per-call  wanted <= 1, found 2 (line 31) (c1: 503 → 200)
                  unknown  cost.wasted        wanted <= 0.05 USD, found nothing to judge (line 32)
                  warn     calls.total        wanted == 3, found 2 of 2 (line 33)
                  not exercised: herd, not-injected
                fail

                """)
    }

    @Test(arguments: [40, 60, 80])
    func noLineIsWiderThanTheTerminal(width: Int) throws {
        let run = try SampleRun().report { run in
            run.rules[0].says = String(repeating: "x", count: 300)
        }
        let lines = text(run, width: width).split(separator: "\n")
        #expect(lines.filter { $0.count > width } == [])
    }

    @Test func coloursAreForTerminalsOfPeopleWhoWantThem() throws {
        #expect(Colouring(isTerminal: true, noColour: nil, terminal: "xterm").isOn)
        #expect(Colouring(isTerminal: true, noColour: "", terminal: nil).isOn)
        #expect(!Colouring(isTerminal: true, noColour: "1", terminal: "xterm").isOn)
        #expect(!Colouring(isTerminal: true, noColour: nil, terminal: "dumb").isOn)
        #expect(!Colouring(isTerminal: false, noColour: nil, terminal: "xterm").isOn)
        let run = try SampleRun().report()
        #expect(text(run, isColoured: true).contains("\u{1B}[31mfail\u{1B}[0m     retry-after"))
        #expect(!text(run).contains("\u{1B}"))
    }

    @Test func whatAClientWroteMovesNothing() throws {
        let run = try SampleRun().report { $0.rules[0].says = "\u{1B}[2J\n::error::x" }
        let text = text(run)
        #expect(!text.contains("\u{1B}") && !text.contains("\n::error"))
    }

    @Test func severalRunsEndWithWhatTheyComeToTogether() throws {
        let runs = [try SampleRun().report(), try SampleRun.passing.report { $0.seed = 8 }]
        let text = VerdictText(
            DrillReport(runs), colouring: Colouring(isOn: false), width: 100
        ).text
        #expect(text.hasSuffix("\n2 runs (1 pass, 1 fail)\nfail\n"))
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.0124, "12 ms"), (0.9996, "1 s"), (1.25, "1.25 s"), (60, "60 s"),
        (3600.4, "3600 s"), (-0.02, "-20 ms"), (1e12, "more than 30 years"),
    ])
    func timesAreReadable(seconds: Double, expected: String) {
        #expect(seconds.asTime == expected)
    }
}
