import BrownoutEngine
import BrownoutRecords
import BrownoutRedaction

extension ExchangeRecord {
    /// Takes credentials out of whatever a client, an upstream or a scenario may have put in.
    package mutating func redact() {
        // A name is a name, whatever it looks like: who chose it must find it again.
        if !SessionName.isName(session) { Redaction.redact(&session) }
        Redaction.redact(&callKey)
        Redaction.redact(&model)
        redactPath()
        Redaction.redact(&userAgent)
        redactDecision()
        if var text = recording {
            Redaction.redact(&text)
            recording = text
        }
        if var text = note {
            Redaction.redact(&text)
            note = text
        }
        if var text = requestID {
            Redaction.redact(&text)
            requestID = text
        }
        if var text = ray {
            Redaction.redact(&text)
            ray = text
        }
        foreign.redact { Redaction.redact(&$0) }
        Redaction.redact(&requestBody)
        Redaction.redact(&responseBody)
    }

    private mutating func redactDecision() {
        for index in trace.indices {
            Redaction.redact(&trace[index].rule)
            guard case .refused(var reason) = trace[index].outcome else { continue }
            Redaction.redact(&reason)
            trace[index].outcome = .refused(reason)
        }
        for index in toolResults.indices { Redaction.redact(&toolResults[index].id) }
        if var calls = toolCalls {
            for index in calls.indices {
                Redaction.redact(&calls[index].id)
                Redaction.redact(&calls[index].name)
            }
            toolCalls = calls
        }
        for index in promises.indices {
            guard case .garbage(var text) = promises[index].moment else { continue }
            Redaction.redact(&text)
            promises[index].moment = .garbage(text)
        }
        for index in (plan ?? []).indices { plan?[index].redact { Redaction.redact(&$0) } }
    }

    /// The part of the path that names the session stays.
    private mutating func redactPath() {
        guard session != SessionName.standard, SessionName.isName(session),
            let place = placeOfSession("/s/\(session)")
        else { return Redaction.redact(&path) }
        var before = String(path[..<place.lowerBound])
        var after = String(path[place.upperBound...])
        Redaction.redact(&before)
        Redaction.redact(&after)
        path = before + path[place] + after
    }

    /// Where the path names the session: at its start, or behind the host of a whole URL.
    private func placeOfSession(_ prefix: String) -> Range<String.Index>? {
        let start =
            path.hasPrefix("/")
            ? path.startIndex : path.firstRange(of: "://")?.upperBound ?? path.endIndex
        guard let slash = path[start...].firstIndex(of: "/"), path[slash...].hasPrefix(prefix)
        else { return nil }
        let end = path.utf8.index(slash, offsetBy: prefix.utf8.count)
        // A longer name only begins like it.
        return path[end...].first.map { "/?#".contains($0) } ?? true ? slash..<end : nil
    }
}
