/// How long until an amount passes.
enum MeterWait: Equatable, Sendable {
    case none
    /// Nanoseconds, more than none.
    case nanoseconds(Int64)
    /// More than there is when nothing was used.
    case forever
}

/// What was used of one quota. Exact: whole numbers all the way, whatever the rate. Time is in
/// nanoseconds of the engine's clock; whoever asks has called ``advance(to:_:began:)`` before.
enum Meter: Equatable, Sendable {
    case tokenBucket(TokenBucket)
    case slidingWindow(SlidingWindow)
    case fixedWindow(FixedWindow)

    init(_ algorithm: Limit.Algorithm) {
        switch algorithm {
        case .tokenBucket: self = .tokenBucket(TokenBucket())
        case .slidingWindow: self = .slidingWindow(SlidingWindow())
        case .fixedWindow: self = .fixedWindow(FixedWindow())
        }
    }

    /// Forgets what no longer counts. Fixed windows are aligned to `began`.
    mutating func advance(to now: Int64, _ quota: Limit.Quota, began: Int64) {
        switch self {
        case .tokenBucket: break
        case .slidingWindow(var window):
            // The log would be copied while this holds it too.
            self = .tokenBucket(TokenBucket())
            window.advance(to: now, quota)
            self = .slidingWindow(window)
        case .fixedWindow(var window):
            window.advance(to: now, quota, began: began)
            self = .fixedWindow(window)
        }
    }

    /// How much passes now.
    func left(of quota: Limit.Quota, at now: Int64) -> Int {
        switch self {
        case .tokenBucket(let bucket): bucket.left(of: quota, at: now)
        case .slidingWindow(let window): window.left(of: quota)
        case .fixedWindow(let window): window.left(of: quota)
        }
    }

    func wait(for amount: Int, of quota: Limit.Quota, at now: Int64) -> MeterWait {
        if amount == 0 { return .none }
        if amount > quota.capacity { return .forever }
        switch self {
        case .tokenBucket(let bucket): return bucket.wait(for: amount, of: quota, at: now)
        case .slidingWindow(let window): return window.wait(for: amount, of: quota, at: now)
        case .fixedWindow(let window): return window.wait(for: amount, of: quota, at: now)
        }
    }

    /// Nanoseconds until it is as if nothing had been used.
    func reset(of quota: Limit.Quota, at now: Int64) -> Int64 {
        switch self {
        case .tokenBucket(let bucket): bucket.reset(of: quota, at: now)
        case .slidingWindow(let window): window.reset(of: quota, at: now)
        case .fixedWindow(let window): window.reset(at: now)
        }
    }

    /// Uses an amount, even one that is more than what is left: what comes next waits longer.
    mutating func charge(_ amount: Int, to quota: Limit.Quota, at now: Int64) {
        if amount == 0 { return }
        switch self {
        case .tokenBucket(var bucket):
            bucket.charge(amount, to: quota, at: now)
            self = .tokenBucket(bucket)
        case .slidingWindow(var window):
            // The log would be copied while this holds it too.
            self = .tokenBucket(TokenBucket())
            window.charge(amount, to: quota, at: now)
            self = .slidingWindow(window)
        case .fixedWindow(var window):
            window.charge(amount)
            self = .fixedWindow(window)
        }
    }
}
