/// One limit of an account a minute, as rate-limit headers show it: how much of it is left, and
/// how long until it is whole again.
struct RateWindow {
    let limit: Int
    let remaining: Int
    let reset: Duration

    /// The first request of a full window, which used so much of it.
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

/// Which limit an answer says was hit, and for how long.
struct Exhaustion {
    var countsTokens: Bool
    var delay: Duration
}
