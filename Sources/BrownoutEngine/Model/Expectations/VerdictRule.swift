/// What is judged of every run, whether a scenario expects anything or not: the lines of the
/// scorecard, in its order. The raw value is what a scenario writes under `scorecard`.
package enum VerdictRule: String, CaseIterable, Sendable {
    case retryAfterHonoured = "retry-after-honoured"
    case retryAfterBounded = "retry-after-bounded"
    case permanentNotRetried = "permanent-not-retried"
    case transientRetried = "transient-retried"
    case attemptsBounded = "attempts-bounded"
    case backoffGrows = "backoff-grows"
    case jitter
    case amplification
    case herd
    case fallback
    case circuitBreaker = "circuit-breaker"
    case hangAbandoned = "hang-abandoned"
    case cancelPrompt = "cancel-prompt"
    case truncatedNotAccepted = "truncated-not-accepted"
    case noRetryAfterOutput = "no-retry-after-output"
    case toolExecutedOnce = "tool-executed-once"
    case keyRotated = "key-rotated"
    case loadSplit = "load-split"
    case sticky
    case duplicateBilling = "duplicate-billing"
    case connectionReuse = "connection-reuse"
    case categories

    /// How much it weighs that a rule fails.
    package enum Severity: String, CaseIterable, Sendable {
        /// A rule that fails makes the run fail.
        case error
        /// It is said, and the run may pass all the same.
        case warning
        /// It is measured.
        case info
        /// It is not judged at all.
        case off
    }

    /// How much it weighs where the scenario does not say so; never ``Severity/off``.
    package var severity: Severity {
        switch self {
        case .retryAfterHonoured, .permanentNotRetried, .attemptsBounded, .truncatedNotAccepted,
            .toolExecutedOnce, .categories:
            .error
        case .retryAfterBounded, .transientRetried, .backoffGrows, .jitter, .amplification, .herd,
            .hangAbandoned, .noRetryAfterOutput, .duplicateBilling:
            .warning
        case .fallback, .circuitBreaker, .cancelPrompt, .keyRotated, .loadSplit, .sticky,
            .connectionReuse:
            .info
        }
    }

    /// One line for the reference: what a client does that passes, or what is measured.
    package var summary: String {
        switch self {
        case .retryAfterHonoured: "The next attempt is not earlier than Retry-After says."
        case .retryAfterBounded: "The next attempt is not much later than Retry-After says."
        case .permanentNotRetried: "What does not pass by itself is not tried again."
        case .transientRetried: "What passes by itself is tried again, or elsewhere."
        case .attemptsBounded: "A call has ten attempts at one provider at most."
        case .backoffGrows: "Waits between attempts grow."
        case .jitter: "Clients that fail together do not wait equally long."
        case .amplification: "An outage does not multiply the requests."
        case .herd: "After an outage, waiting calls do not all arrive at once."
        case .fallback: "From where to where a call went on, and when."
        case .circuitBreaker: "When a provider was left alone, and whether it was asked again."
        case .hangAbandoned: "Silence is not waited for without an end."
        case .cancelPrompt: "An answer that nobody needs any more is not read on."
        case .truncatedNotAccepted: "An answer that broke off is no success."
        case .noRetryAfterOutput: "A call is not repeated unsaid after some of its answer came."
        case .toolExecutedOnce: "A tool call is executed once."
        case .keyRotated: "Whether another key is used when one is no good."
        case .loadSplit: "Calls are shared out as `split` says."
        case .sticky: "One user's calls go to one model."
        case .duplicateBilling: "What was paid for more than once."
        case .connectionReuse: "How many requests a connection carries."
        case .categories: "Errors are called what they are."
        }
    }
}
