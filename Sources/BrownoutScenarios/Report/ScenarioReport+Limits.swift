package import BrownoutEngine
import BrownoutJSON

extension ScenarioReport {
    /// One limit.
    package struct LimitReport: Equatable, Sendable {
        /// The limit's name in the scenario, which no rule and no other limit has.
        package var name: String
        /// The line of the file, from 1.
        package var line: Int
        /// What its decisions depend on; a limit is never pure.
        package var determinism: Determinism
        /// Why the limit is `ordered` or `timed`.
        package var reason: String
        /// `requests 60/min, burst 10`, `2 answers at a time`.
        package var admits: [String]
        /// `token-bucket`; nil where nothing is counted in a time.
        package var algorithm: Limit.Algorithm?
        /// What has a bucket of its own.
        package var per: [Limit.Part]
        /// Which requests it counts: `every request`, or conditions: `provider openai, streams`.
        package var appliesTo: String
        /// `exact`, `30s`, `absent`.
        package var retryAfter: String
        /// `429 of the provider`, `status 503`, `reset`.
        package var refusal: String

        init(_ limit: Limit, line: Int) {
            name = limit.name
            self.line = line
            determinism = limit.determinism
            reason =
                limit.quotas.isEmpty
                ? "counts answers in progress" : "reads the clock and counts arrivals"
            admits = limit.quotas.map(\.written)
            if let concurrent = limit.concurrent {
                admits.append("\(concurrent) \(concurrent == 1 ? "answer" : "answers") at a time")
            }
            algorithm = limit.quotas.isEmpty ? nil : limit.algorithm
            per = limit.per
            appliesTo = limit.when.written
            retryAfter = limit.retryAfter.written
            refusal = limit.refusal?.written ?? Cause.rateLimited.rawValue
        }

        var rows: [[String]] {
            let counted = algorithm.map { " (\($0.rawValue))" } ?? ""
            let subject = per.isEmpty ? "session" : per.map(\.rawValue).joined(separator: " and ")
            let notes = [
                "lets through \(admits.joined(separator: "; "))\(counted) for each \(subject)",
                "refuses with \(refusal), retry-after \(retryAfter)",
                "\(determinism.rawValue): \(reason)",
            ]
            return [[name, determinism.rawValue, appliesTo]] + notes.map { ["", "", $0] }
        }

        var json: JSON {
            [
                "name": .string(name), "line": .number(JSONNumber(line)),
                "class": .string(determinism.rawValue), "reasons": [.string(reason)],
                "per": .array(per.map { .string($0.rawValue) }),
                "admits": .array(admits.map { .string($0) }),
                "algorithm": algorithm.map { .string($0.rawValue) } ?? .null,
                "applies-to": .string(appliesTo), "retry-after": .string(retryAfter),
                "refuses-with": .string(refusal),
            ]
        }
    }
}

extension Limit.Quota {
    var written: String {
        let burst = capacity == rate.amount ? "" : ", burst \(capacity)"
        return "\(dimension.rawValue) \(rate.written)\(burst)"
    }
}

extension LimitRate {
    /// As a scenario writes it.
    var written: String {
        let period =
            switch named {
            case .second?: "s"
            case .minute?: "min"
            case .hour?: "hour"
            case .day?: "day"
            case nil: periodText
            }
        return "\(amount)/\(period)"
    }
}

extension Limit.Promise {
    var written: String {
        switch self {
        case .exact: "exact"
        case .milliseconds: "exact in ms"
        case .httpDate: "exact as a date"
        case .said(let retryAfter): retryAfter.written
        }
    }
}
