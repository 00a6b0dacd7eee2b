import BrownoutEngine
import BrownoutYAML

/// Values of the engine as a scenario writes them, for reports.
extension Latency {
    var written: String {
        switch self {
        case .constant(let value): value.written
        case .uniform(let low, let high): "\(low.written)..\(high.written)"
        case .normal(let mean, let deviation): "normal(\(mean.written), \(deviation.written))"
        case .logNormal(let median, let p99):
            "lognormal(median \(median.written), p99 \(p99.written))"
        case .pareto(let minimum, let shape):
            "pareto(min \(minimum.written), shape \(trimmedNumber(shape)))"
        case .quantiles(let points):
            "quantiles("
                + points.map { "p\(trimmedNumber($0.percent)) \($0.value.written)" }
                .joined(separator: ", ") + ")"
        }
    }
}

extension Source {
    /// Nil: answers are made up.
    package var written: String? {
        switch self {
        case .synthesise: nil
        case .replay(let replay):
            "recordings in \(replay.path), order \(replay.order.rawValue), on a miss "
                + replay.onMiss.rawValue
        case .upstream(let upstreams):
            "upstreams: " + upstreams.map { "\($0.provider) \($0.url)" }.joined(separator: ", ")
        }
    }

    /// Why answers depend on more than the attempt of a call.
    var determinismReason: String {
        switch self {
        case .synthesise: ""
        case .replay: "of several recordings of a request, the next one answers"
        case .upstream: "a provider answers as it likes"
        }
    }
}

extension TimeRange {
    var written: String {
        to.map { "\(from.written)..\($0.written)" } ?? "\(from.written)+"
    }
}

extension Phase.End {
    /// How long the phase lasts: `20 calls`, `60s`, `until advanced`, `for ever`.
    package var written: String {
        switch self {
        case .after(let time): time.written
        case .calls(1): "1 call"
        case .calls(let count): "\(count) calls"
        case .advanced: "until advanced"
        case .never: "for ever"
        }
    }
}

extension Phase.Ramp {
    /// Where chances begin and where they end, as a scenario writes it: `100%..0%`.
    package var written: String { "\(from.written)..\(to.written)" }
}

extension ReplyScript {
    var written: String {
        if let text { return "reply \(quoted(text))" }
        if let refusal { return "refusal \(quoted(refusal))" }
        if !toolCalls.isEmpty {
            return "reply calling " + toolCalls.map(\.name).joined(separator: ", ")
        }
        return "a scripted reply"
    }
}

extension Effect {
    /// `ok`, or what happens: `rate-limited, latency 2s`.
    var written: String {
        var parts: [String] = []
        if let fault { parts.append(fault.written) }
        if let reply { parts.append(reply.written) }
        if let latency {
            if let wait = latency.beforeHeaders { parts.append("latency \(wait.written)") }
            if let wait = latency.firstToken { parts.append("first token \(wait.written)") }
            if let wait = latency.betweenTokens { parts.append("between tokens \(wait.written)") }
            if let time = latency.whole { parts.append("whole \(time.written)") }
            if let wait = latency.perInputToken {
                parts.append("\(wait.written) per input token")
            }
            if let wait = latency.perRequestInFlight {
                parts.append("\(wait.written) per request in flight")
            }
        }
        return parts.isEmpty ? Word.ok : parts.joined(separator: ", ")
    }
}

extension Matcher {
    /// `every request`, or the conditions: `provider openai, model gpt-*, streams`.
    var written: String {
        var parts: [String] = []
        func add(_ name: String, _ texts: [String]) {
            if !texts.isEmpty { parts.append("\(name) \(texts.joined(separator: " or "))") }
        }
        add("provider", provider.map(\.text))
        add("endpoint", endpoint.map(\.name))
        add("model", model.map(\.text))
        if let stream { parts.append(stream ? "streams" : "not streamed") }
        if let tools { parts.append(tools ? "with tools" : "without tools") }
        add("key", key.map(\.text))
        add("client", client.map(\.text))
        for condition in header {
            parts.append("header \(condition.name): \(condition.value.text)")
        }
        for condition in body { parts.append("body \(condition.pointer): \(condition.value.text)") }
        add("session", session.map(\.text))
        if let version { parts.append(version.rawValue) }
        add("user text", userText.map(\.text))
        return parts.isEmpty ? "every request" : parts.joined(separator: ", ")
    }
}

extension Rule {
    /// Which requests and attempts: `provider openai; attempts 1-2`.
    var appliesTo: String {
        var parts = isAtAccept ? connections : [when.written]
        if !attempts.isEmpty {
            parts.append("attempts \(attempts.map(\.text).joined(separator: ", "))")
        }
        if !calls.isEmpty { parts.append(callsText) }
        if let every { parts.append("every \(every)") }
        if let during { parts.append("during \(during.written)") }
        return parts.joined(separator: "; ")
    }

    /// Nothing where the places of the connections say it.
    private var connections: [String] {
        if !when.matchesEverything { return ["connections, \(when.written)"] }
        return calls.isEmpty ? ["every connection"] : []
    }

    private var callsText: String {
        let counted = isAtAccept ? "connections" : "calls"
        return "\(counted) \(calls.map(\.text).joined(separator: ", "))"
    }

    /// Why the rule is `ordered` or `timed`; empty for a pure one.
    var determinismReasons: [String] {
        var reasons: [String] = []
        if let during { reasons.append("reads the clock: during \(during.written)") }
        if isAtAccept {
            reasons.append("counts connections: one is decided when it is accepted")
        } else if !calls.isEmpty {
            reasons.append("counts calls: \(callsText)")
        }
        if let every, !isAtAccept { reasons.append("counts arrivals: every \(every)") }
        if case .sequence(let sequence) = action, sequence.order == .arrival {
            reasons.append("counts arrivals: sequence by arrival")
        }
        if countsInFlight {
            reasons.append("counts answers in progress: latency per-request-in-flight")
        }
        return reasons
    }
}

/// A number without the `.0` of a whole one.
private func trimmedNumber(_ value: Double) -> String {
    let text = String(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
