import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutReports

@Suite("The page")
struct HTMLReportTests {
    private func page(_ runs: RunReport...) -> String { HTMLReport(DrillReport(runs)).text }

    @Test func aRunIsThereWithRulesExpectationsFaultsAndCalls() throws {
        var sample = SampleRun()
        sample.cost = #"{"currency": "USD", "useful": 0.01, "wasted": 0.002}"#
        let text = page(try sample.report())
        for part in [
            #"fail</span></td><td><span class="name">retry-after-honoured</span></td>"#,
            ##"<a href="#r1-c1">c1</a>"##,
            #"id="r1-c1" data-outcome="delivered" data-verdict="fail""#,
            "attempts.per-call", "<td>wobble</td><td>overloaded</td><td>3</td><td>2</td>",
            "503 → 200", "promised 1 s, waited 500 ms", "not sure to be one call",
            "0.01 USD for answers that were of use, 0.002 USD wasted", "Not exercised: herd",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.count(of: "<details class=\"call\"") == 2)
    }

    @Test func textStaysTextWhateverItSays() throws {
        let evil = "</script><img onerror=alert(1)>\"' \u{1B}\u{202E}"
        let run = try SampleRun().report { run in
            run.scenario = evil
            run.file = evil
            run.rules[0].says = evil
            run.rules[0].measured = [JSONMember(evil, .string(evil))]
            run.expectations[0].wanted = evil
            run.faults[0].fault = evil
            run.calls[0].attempts[0].model = evil
            run.calls[0].declared = DeclaredReport(
                outcome: .failed, category: nil, isRetryable: nil, message: evil)
        }
        let text = page(run)
        #expect(!text.contains("<img") && !text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.count(of: "</script>") == 1 && text.count(of: "<script>") == 1)
        #expect(
            text.contains(
                "&lt;/script&gt;&lt;img onerror=alert(1)&gt;&quot;&#39; \u{FFFD}\u{FFFD}"))
    }

    @Test func nothingIsLoadedFromElsewhere() throws {
        let text = page(try SampleRun().report())
        for part in ["http:", "https:", "src=", "url(", "@import", "<link", "style=\"", "onclick"] {
            #expect(!text.contains(part), "\(part)")
        }
        #expect(text.contains("default-src 'none'"))
    }

    @Test func thousandsOfCallsKeepThePageSmallAndWhatFailedOnIt() throws {
        let attempts = SampleRun.calls(20_000, succeeding: 19_000)
        var sample = SampleRun.passing
        sample.calls = attempts
        sample.rules = """
            {"rule": "attempts-bounded", "verdict": "fail", "severity": "error", "says": "many",
             "measured": {}, "calls": ["c18000"], "exchanges": []}
            """
        let text = page(try sample.report())
        #expect(text.utf8.count < 3_000_000)
        #expect(text.contains(#"id="r1-c18000""#))
        #expect(text.count(of: "data-outcome=\"exhausted\"") == 1000)
        let kept = text.count(of: "<details class=\"call\"")
        #expect(text.contains("<p>\(20_000 - kept) calls of 20000 are left out"))
    }

    @Test func aThousandCallsAreAllThere() throws {
        var sample = SampleRun.passing
        sample.calls = SampleRun.calls(1000, succeeding: 900)
        let text = page(try sample.report())
        #expect(text.count(of: "<details class=\"call\"") == 1000)
        #expect(!text.contains("left out") && text.utf8.count < 3_000_000)
    }

    @Test func aTimelineShowsWhatWasPromisedLongerThanWhatWasWaited() throws {
        let call = try SampleRun().report().calls[0]
        // The call takes 0.5 s, and the promise of 1 s is cut at one and a half of that.
        #expect(
            CallTimeline(call: call).svg.contains(
                #"<rect class="promised" x="0" width="1000" y="15" height="3"/>"#
                    + #"<rect class="waited" x="0" width="666" y="20" height="3"/>"#))
    }

    @Test func whatErrorsWereCalledIsAMatrix() throws {
        var sample = SampleRun.passing
        sample.rules = """
            {"rule": "categories", "verdict": "fail", "severity": "error", "says": "wrong",
             "measured": {"right": 3, "matrix": {"timeout": {"timeout": 3, "api_error": 1}}},
             "calls": ["c1"], "exchanges": []}
            """
        let text = page(try sample.report())
        #expect(
            text.contains(
                #"<tr><td><b>timeout</b></td><td><span class="wrong">1</span></td>"#
                    + #"<td><span class="well">3</span></td></tr>"#))
        #expect(text.contains("<small>right 3</small>"))
    }

    @Test func runsOfADrillLeadToTheirParts() throws {
        let text = page(try SampleRun().report(), try SampleRun().report { $0.seed = 8 })
        #expect(text.contains(##"<a href="#run-2">limited, seed 8</a>"##))
        #expect(text.contains(#"<section id="run-2">"#) && text.contains(#"id="r2-c1""#))
    }

    @Test func aDrillWithoutRunsOrCallsHasAPageToo() throws {
        var sample = SampleRun.passing
        sample.calls = ""
        #expect(page(try sample.report()).contains("There were no calls."))
        #expect(page().contains("0 runs"))
    }
}
