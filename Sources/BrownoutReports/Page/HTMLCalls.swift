import BrownoutEngine
import BrownoutRecords
import BrownoutVerdicts

/// The calls of a run, each in one line that opens to its attempts.
struct HTMLCalls {
    let run: RunReport
    /// The run's place on the page, from 1: calls of two runs have the same names.
    let number: Int

    /// One call: its HTML, and how much it matters where not all have room.
    struct Row {
        var html: String
        /// 0: something that failed names it; 1: it was not delivered; 2: the rest.
        var rank: Int
    }

    var rows: [Row] {
        let failing =
            run.failing.filter { $0.severity == .error }.flatMap(\.calls)
            + run.unmet.filter { $0.severity == .error }.flatMap(\.calls)
        let warned =
            run.failing.filter { $0.severity != .error }.flatMap(\.calls)
            + run.unmet.filter { $0.severity != .error }.flatMap(\.calls)
        let open = run.rules.filter { $0.verdict == .unknown }.flatMap(\.calls)
        let (failed, warnings, unknown) = (Set(failing), Set(warned), Set(open))
        return run.calls.map { call in
            let verdict =
                failed.contains(call.id)
                ? "fail"
                : warnings.contains(call.id)
                    ? "warn" : unknown.contains(call.id) ? "unknown" : "none"
            let rank = verdict == "fail" || verdict == "warn" ? 0 : 1
            return Row(
                html: html(call, verdict),
                rank: rank == 1 && call.outcome == .delivered ? 2 : rank)
        }
    }

    private func html(_ call: CallReport, _ verdict: String) -> String {
        let badge: String =
            switch verdict {
            case "fail": HTMLText.badge("fail", .fail)
            case "warn": HTMLText.badge("warn", .fail)
            case "unknown": HTMLText.badge("unknown", .unknown)
            default: ""
            }
        var notes = [call.length.asTime]
        if let waits = call.waitsText { notes.append(waits) }
        if !call.isSure { notes.append("not sure to be one call") }
        if call.isHedged { notes.append("hedged") }
        if let declared = call.declared { notes.append(declared.text) }
        return """
            <details class="call" id="r\(number)-\(HTMLText.escaped(call.id))" \
            data-outcome="\(call.outcome.rawValue)" data-verdict="\(verdict)">\
            <summary><b>\(HTMLText.escaped(call.id))</b>\
            <span>\(call.outcome.rawValue)</span><span>\(badge)</span>\
            <span class="chain">\(HTMLText.escaped(call.chain))</span>\
            \(CallTimeline(call: call).svg)\
            <span class="note">\(HTMLText.escaped(notes.joined(separator: "; ")))</span></summary>
            \(attempts(call))</details>

            """
    }

    private func attempts(_ call: CallReport) -> String {
        let rows = call.attempts.map { attempt in
            [
                attempt.at.asTime, HTMLText.escaped(attempt.provider),
                HTMLText.escaped(attempt.model), attempt.status.map(String.init) ?? "–",
                HTMLText.escaped(attempt.faults.joined(separator: ", ")),
                HTMLText.escaped(attempt.ending ?? "in progress"),
                attempt.took?.asTime ?? "", attempt.promised?.asTime ?? "",
                attempt.waited?.asTime ?? "",
                "<code>\(HTMLText.escaped(attempt.exchange))</code>",
            ]
        }
        return HTMLText.table(
            "Attempts of \(HTMLText.escaped(call.id)), session \(HTMLText.escaped(call.session))",
            [
                "at", "provider", "model", "status", "fault", "ending", "took", "promised",
                "waited", "exchange",
            ], rows)
    }
}

extension DeclaredReport {
    /// `the client says: failed, rate_limit`.
    fileprivate var text: String {
        var words = [outcome.rawValue]
        if let category { words.append(category) }
        if let isRetryable { words.append(isRetryable ? "retryable" : "not retryable") }
        if let message { words.append("“\(message.cut(to: 200))”") }
        return "the client says: " + words.joined(separator: ", ")
    }
}
