/// The times that verdicts go by, of the scenario's clock.
package struct VerdictWindows: Equatable, Sendable {
    /// One of the times; the raw value is what a scenario writes.
    package enum Name: String, CaseIterable, Sendable {
        case retry = "retry-window"
        case fallback = "fallback-window"
        case breaker = "breaker-window"
        case patience
    }

    /// The times that a block of a scenario names; nil: not this one.
    package struct Overrides: Equatable, Sendable {
        /// What ``VerdictWindows/retry`` is to be.
        package var retry: Duration?
        /// What ``VerdictWindows/fallback`` is to be.
        package var fallback: Duration?
        /// What ``VerdictWindows/breaker`` is to be.
        package var breaker: Duration?
        /// What ``VerdictWindows/patience`` is to be.
        package var patience: Duration?

        /// Names none.
        package init() {}

        /// The time of this name.
        package subscript(_ name: Name) -> Duration? {
            get {
                switch name {
                case .retry: retry
                case .fallback: fallback
                case .breaker: breaker
                case .patience: patience
                }
            }
            set {
                switch name {
                case .retry: retry = newValue
                case .fallback: fallback = newValue
                case .breaker: breaker = newValue
                case .patience: patience = newValue
                }
            }
        }
    }

    /// How long after an attempt an equal request is its call's next attempt.
    package var retry = Duration.seconds(60)
    /// How long after a failed attempt the same prompt elsewhere belongs to its call.
    package var fallback = Duration.seconds(60)
    /// How long a provider that is well may be left alone.
    package var breaker = Duration.seconds(60)
    /// How long silence may be waited for.
    package var patience = Duration.seconds(60)

    /// The usual times: a minute each.
    package init() {}

    /// Takes over the times that are named.
    package mutating func apply(_ overrides: Overrides) {
        retry = overrides.retry ?? retry
        fallback = overrides.fallback ?? fallback
        breaker = overrides.breaker ?? breaker
        patience = overrides.patience ?? patience
    }
}
