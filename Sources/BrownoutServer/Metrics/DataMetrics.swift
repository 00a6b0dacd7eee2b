package import BrownoutEngine

/// What the data plane has counted since it started: the sum of its event loops.
package struct DataMetrics: Equatable, Sendable {
    /// What requests are told apart by.
    package struct Request: Hashable, Sendable {
        package var provider: String
        package var endpoint: String
        package var model: String
        /// Nil: no status line went out.
        package var status: Int?
        package var cause: Cause?
        /// The phase that held; nil: none did.
        package var phase: String?
    }

    /// How often a fault was planned.
    package struct FaultCount: Equatable, Sendable {
        /// Its position never came.
        package var missed = 0
        package var reached = 0

        package init(missed: Int = 0, reached: Int = 0) {
            self.missed = missed
            self.reached = reached
        }

        package static func + (left: FaultCount, right: FaultCount) -> FaultCount {
            FaultCount(missed: left.missed + right.missed, reached: left.reached + right.reached)
        }
    }

    /// Answers that are over.
    package var requests: [Request: Int] = [:]
    /// Requests whose answer is not over.
    package var inProgress = 0
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
    package var firstByte = Histogram(bounds: Histogram.answers)
    package var plannedFirstByte = Histogram(bounds: Histogram.answers)
    /// To the last byte of answers whose script came to its end.
    package var answer = Histogram(bounds: Histogram.answers)
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
