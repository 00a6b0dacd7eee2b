import BrownoutEngine
package import BrownoutJSON
import BrownoutRecords

extension RunVerdict {
    /// The verdict as other programs read it.
    package var json: JSON {
        var members: [JSONMember] = [
            JSONMember("format", .int(1)), JSONMember("scenario", .string(scenario)),
            JSONMember("seed", .number(JSONNumber(text: String(seed)))),
            JSONMember("verdict", .string(verdict.rawValue)),
        ]
        if let command {
            let seconds = Int64((command.seconds * 1_000_000).rounded())
            members.append(
                JSONMember(
                    "command", ["exit": .int(command.exit), "seconds": .seconds(seconds)]))
        }
        members += [
            JSONMember("calls", .array(calls.map(\.json))),
            JSONMember("rules", .array(findings.map(\.json))),
            JSONMember("expect", .array(expectations.map(\.json))),
            JSONMember("faults", .array(firings.map(\.json))),
            JSONMember("coverage", coverage), JSONMember("cost", cost.json),
        ]
        return .object(members)
    }

    /// Which causes were met where, and how often.
    private var coverage: JSON {
        struct Place: Hashable, Comparable {
            var cause: String
            var endpoint: String
            var isInStream: Bool

            static func < (one: Place, other: Place) -> Bool {
                (one.cause, one.endpoint, one.isInStream ? 1 : 0)
                    < (other.cause, other.endpoint, other.isInStream ? 1 : 0)
            }
        }
        var counts: [Place: Int] = [:]
        for attempt in calls.flatMap(\.attempts)
        where attempt.hasFailed && attempt.isInjected == true {
            let place = Place(
                cause: attempt.what, endpoint: attempt.endpoint,
                isInStream: attempt.isStream && (attempt.status ?? 500) < 400)
            counts[place, default: 0] += 1
        }
        return .array(
            counts.keys.sorted().map { place in
                [
                    "cause": .string(place.cause), "endpoint": .string(place.endpoint),
                    "where": .string(place.isInStream ? "in-stream" : "before"),
                    "count": .int(counts[place] ?? 0),
                ]
            })
    }
}

extension Call {
    /// The call as other programs read it.
    package var json: JSON {
        var attempts: [JSON] = []
        let begin = self.attempts[0].begin.scenario
        for (index, attempt) in self.attempts.enumerated() {
            let next = index + 1 < self.attempts.count ? self.attempts[index + 1] : nil
            attempts.append(attempt.json(since: begin, before: next))
        }
        var members: [JSONMember] = [
            JSONMember("id", .string(id)), JSONMember("session", .string(session)),
            JSONMember("outcome", .string(outcome.rawValue)),
            JSONMember("declared", declared?.json ?? .null),
            JSONMember("tie", .string(isSure ? "sure" : "unsure")),
            JSONMember("hedged", .bool(isHedged)),
        ]
        members.append(JSONMember("attempts", .array(attempts)))
        return .object(members)
    }
}

extension Declaration {
    fileprivate var json: JSON {
        [
            "outcome": .string(outcome.rawValue),
            "category": category.map { .string($0.rawValue) } ?? .null,
            "retryable": isRetryable.map { .bool($0) } ?? .null,
            "message": message.map { .string($0) } ?? .null,
        ]
    }
}

extension Attempt {
    fileprivate func json(since begin: Int64, before next: Attempt?) -> JSON {
        [
            "exchange": .string(exchange.hex),
            "request-id": requestID.map { .string($0) } ?? .null,
            "provider": .string(provider), "model": .string(model), "attempt": .int(number),
            "at": .seconds(self.begin.scenario), "status": status.map { .int($0) } ?? .null,
            "cause": cause.map { .string($0.rawValue) } ?? .null,
            "fault": .array(faultWords.map { .string($0) }),
            "ending": ending.map { .string($0.rawValue) } ?? .null,
            "waited": next.map { .seconds(wait(until: $0).scenario) } ?? .null,
            "promised": promisedWait.map { .seconds($0) } ?? .null,
        ]
    }
}

extension Finding {
    fileprivate var json: JSON {
        [
            "rule": .string(rule), "verdict": .string(verdict.rawValue),
            "severity": .string(severity.rawValue), "says": .string(says),
            "measured": .object(measured), "calls": .array(calls.map { .string($0) }),
            "exchanges": .array(exchanges.map { .string($0.hex) }),
        ]
    }
}

extension ExpectationFinding {
    fileprivate var json: JSON {
        [
            "expect": .string(path), "wanted": .string(wanted),
            "found": found.map { .string($0) } ?? .null, "verdict": .string(verdict.rawValue),
            "severity": .string(severity.rawValue), "line": .int(line),
            "calls": .array(calls.map { .string($0) }),
        ]
    }
}

extension RuleFiring {
    fileprivate var json: JSON {
        [
            "rule": .string(rule), "fault": .string(fault), "fired": .int(fired),
            "injected": .int(injected),
        ]
    }
}

extension JSON {
    static func int(_ value: Int) -> JSON { .number(JSONNumber(value)) }

    /// Microseconds as seconds.
    static func seconds(_ microseconds: Int64) -> JSON {
        let (whole, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = String(whole)
        if rest > 0 {
            var digits = String(String(rest + 1_000_000).dropFirst())
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return .number(JSONNumber(text: microseconds < 0 ? "-" + text : text))
    }
}
