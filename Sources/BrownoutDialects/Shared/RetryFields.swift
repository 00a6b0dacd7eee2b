import BrownoutEngine
import BrownoutWire

/// What an error answer says about trying again: `retry-after`, `retry-after-ms`,
/// `x-should-retry`.
struct RetryFields {
    private(set) var fields = HeaderBlock()
    /// The wait that the answer's text and resets speak of.
    let delay: Duration

    /// A year: longer than any client waits.
    private static let absurdSeconds = "31536000"
    private static let garbage = "soon, but not too soon"

    /// `milliseconds`: whether the provider adds `retry-after-ms` of its own accord, as OpenAI
    /// does (wire facts, 4).
    init(_ fault: CauseFault, _ context: AnswerContext, milliseconds: Bool) {
        let suggested = fault.limit.map(\.delay) ?? fault.cause.suggestedDelay
        delay =
            switch fault.retryAfter {
            case .seconds(let wait)?, .milliseconds(let wait)?, .httpDate(let wait)?:
                fault.limit?.delay ?? wait
            case .absent?, .absurd?, .garbage?, nil: suggested ?? .seconds(1)
            }
        switch fault.retryAfter {
        case nil:
            guard let suggested else { break }
            fields.append("retry-after", String(suggested.roundedUpSeconds))
            if milliseconds { fields.append("retry-after-ms", Self.milliseconds(suggested)) }
        case .seconds(let wait)?: fields.append("retry-after", WireTime.seconds(wait))
        case .milliseconds(let wait)?: fields.append("retry-after-ms", Self.milliseconds(wait))
        case .httpDate(let wait)?:
            fields.append("retry-after", WireTime.httpDate(context.second(after: wait)))
        case .absurd?: fields.append("retry-after", Self.absurdSeconds)
        case .garbage?: fields.append("retry-after", Self.garbage)
        case .absent?: break
        }
        if let shouldRetry = fault.shouldRetry {
            fields.append("x-should-retry", shouldRetry ? "true" : "false")
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(max(duration.roundedUp(toMilliseconds: 1), 0))
    }
}
