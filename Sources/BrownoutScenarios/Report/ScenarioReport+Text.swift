import BrownoutEngine
package import BrownoutJSON
import BrownoutYAML

extension ScenarioReport {
    /// The report as people read it, each line ended by a line end.
    package var text: String {
        let all = rules.count + phases.reduce(0) { $0 + $1.rules.count }
        let count = all == 1 ? "1 rule" : "\(all) rules"
        var lines = ["\(file): \(ScenarioReport.oneLine(scenario))", "seed \(seed), \(count)"]
        if clock != .real { lines.append("clock \(clock.text)") }
        if let written = source.written {
            let counted =
                switch recordings {
                case nil: written
                case 1?: "1 recording" + written.dropFirst("recordings".count)
                case let count?: "\(count) \(written)"
                }
            lines.append("answers from \(ScenarioReport.oneLine(counted, limit: 200))")
            lines.append("  \(Determinism.ordered.rawValue): \(source.determinismReason)")
        }
        if let access { lines.append("access \(access.written)") }
        if let keys {
            lines.append("keys \(keys.written)")
            lines += keys.determinismReasons.map { "  \(keys.determinism.rawValue): \($0)" }
        }
        if !limits.isEmpty { lines += [""] + ScenarioReport.aligned(limitRows) }
        for phase in phases { lines += ["", phase.heading] + ScenarioReport.table(phase.rules) }
        if !phases.isEmpty { lines += ["", ScenarioReport.after(phaseRepeat)] }
        if rules.isEmpty, phases.isEmpty {
            let isOpen = access == nil && keys == nil && limits.isEmpty
            let every = isOpen ? "every answer is" : "every other answer is"
            lines.append(source == .synthesise ? "\(every) healthy" : "\(every) as it comes")
        } else if !rules.isEmpty {
            lines +=
                (phases.isEmpty ? [""] : ["", "in every phase:"]) + ScenarioReport.table(rules)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func after(_ rounds: PhaseRepeat) -> String {
        switch rounds {
        case .forever: "then from the first phase again"
        case .times(1): "then no phase holds"
        case .times(let count): "\(count) times, then no phase holds"
        }
    }

    private var limitRows: [[String]] {
        [["LIMIT", "CLASS", "APPLIES TO"]]
            + limits.flatMap(\.rows).map { $0.map { ScenarioReport.oneLine($0, limit: 200) } }
    }

    private static func table(_ rules: [RuleReport]) -> [String] {
        rules.isEmpty ? [] : aligned(rows(rules))
    }

    private static func rows(_ rules: [RuleReport]) -> [[String]] {
        var rows = [["RULE", "CLASS", "NOMINAL", "EFFECTIVE", "APPLIES TO"]]
        for rule in rules {
            let bound = rule.overlaps.isEmpty ? "" : "up to "
            rows.append([
                oneLine(rule.name), rule.determinism.rawValue, rule.nominal.text,
                bound + rule.effective.text, oneLine(rule.appliesTo, limit: 200),
            ])
            for outcome in rule.outcomes {
                let step = outcome.step.map { $0 + ": " } ?? ""
                rows.append([
                    "", "", outcome.nominal?.text ?? "",
                    outcome.effective.map { bound + $0.text } ?? "",
                    "→ \(step)\(outcome.effect)",
                ])
            }
            rows += rule.notes.map { ["", "", "", "", $0] }
        }
        return rows
    }

    /// Columns two spaces apart, rates to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let last = (rows.first?.count ?? 1) - 1
        let widths = (0..<last).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for column in 0..<last {
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                line += (column < 2 ? row[column] + gap : gap + row[column]) + "  "
            }
            line += row[last]
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func oneLine(_ text: String, limit: Int = 40) -> String {
        let clean = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: clean.prefix(limit))
        return String(line) + (clean.count > limit ? "…" : "")
    }

    /// The same as a JSON object, for `--json`.
    package var json: JSON {
        let counted = recordings.map { [JSONMember("recordings", .number(JSONNumber($0)))] } ?? []
        return .object((members.objectValue ?? []) + counted)
    }

    private var members: JSON {
        [
            "file": .string(file), "scenario": .string(scenario),
            "seed": .number(JSONNumber(text: String(seed))),
            "clock": .string(clock.text), "source": source.written.map { .string($0) } ?? .null,
            "access": access?.json ?? .null, "keys": keys?.json ?? .null,
            "limits": .array(limits.map(\.json)),
            "phases": .array(phases.map(\.json)),
            "rules": .array(rules.map(\.json)),
        ]
    }
}

extension ScenarioReport.PhaseReport {
    fileprivate var heading: String {
        let scale = ramp.map { ", chances scaled \($0)" } ?? ""
        let none = rules.isEmpty ? "; no rules of its own" : ""
        return "phase \(quoted(name)): \(lasts)\(scale); \(determinism.rawValue)\(none)"
    }

    fileprivate var json: JSON {
        [
            "name": .string(name), "lasts": .string(lasts),
            "ramp": ramp.map { .string($0) } ?? .null,
            "class": .string(determinism.rawValue), "rules": .array(rules.map(\.json)),
        ]
    }
}

extension ScenarioReport.RuleReport {
    fileprivate var notes: [String] {
        var notes = reasons.map { "\(determinism.rawValue): \($0)" }
        if !needs.isEmpty { notes.append("needs: \(needs.joined(separator: " and "))") }
        if also { notes.append("also: adds to what later rules decide") }
        if !overlaps.isEmpty {
            let named = overlaps.prefix(3).map(quoted).joined(separator: ", ")
            let more = overlaps.count > 3 ? " and \(overlaps.count - 3) more" : ""
            notes.append("up to: \(named)\(more) may take some of these first")
        }
        return notes
    }

    /// The same as a JSON object.
    package var json: JSON {
        [
            "name": .string(name), "line": .number(JSONNumber(line)),
            "class": .string(determinism.rawValue),
            "reasons": .array(reasons.map { .string($0) }),
            "applies-to": .string(appliesTo), "also": .bool(also),
            "needs": .array(needs.map { .string($0) }),
            "nominal": nominal.json, "effective": effective.json,
            "effective-is-bound": .bool(!overlaps.isEmpty),
            "overlaps": .array(overlaps.map { .string($0) }),
            "outcomes": .array(outcomes.map(\.json)),
        ]
    }
}

extension ScenarioReport.Outcome {
    fileprivate var json: JSON {
        var members: [JSONMember] = []
        if let step { members.append(JSONMember("step", .string(step))) }
        if let nominal { members.append(JSONMember("nominal", nominal.json)) }
        if let effective { members.append(JSONMember("effective", effective.json)) }
        members.append(JSONMember("effect", .string(effect)))
        return .object(members)
    }
}
