import BrownoutJSON
import BrownoutVerdicts

@testable import BrownoutReports

/// Runs as `--json` writes them, made from a few words.
struct SampleRun {
    var scenario = "limited"
    var seed = 7
    var verdict = "fail"
    var exit = 0
    var seconds = 3.2
    var calls = SampleRun.mixed
    var rules = SampleRun.rules
    var expect = SampleRun.expect
    var cost = ""

    /// A call that came too early, and one that was delivered at once.
    static let mixed = """
        {"id": "c1", "session": "s", "outcome": "delivered", "declared": null, "tie": "sure",
         "hedged": false, "attempts": [
          {"exchange": "00aa", "provider": "openai", "model": "gpt-4o", "attempt": 1, "at": 2,
           "status": 503, "cause": "overloaded", "fault": ["overloaded"], "ending": "complete",
           "waited": 0.5, "promised": 1},
          {"exchange": "00ab", "provider": "openai", "model": "gpt-4o", "attempt": 2, "at": 2.5,
           "status": 200, "cause": null, "fault": [], "ending": "complete", "waited": null,
           "promised": null}]},
        {"id": "c2", "session": "s", "outcome": "delivered", "declared": null, "tie": "unsure",
         "hedged": false, "attempts": [
          {"exchange": "00ac", "provider": "openai", "model": "gpt-4o", "attempt": 1, "at": 0,
           "status": 200, "cause": null, "fault": [], "ending": "complete", "waited": null,
           "promised": null}]}
        """

    static let rules = """
        {"rule": "retry-after-honoured", "verdict": "fail", "severity": "error",
         "says": "came after 500 ms, promised was 1 s", "measured": {}, "calls": ["c1"],
         "exchanges": ["00aa", "00ab"]},
        {"rule": "jitter", "verdict": "unknown", "severity": "warning", "says": "too few calls",
         "measured": {}, "calls": [], "exchanges": []},
        {"rule": "transient-retried", "verdict": "fail", "severity": "warning",
         "says": "gave up at once", "measured": {}, "calls": ["c2"], "exchanges": []},
        {"rule": "herd", "verdict": "not-exercised", "severity": "warning", "says": "nothing",
         "measured": {}, "calls": [], "exchanges": []},
        {"rule": "attempts-bounded", "verdict": "pass", "severity": "error",
         "says": "no more than 10", "measured": {}, "calls": [], "exchanges": []},
        {"rule": "not-injected", "verdict": "not-exercised", "severity": "error",
         "says": "nothing", "measured": {}, "calls": [], "exchanges": []}
        """

    static let expect = """
        {"expect": "attempts.per-call", "wanted": "<= 1", "found": "2", "verdict": "fail",
         "severity": "error", "line": 31, "calls": ["c1"]},
        {"expect": "cost.wasted", "wanted": "<= 0.05 USD", "found": null, "verdict": "unknown",
         "severity": "error", "line": 32, "calls": []},
        {"expect": "calls.total", "wanted": "== 3", "found": "2 of 2", "verdict": "fail",
         "severity": "warning", "line": 33, "calls": []}
        """

    /// A run in which everything went well.
    static var passing: SampleRun {
        var run = SampleRun()
        run.verdict = "pass"
        run.rules = ""
        run.expect = ""
        return run
    }

    /// So many calls of one attempt, of which some succeed.
    static func calls(_ count: Int, succeeding: Int, model: String = "gpt-4o") -> String {
        (1...count).map { number in
            let isWell = number <= succeeding
            return """
                {"id": "c\(number)", "session": "s", "outcome": \
                "\(isWell ? "delivered" : "exhausted")", "declared": null, "tie": "sure",
                 "hedged": false, "attempts": [{"exchange": "\(number)", "provider": "openai",
                  "model": \(JSON.string(model).text), "attempt": 1, "at": 0,
                  "status": \(isWell ? 200 : 503), "cause": null,
                  "fault": \(isWell ? "[]" : #"["overloaded"]"#), "ending": "complete",
                  "waited": null, "promised": null}]}
                """
        }.joined(separator: ",")
    }

    var text: String {
        """
        {"format": 1, "scenario": \(JSON.string(scenario).text), "seed": \(seed),
         "verdict": "\(verdict)", "command": {"exit": \(exit), "seconds": \(seconds)},
         "calls": [\(calls)], "rules": [\(rules)], "expect": [\(expect)],
         "faults": [{"rule": "wobble", "fault": "overloaded", "fired": 3, "injected": 2}],
         "coverage": [{"cause": "overloaded", "endpoint": "chat", "where": "before", "count": 1}]
         \(cost.isEmpty ? "" : ", \"cost\": \(cost)")}
        """
    }

    func report(_ change: (inout RunReport) -> Void = { _ in }) throws -> RunReport {
        var run = try RunReport.runs(JSON.parse(text))[0]
        run.file = "scenarios/limited.yaml"
        change(&run)
        return run
    }
}

extension String {
    /// How often another text occurs in it.
    func count(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
