extension Limit {
    /// What a request gets that ran into this limit.
    func refusal(for hit: LimitHit) -> Refusal {
        Refusal(by: name, reason: hit.text, fault: fault(for: hit))
    }

    private func fault(for hit: LimitHit) -> Fault {
        var answer: CauseFault
        switch refusal {
        case nil: answer = CauseFault(.rateLimited)
        case .error(let own)?: answer = own
        case let other?: return other
        }
        answer.countsTokens = hit.dimension.countsTokens
        answer.limit = hit
        switch retryAfter {
        // Nil is the provider's own form of the hit's delay.
        case .exact: answer.retryAfter = hit.delay == nil ? .absent : nil
        case .milliseconds: answer.retryAfter = hit.delay.map { .milliseconds($0) } ?? .absent
        case .httpDate: answer.retryAfter = hit.delay.map { .httpDate($0) } ?? .absent
        case .said(let retryAfter): answer.retryAfter = retryAfter
        }
        return .error(answer)
    }
}

extension LimitHit {
    /// For people: `requests: 10 of 10 per minute used, 1 asked; passes in 850ms`.
    package var text: String {
        let window = rate.map { " per \($0.periodText)" } ?? ""
        let numbers = "\(dimension.rawValue): \(used) of \(limit)\(window) used, \(requested) asked"
        switch wait {
        case .exact(let delay): return "\(numbers); passes in \(LimitHit.text(delay))"
        case .suggested: return "\(numbers); passes when an answer in progress ends"
        case .never:
            return
                "\(dimension.rawValue): \(requested) asked at once of \(limit)\(window) at most; "
                + "never passes"
        }
    }

    /// Milliseconds below a second, else seconds, rounded up to three digits.
    private static func text(_ delay: Duration) -> String {
        let milliseconds = (max(delay.inNanoseconds, 0) + 999_999) / 1_000_000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        var fraction = String(milliseconds % 1000 + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(milliseconds / 1000)" + (fraction.isEmpty ? "" : "." + fraction) + "s"
    }
}

extension LimitRate {
    /// `minute`, `30s`.
    package var periodText: String {
        switch named {
        case .second?: "second"
        case .minute?: "minute"
        case .hour?: "hour"
        case .day?: "day"
        case nil: LimitRate.text(ofPeriod: period)
        }
    }

    private static func text(ofPeriod period: Int64) -> String {
        let units: [(String, Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
            ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
        ]
        for (name, size) in units where period % size == 0 { return "\(period / size)\(name)" }
        return "\(period)ns"
    }
}
