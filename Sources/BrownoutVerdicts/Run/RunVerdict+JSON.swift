import BrownoutEngine
package import BrownoutJSON
import BrownoutRecords

extension RunVerdict {
    /// The verdict as other programs read it, as JSON text.
    package var bytes: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 4096 + calls.count * 400)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes it as one object. Calls are written as they are, without a tree of values in between:
    /// there may be a million.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("format", 1)
        writer.field("scenario", scenario)
        writer.field("seed", .number(JSONNumber(text: String(seed))))
        writer.field("verdict", verdict.rawValue)
        if let command {
            let seconds = Int64((command.seconds * 1_000_000).rounded())
            writer.field("command", ["exit": .int(command.exit), "seconds": .seconds(seconds)])
        }
        writer.key("calls")
        calls.write(to: &writer)
        writer.field("rules", .array(findings.map(\.json)))
        writer.field("expect", .array(expectations.map(\.json)))
        writer.field("faults", .array(firings.map(\.json)))
        writer.field("coverage", .array(coverage.map(\.json)))
        writer.field("cost", cost.json)
        writer.endObject()
    }

    /// Which causes were met where, and how often.
    package var coverage: [Coverage] {
        var counts: [Coverage.Place: Int] = [:]
        for call in calls {
            for attempt in call.attempts where attempt.hasFailed && attempt.isInjected == true {
                let place = Coverage.Place(
                    cause: attempt.what, endpoint: attempt.endpoint,
                    isInStream: attempt.isStream && (attempt.status ?? 500) < 400)
                counts[place, default: 0] += 1
            }
        }
        return counts.sorted { $0.key < $1.key }.map { Coverage(place: $0.key, count: $0.value) }
    }
}

/// Where a cause was met, and how often.
package struct Coverage: Sendable {
    /// A cause at one endpoint, before or in an answer.
    struct Place: Hashable, Comparable {
        var cause: String
        var endpoint: String
        var isInStream: Bool

        static func < (one: Place, other: Place) -> Bool {
            (one.cause, one.endpoint, one.isInStream ? 1 : 0)
                < (other.cause, other.endpoint, other.isInStream ? 1 : 0)
        }
    }

    let place: Place
    /// How often it was met.
    package let count: Int

    /// The cause.
    package var cause: String { place.cause }
    /// The provider's word for what was asked for.
    package var endpoint: String { place.endpoint }
    /// `before` the answer, or `in-stream`.
    package var part: String { place.isInStream ? "in-stream" : "before" }

    fileprivate var json: JSON {
        [
            "cause": .string(cause), "endpoint": .string(endpoint), "where": .string(part),
            "count": .int(count),
        ]
    }
}

extension [Call] {
    /// Writes the calls as an array.
    package func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for call in self { call.write(to: &writer) }
        writer.endArray()
    }
}

extension Call {
    /// Writes the call as an object.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id)
        writer.field("session", session)
        writer.field("outcome", outcome.rawValue)
        writer.key("declared")
        if let declared { declared.write(to: &writer) } else { writer.null() }
        writer.field("tie", isSure ? "sure" : "unsure")
        writer.field("hedged", isHedged)
        writer.key("attempts")
        writer.beginArray()
        for index in attempts.indices {
            let next = index + 1 < attempts.count ? attempts[index + 1] : nil
            attempts[index].write(to: &writer, before: next)
        }
        writer.endArray()
        writer.endObject()
    }
}

extension Declaration {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("outcome", outcome.rawValue)
        writer.field("category", category?.rawValue)
        writer.field("retryable", isRetryable.map { .bool($0) } ?? .null)
        writer.field("message", message)
        writer.endObject()
    }
}

extension Attempt {
    fileprivate func write(to writer: inout JSONWriter, before next: Attempt?) {
        writer.beginObject()
        writer.field("exchange", exchange.hex)
        writer.field("request-id", requestID)
        writer.field("provider", provider)
        writer.field("model", model)
        writer.field("attempt", number)
        writer.key("at")
        writer.millionths(begin.scenario)
        writer.field("status", status)
        writer.field("cause", cause?.rawValue)
        writer.key("fault")
        writer.beginArray()
        for word in faultWords { writer.string(word) }
        writer.endArray()
        writer.field("ending", ending?.rawValue)
        writer.key("waited")
        writer.millionths(next.map { waited(until: $0) })
        writer.key("promised")
        writer.millionths(promisedWait)
        writer.endObject()
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
        var writer = JSONWriter(reservingCapacity: 24)
        writer.millionths(microseconds)
        return .number(JSONNumber(text: String(decoding: writer.bytes, as: UTF8.self)))
    }
}
