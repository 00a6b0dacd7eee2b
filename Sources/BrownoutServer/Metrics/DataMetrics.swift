import BrownoutAnswers
package import BrownoutEngine

/// What the data plane has counted since it started: the sum of its event loops.
package struct DataMetrics: Equatable, Sendable {
    /// What requests are told apart by.
    package struct Request: Hashable, Sendable {
        /// The provider, as paths call it.
        package var provider: String
        /// The provider's word for what was asked.
        package var endpoint: String
        /// The model; a word of its own where more were named than are counted apart.
        package var model: String
        /// Nil: no status line went out.
        package var status: Int?
        /// The cause of the error; nil: there was none.
        package var cause: Cause?
        /// The phase that held; nil: none did.
        package var phase: String?
    }

    /// How often a fault was planned.
    package struct FaultCount: Equatable, Sendable {
        /// Its position never came.
        package var missed = 0
        /// Those that the client has met.
        package var reached = 0

        package init(missed: Int = 0, reached: Int = 0) {
            self.missed = missed
            self.reached = reached
        }

        /// The counts of two loops together.
        package static func + (left: FaultCount, right: FaultCount) -> FaultCount {
            FaultCount(missed: left.missed + right.missed, reached: left.reached + right.reached)
        }
    }

    /// Answers that are over.
    package var requests: [Request: Int] = [:]
    /// Requests whose answer is not over.
    package var inProgress = 0
    /// Faults of answers, by kind.
    package var faults: [FaultKind: FaultCount] = [:]
    /// Those of connections, before any request.
    package var connectionFaults: [FaultKind: FaultCount] = [:]
    /// By the name of a provider.
    package var times: [String: AnswerTimes] = [:]
    /// By how much steps of scripts came later than they were due.
    package var pacing = Histogram(bounds: Histogram.pacing)
    /// How answers ended.
    package var endings: [ExchangeEnding: Int] = [:]
    /// What never became a request, by the reason.
    package var refusals: [String: Int] = [:]
    /// Bytes of answers, heads and framing included.
    package var sentBytes = 0

    package init() {}

    /// Adds what another loop has counted.
    package mutating func merge(_ other: DataMetrics) {
        requests.merge(other.requests, uniquingKeysWith: +)
        inProgress += other.inProgress
        faults.merge(other.faults, uniquingKeysWith: +)
        connectionFaults.merge(other.connectionFaults, uniquingKeysWith: +)
        times.merge(other.times) { $0.merged($1) }
        pacing.merge(other.pacing)
        endings.merge(other.endings, uniquingKeysWith: +)
        refusals.merge(other.refusals, uniquingKeysWith: +)
        sentBytes += other.sentBytes
    }
}

/// What answers took and what was planned, since their request was read. What is in a planned
/// one is in the actual one too, so that the two compare.
package struct AnswerTimes: Equatable, Sendable {
    /// Seconds from a request to the first byte of its answer.
    package var firstByte = Histogram(bounds: Histogram.answers)
    /// The same by the plan.
    package var plannedFirstByte = Histogram(bounds: Histogram.answers)
    /// To the last byte of answers whose script came to its end.
    package var answer = Histogram(bounds: Histogram.answers)
    /// Seconds from a request to the last byte of its answer, by the plan.
    package var plannedAnswer = Histogram(bounds: Histogram.answers)

    fileprivate func merged(_ other: AnswerTimes) -> AnswerTimes {
        var sum = self
        sum.firstByte.merge(other.firstByte)
        sum.plannedFirstByte.merge(other.plannedFirstByte)
        sum.answer.merge(other.answer)
        sum.plannedAnswer.merge(other.plannedAnswer)
        return sum
    }
}
