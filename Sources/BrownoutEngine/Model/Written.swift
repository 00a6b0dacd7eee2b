// Values as a scenario writes them, or in few words, for reports and for the journal.

extension Duration {
    /// As a scenario writes it: `250ms`, `1.5s`, `2m`.
    package var written: String {
        let nanoseconds = inNanoseconds
        for (name, size) in [("h", 3_600_000_000_000 as Int64), ("m", 60_000_000_000)]
        where nanoseconds > 0 && nanoseconds % size == 0 {
            return "\(nanoseconds / size)\(name)"
        }
        for (name, size) in [("s", 1_000_000_000 as Int64), ("ms", 1_000_000)]
        where nanoseconds == 0 || nanoseconds >= size && nanoseconds % (size / 1000) == 0 {
            return Duration.decimal(nanoseconds, of: size) + name
        }
        return Duration.decimal(nanoseconds, of: 1_000) + "us"
    }

    private static func decimal(_ count: Int64, of size: Int64) -> String {
        var fraction = String(count % size + size).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(count / size)" + (fraction.isEmpty ? "" : "." + fraction)
    }
}

extension Chance {
    /// As a percentage where that is short and exact, else as a fraction: `12.5%`, `1/3`.
    package var written: String {
        let (thousandths, overflow) = numerator.multipliedReportingOverflow(by: 100_000)
        guard !overflow, thousandths % denominator == 0 else {
            return "\(numerator)/\(denominator)"
        }
        let value = thousandths / denominator
        var fraction = String(value % 1000 + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(value / 1000)\(fraction.isEmpty ? "" : ".")\(fraction)%"
    }
}

extension Position {
    /// The position in a few words, for reports: `event 3`, `50%`, `in utf-8`.
    package var written: String {
        switch self {
        case .start: "start"
        case .headers: "headers"
        case .byte(let count): "byte \(count)"
        case .event(let count): "event \(count)"
        case .token(let count): "token \(count)"
        case .percent(let share): share.written
        case .terminal: "terminal"
        case .elapsed(let time): time.written
        case .inToolArguments: "in tool-arguments"
        case .inUTF8: "in utf-8"
        }
    }

    /// The same behind what happens there: `at event 3`, `in utf-8`.
    fileprivate var placed: String {
        switch self {
        case .inToolArguments, .inUTF8: written
        default: "at \(written)"
        }
    }
}

extension RetryAfter {
    /// What the header says in a few words, for reports: `2s`, `1.5s in ms`, `absent`.
    package var written: String {
        switch self {
        case .seconds(let time): time.written
        case .milliseconds(let time): "\(time.written) in ms"
        case .httpDate(let time): "a date \(time.written) ahead"
        case .absent: "absent"
        case .absurd: "absurd"
        case .garbage: "garbage"
        }
    }
}

extension CauseFault {
    /// The cause, and in parentheses what the scenario adds to it, for reports: `rate-limited
    /// (retry-after 2s)`.
    package var written: String {
        var details: [String] = []
        if countsTokens { details.append("limit tokens") }
        if let retryAfter {
            details.append("retry-after \(retryAfter.written)" + (isEnforced ? " enforced" : ""))
        }
        if let shouldRetry { details.append("should-retry \(shouldRetry)") }
        if message != nil { details.append("message") }
        return cause.rawValue + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}

extension Fault {
    /// The fault in a few words, for reports.
    package var written: String {
        switch self {
        case .error(let fault): fault.written
        case .errorEvent(let fault, let position):
            "\(fault.written) \(position.placed)"
        case .cut(.fin, at: .start), .cut(.reset, at: .start), .cut(.halfOpen, at: .start):
            kind.name
        case .cut(let ending, let position): "cut \(ending.rawValue) \(position.placed)"
        case .stall(let time, let position): "stall \(time.written) \(position.placed)"
        case .hang(let time, let position):
            "hang \(time?.written ?? "forever") \(position.placed)"
        case .dribble(let rate, let position): "dribble \(rate.written) \(position.placed)"
        case .slowHeaders(let rate): "slow headers \(rate.written)"
        case .refuse(let time): "refuse \(time.written)"
        case .mangle(let word, let position): "\(word.rawValue) \(position.placed)"
        case .framing(let word, let position) where word.takesPosition:
            "\(word.rawValue) \(position.placed)"
        case .connection(.finWhileIdle, let time): "fin-while-idle after \(time.written)"
        case .http2(let fault, let position) where !fault.word.isAtAccept:
            "\(fault.written) \(position.placed)"
        case .tls(.corruptRecord, let position): "corrupt-record \(position.placed)"
        case .raw(let answer): "raw \(answer.status)"
        case .rawStream(let stream):
            "raw-stream of \(stream.frames.count) frame\(stream.frames.count == 1 ? "" : "s")"
        case .all(let parts): parts.map(\.written).joined(separator: " + ")
        case .framing, .shape, .missing, .content, .page, .connection, .http2, .tls: kind.name
        }
    }
}

extension ByteRate {
    /// The rate as a scenario writes it, in bytes a second or a minute: `1024B/s`.
    package var written: String { "\(bytes)B/\(per == .seconds(1) ? "s" : "min")" }
}

extension HTTP2Fault {
    fileprivate var written: String {
        let name = HTTP2Code(rawValue: code)?.name ?? String(code)
        return word == .earlyEndStream ? word.rawValue : "\(word.rawValue) \(name)"
    }
}
