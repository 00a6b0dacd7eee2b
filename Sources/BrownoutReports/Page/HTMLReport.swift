import BrownoutVerdicts

/// Runs as one page that needs nothing beside itself: no other file, no network. It can be read
/// without its script, which only filters.
package struct HTMLReport {
    /// Bytes that the calls of all runs may take together: a page must stay quick to open.
    static let callsLimit = 2_500_000

    private let report: DrillReport

    package init(_ report: DrillReport) {
        self.report = report
    }

    /// The page's text.
    package var text: String {
        let verdict = report.verdict
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(HTMLAssets.policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>brownout: \(verdict.rawValue)</title>
            <style>\(HTMLAssets.style)</style>
            </head>
            <body>
            <header><h1>brownout \(HTMLText.badge(verdict.rawValue, verdict))</h1>
            <p>\(sentence)</p></header>
            <main>
            \(baseline)\(list)\(filter)\(runs)</main>
            <script>\(HTMLAssets.script)</script>
            </body>
            </html>

            """
    }

    private var sentence: String {
        let counts = report.runs.isEmpty ? "" : ": \(report.countsText)"
        let calls = report.runs.reduce(0) { $0 + $1.calls.count }
        let attempts = report.runs.reduce(0) { $0 + $1.attemptCount }
        return "\(report.runs.count.of("run"))\(counts). "
            + "\(calls.of("call")), \(attempts.of("attempt"))."
    }

    private var baseline: String {
        guard let comparison = report.comparison else { return "" }
        if comparison == BaselineComparison() {
            return "<p>Nothing is worse than in the baseline.</p>\n"
        }
        let rows =
            comparison.regressions.map {
                [
                    HTMLText.badge("fail", .fail), HTMLText.escaped($0.scenario),
                    HTMLText.escaped($0.says),
                ]
            }
            + comparison.unknownScenarios.map {
                ["", HTMLText.escaped($0), "the baseline does not know this scenario"]
            }
        return HTMLText.table("Against the baseline", ["", "scenario", "what is worse"], rows)
    }

    /// What leads to the runs, where there are several.
    private var list: String {
        if report.runs.count < 2 { return "" }
        let rows = report.runs.enumerated().map { index, run in
            let verdict = run.verdict(isStrict: report.isStrict)
            return [
                HTMLText.badge(verdict.rawValue, verdict),
                ##"<a href="#run-\##(index + 1)">\##(HTMLText.escaped(report.name(run)))</a>"##,
                HTMLText.escaped(run.countsText), run.command?.seconds.asTime ?? "",
            ]
        }
        return HTMLText.table("Runs", ["", "run", "calls", "time"], rows)
    }

    private var filter: String {
        if report.runs.allSatisfy(\.calls.isEmpty) { return "" }
        let outcomes = Call.Outcome.allCases.map {
            #"<option value="\#($0.rawValue)">\#($0.rawValue)</option>"#
        }.joined()
        return """
            <form id="filter" role="search" hidden>
            <label>Calls with the text <input type="search" id="text" autocomplete="off"></label>
            <label>outcome <select id="outcome"><option value="">any</option>\(outcomes)\
            </select></label>
            <label>named by <select id="verdict"><option value="">anything</option>\
            <option value="fail">what failed</option><option value="warn">a warning</option>\
            <option value="unknown">what is unknown</option></select></label>
            <output id="shown" aria-live="polite"></output>
            </form>

            """
    }

    private var runs: String {
        let rows = report.runs.enumerated().map { index, run in
            HTMLCalls(run: run, number: index + 1).rows
        }
        let (rank, size) = HTMLReport.fit(rows.flatMap { $0 })
        var room = size
        return zip(report.runs.indices, rows).map { index, rows in
            let run = report.runs[index]
            let verdict = run.verdict(isStrict: report.isStrict)
            var calls = ""
            var left = 0
            for row in rows {
                let size = row.html.utf8.count
                guard row.rank < rank || row.rank == rank && size <= room else {
                    left += 1
                    continue
                }
                if row.rank == rank { room -= size }
                calls += row.html
            }
            return section(run, index + 1, verdict, calls, left)
        }.joined()
    }

    /// The first rank of which not all calls have room beside those that matter more, and the room
    /// that there is for them.
    private static func fit(_ rows: [HTMLCalls.Row]) -> (rank: Int, room: Int) {
        var room = callsLimit
        for rank in 0...2 {
            let bytes = rows.filter { $0.rank == rank }.reduce(0) { $0 + $1.html.utf8.count }
            if bytes > room { return (rank, room) }
            room -= bytes
        }
        return (3, room)
    }

    private func section(
        _ run: RunReport, _ number: Int, _ verdict: Verdict, _ calls: String, _ left: Int
    ) -> String {
        let title = HTMLText.escaped(report.name(run))
        let cut =
            left == 0
            ? ""
            : "<p>\(left.of("call")) of \(run.calls.count) are left out to keep the page quick; "
                + "what failures name is kept. What --json writes has all.</p>\n"
        let list =
            run.calls.isEmpty
            ? "<p>There were no calls.</p>\n"
            : "<h3>Calls</h3>\n\(HTMLReport.legend)\(cut)\(calls)"
        return """
            <section id="run-\(number)"><h2>\(title) \
            \(HTMLText.badge(verdict.rawValue, verdict))</h2>
            \(HTMLRun(run: run, number: number).html)\(list)</section>

            """
    }

    private static let legend = """
        <p class="legend"><i class="well"></i>an answer went out <i class="failed"></i>a failure \
        <i class="open"></i>in progress <i class="promised"></i>promised wait \
        <i class="waited"></i>what was waited</p>

        """
}
