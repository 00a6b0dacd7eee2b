import BrownoutEngine
import BrownoutRecords
import BrownoutVerdicts

extension Brownout {
    /// One logical request of a client: its attempts, over providers and models.
    public struct Call: Sendable, Identifiable, CustomStringConvertible {
        /// What became of a call, as the provider sees it.
        public enum Outcome: String, Sendable {
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

        /// `c1`, `c2`, … in the order in which calls began.
        public let id: String
        /// What became of it.
        public let outcome: Outcome
        /// Its attempts, in the order they came; at least one.
        public let attempts: [Attempt]
        /// Whether it is sure that all of them belong together, and none elsewhere.
        public let isSure: Bool
        /// Whether two attempts were in progress at a time.
        public let isHedged: Bool

        /// The statuses of its attempts; 0 where none went out.
        public var statuses: [Int] { attempts.map { $0.status ?? 0 } }
        /// The providers of its attempts.
        public var providers: [String] { attempts.map(\.provider) }

        /// `c1: 503 overloaded (waited 0.5 seconds) → 200, delivered`.
        public var description: String {
            let chain = attempts.map(\.description).joined(separator: " → ")
            return "\(id): \(chain), \(outcome.rawValue)"
        }

        init(_ call: BrownoutVerdicts.Call) {
            id = call.id
            outcome = Outcome(rawValue: call.outcome.rawValue) ?? .pending
            attempts = call.attempts.indices.map { index in
                let next = index + 1 < call.attempts.count ? call.attempts[index + 1] : nil
                return Attempt(call.attempts[index], before: next)
            }
            isSure = call.isSure
            isHedged = call.isHedged
        }
    }

    /// One request of a call, and what it got.
    public struct Attempt: Sendable, CustomStringConvertible {
        /// The provider that was asked, as paths name it.
        public let provider: String
        /// The model that the request names.
        public let model: String
        /// The status that went out; nil: none did.
        public let status: Int?
        /// The cause of the error that was planned, as `overloaded`.
        public let cause: String?
        /// What went wrong with the answer, as scenarios name it.
        public let faults: [String]
        /// How the exchange ended, as `complete` or `reset`; nil: it has not.
        public let ending: String?
        /// The id that the answer's headers have; nil: none went out.
        public let requestID: String?
        /// From the answer's head to the next attempt; nil on the last one.
        public let waited: Duration?
        /// The wait that the answer asks for; nil: it asks for none.
        public let promised: Duration?

        /// `503 overloaded (waited 0.5 seconds)`.
        public var description: String {
            var text = status.map(String.init) ?? ending ?? "pending"
            if let fault = faults.first { text += " \(fault)" }
            if let promised { text += " (asks for \(promised))" }
            if let waited { text += " (waited \(waited))" }
            return text
        }

        fileprivate init(
            _ attempt: BrownoutVerdicts.Attempt, before next: BrownoutVerdicts.Attempt?
        ) {
            provider = attempt.provider
            model = attempt.model
            status = attempt.status
            cause = attempt.cause?.rawValue
            faults = attempt.faultWords
            ending = attempt.ending?.rawValue
            requestID = attempt.requestID
            waited = next.map { .microseconds(attempt.waited(until: $0)) }
            promised = attempt.promisedWait.map { .microseconds($0) }
        }
    }
}
