import BrownoutEngine

/// One limit of an account, as rate-limit headers show it: how much of it is left, and how long
/// until it is whole again.
struct RateWindow {
    let limit: Int
    let remaining: Int
    let reset: Duration

    /// A scenario's limit as it stands, or where it has none, that of a large account. What a
    /// rule says was hit has nothing left.
    init(
        _ gauge: LimitGauge?, account limit: Int, used: Int, exhausted: Exhaustion? = nil
    ) {
        if let exhausted {
            self.init(limit: gauge?.limit ?? limit, exhaustedFor: exhausted.delay)
        } else if let gauge {
            self.init(gauge)
        } else {
            self.init(limit: limit, used: used)
        }
    }

    private init(_ gauge: LimitGauge) {
        limit = gauge.limit
        remaining = gauge.remaining
        reset = gauge.reset
    }

    /// The first request of a full window of a minute, which used so much of it.
    init(limit: Int, used: Int) {
        let used = min(max(used, 0), limit)
        self.limit = limit
        remaining = limit - used
        // A bucket that refills evenly over the minute.
        reset = .nanoseconds(60_000_000_000 / limit * used)
    }

    /// A window with nothing left.
    init(limit: Int, exhaustedFor reset: Duration) {
        self.limit = limit
        remaining = 0
        self.reset = reset
    }
}

/// Which limit a rule's answer says was hit, and for how long.
struct Exhaustion {
    var countsTokens: Bool
    var delay: Duration

    /// Nil for a fault that speaks of no limit, and for a limit that was hit in truth: it shows
    /// as it stands.
    init?(_ fault: CauseFault, delay: Duration) {
        guard fault.cause == .rateLimited, fault.limit == nil else { return nil }
        countsTokens = fault.countsTokens
        self.delay = delay
    }
}
