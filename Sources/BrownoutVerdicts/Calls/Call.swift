package import BrownoutEngine
import BrownoutRecords

/// One logical request of a client: its attempts, over providers and models.
/// Shared, not copied: it has many parts.
package final class Call: Sendable {
    /// What became of it, as the provider sees it; the raw value is the word for it in reports.
    package enum Outcome: String, CaseIterable, Sendable {
        /// A whole answer went out.
        case delivered
        /// A part of a successful answer went out, and not its end.
        case broken
        /// The last attempt got an error that does not pass by itself.
        case refused
        /// The last attempt failed in a way that could be tried again.
        case exhausted
        /// The client left first.
        case abandoned
        /// An attempt is in progress.
        case pending
    }

    /// `c1`, `c2`, … in the order their first attempts came.
    package let id: String
    /// The session that its requests name.
    package let session: String
    /// In the order they came.
    package let attempts: [Attempt]
    /// Whether it is sure that all of them belong together, and none elsewhere.
    package let isSure: Bool
    /// Two attempts were in progress at a time.
    package let isHedged: Bool
    /// What the client said it made of it: its last word that says how the call ended, else the
    /// last one of all.
    package let declared: Declaration?
    /// Everything that it said of it, in the order in which it was said.
    package let declarations: [Declaration]
    /// How many attempts there had been when the client said that the call had failed, and did not
    /// take it back; nil: it never said so.
    package let attemptsWhenFailed: Int?

    init(
        id: String, session: String, attempts: [Attempt], isSure: Bool, isHedged: Bool,
        declarations: [Declaration], attemptsWhenFailed: Int?
    ) {
        self.id = id
        self.session = session
        self.attempts = attempts
        self.isSure = isSure
        self.isHedged = isHedged
        self.declarations = declarations
        declared = declarations.last(where: \.isDecisive) ?? declarations.last
        self.attemptsWhenFailed = attemptsWhenFailed
    }

    /// What became of it.
    package var outcome: Outcome {
        if attempts.contains(where: { $0.result == .delivered }) { return .delivered }
        if attempts.contains(where: { $0.result == .pending }) { return .pending }
        return switch attempts[attempts.count - 1].result {
        case .delivered: .delivered
        case .broken: .broken
        case .failed(let isRetryable): isRetryable ? .exhausted : .refused
        case .empty: .exhausted
        case .left: .abandoned
        case .pending: .pending
        }
    }

    /// Each attempt with the one behind it.
    var pairs: Zip2Sequence<[Attempt], ArraySlice<Attempt>> { zip(attempts, attempts.dropFirst()) }
}

/// The times that tell whether what follows still belongs to a call, in microseconds.
package struct CallWindows: Equatable, Sendable {
    /// An equal request belongs to the call so long after a failure.
    package var retry = 60 * Int64.second
    /// The same words elsewhere do so long.
    package var fallback = 60 * Int64.second
    /// A provider that is well is asked again within this time.
    package var breaker = 60 * Int64.second
    /// A silence that is held no longer is none that hangs.
    package var patience = 60 * Int64.second

    package init() {}

    /// The windows of a scenario.
    package init(_ windows: VerdictWindows) {
        retry = windows.retry.inNanoseconds / 1000
        fallback = windows.fallback.inNanoseconds / 1000
        breaker = windows.breaker.inNanoseconds / 1000
        patience = windows.patience.inNanoseconds / 1000
    }
}
