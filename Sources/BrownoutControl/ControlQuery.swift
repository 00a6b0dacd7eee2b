import BrownoutJournal
import Foundation

/// The query of a request's URL, every part of which must be understood.
struct ControlQuery {
    private var values: [String: String] = [:]

    /// Most exchanges one answer lists.
    static let listLimit = 1_000

    init(_ text: String, allowed: [String]) throws(ControlError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let spaced = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = spaced.first ?? nil, parts.count == 2, let value = spaced[1] else {
                throw .badQuery("'\(pair.shown)' is not of the form name=value")
            }
            guard allowed.contains(name) else {
                let known = allowed.joined(separator: ", ")
                throw .badQuery(
                    "there is no parameter '\(name.shown)' here"
                        + (known.isEmpty ? "" : "; these are: \(known)"))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badQuery("'\(name)' is given more than once")
            }
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(ControlError) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            let bound =
                range.upperBound == .max
                ? "of \(range.lowerBound) or more"
                : "from \(range.lowerBound) to \(range.upperBound)"
            throw .badQuery("'\(name)' must be an integer \(bound), not '\(text.shown)'")
        }
        return value
    }

    /// The exchanges asked for by `/exchanges?…`.
    static func exchanges(_ text: String) throws(ControlError) -> JournalQuery {
        let query = try ControlQuery(
            text, allowed: ["limit", "session", "after", "provider", "rule", "status"])
        let limit = try query.integer("limit", in: 1...Int64(listLimit)) ?? 100
        let status = try query.integer("status", in: 100...999).map { Int($0) }
        return JournalQuery(
            session: query.values["session"], provider: query.values["provider"],
            rule: query.values["rule"], status: status,
            after: try query.integer("after", in: 0...Int64.max), limit: Int(limit))
    }
}

extension StringProtocol {
    /// Enough of a client's words to recognise them by.
    var shown: String {
        let text = String(prefix(64)).printable
        return count > 64 ? text + "…" : text
    }
}
