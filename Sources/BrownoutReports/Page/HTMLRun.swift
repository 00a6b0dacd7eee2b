import BrownoutEngine
import BrownoutJSON
import BrownoutVerdicts

/// What the page says of one run, its calls apart.
struct HTMLRun {
    let run: RunReport
    /// The run's place on the page, from 1.
    let number: Int

    /// Calls that a rule names on the page at most.
    private static let told = 20

    var html: String {
        facts + rules + matrix + expectations + faults + coverage
    }

    private var facts: String {
        var facts: [(String, String)] = [("seed", String(run.seed))]
        if run.repetition > 1 { facts.append(("run", String(run.repetition))) }
        if let file = run.file { facts.append(("file", file)) }
        if let command = run.command {
            facts.append(("command", "exit \(command.exit) after \(command.seconds.asTime)"))
        }
        facts.append(("calls", run.countsText))
        if let cost = run.cost { facts.append(("cost", cost.text)) }
        return "<dl>"
            + facts.map { "<div><dt>\($0.0)</dt><dd>\(HTMLText.escaped($0.1))</dd></div>" }
            .joined() + "</dl>\n"
    }

    private var rules: String {
        let told =
            run.failing + run.rules.filter { $0.verdict == .unknown }
            + run.rules.filter { $0.verdict == .pass }
        let rows = told.map { rule in
            [
                HTMLText.badge(rule.word, rule.verdict),
                #"<span class="name">\#(HTMLText.escaped(rule.rule))</span>"#,
                rule.severity.rawValue, HTMLText.escaped(rule.says) + figures(rule),
                links(rule.calls),
            ]
        }
        let silent = run.rules.filter { $0.verdict == .notExercised }.map(\.rule)
        let rest =
            silent.isEmpty
            ? ""
            : "<p>Not exercised: \(HTMLText.escaped(silent.joined(separator: ", "))).</p>\n"
        if rows.isEmpty { return rest }
        return HTMLText.table("Rules", ["", "rule", "weight", "what was found", "calls"], rows)
            + rest
    }

    /// The figures that are numbers or words; a matrix has a table of its own.
    private func figures(_ rule: RuleReport) -> String {
        let texts = rule.measured.compactMap { member -> String? in
            switch member.value {
            case .number(let number): "\(member.key) \(number.text)"
            case .string(let text) where !text.isEmpty: "\(member.key) \(text)"
            default: nil
            }
        }
        if texts.isEmpty { return "" }
        return "<small>\(HTMLText.escaped(texts.joined(separator: " · ").cut(to: 400)))</small>"
    }

    private var matrix: String {
        run.rules.first { $0.rule == "categories" }
            .flatMap { ConfusionMatrix($0.measured) }?.html ?? ""
    }

    private var expectations: String {
        if run.expectations.isEmpty { return "" }
        let rows = run.expectations.map { item in
            [
                HTMLText.badge(item.word, item.verdict), HTMLText.escaped(item.path),
                HTMLText.escaped(item.wanted),
                HTMLText.escaped(item.found ?? "nothing to judge"), String(item.line),
                links(item.calls),
            ]
        }
        return HTMLText.table(
            "Expectations", ["", "expected", "wanted", "found", "line", "calls"], rows)
    }

    private var faults: String {
        if run.faults.isEmpty { return "" }
        return HTMLText.table(
            "What the scenario's rules did", ["rule", "fault", "fired", "met by a client"],
            run.faults.map {
                [
                    HTMLText.escaped($0.rule), HTMLText.escaped($0.fault), String($0.fired),
                    String($0.injected),
                ]
            })
    }

    private var coverage: String {
        if run.coverage.isEmpty { return "" }
        return HTMLText.table(
            "Which causes were met where", ["cause", "endpoint", "where", "count"],
            run.coverage.map {
                [
                    HTMLText.escaped($0.cause), HTMLText.escaped($0.endpoint),
                    HTMLText.escaped($0.place), String($0.count),
                ]
            })
    }

    private func links(_ calls: [String]) -> String {
        let links = calls.prefix(HTMLRun.told).map { id in
            let id = HTMLText.escaped(id)
            return ##"<a href="#r\##(number)-\##(id)">\##(id)</a>"##
        }
        return links.joined(separator: " ") + (calls.count > HTMLRun.told ? " …" : "")
    }
}
