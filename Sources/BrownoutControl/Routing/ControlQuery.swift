import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Foundation

/// The query of a request's URL, every part of which must be understood.
struct ControlQuery: Sendable {
    /// What may stand in a query.
    struct Parameter: Sendable {
        enum Shape: Sendable {
            case text
            case session
            case integer(ClosedRange<Int64>)
        }

        var name: String
        var shape: Shape
        var summary: String
    }

    private var values: [String: String] = [:]

    /// Most rows one answer lists.
    static let listLimit: Int64 = 1_000

    init(_ text: String, allowed: [Parameter]) throws(ControlError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let spaced = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
            guard let name = spaced.first ?? nil, parts.count == 2, let value = spaced[1] else {
                throw .badQuery("'\(pair.shown)' is not of the form name=value")
            }
            guard let parameter = allowed.first(where: { $0.name == name }) else {
                let known = allowed.map(\.name).joined(separator: ", ")
                throw .badQuery(
                    "there is no parameter '\(name.shown)' here"
                        + (known.isEmpty ? "" : "; these are: \(known)"))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badQuery("'\(name)' is given more than once")
            }
            try ControlQuery.check(value, parameter)
        }
    }

    private static func check(_ value: String, _ parameter: Parameter) throws(ControlError) {
        switch parameter.shape {
        case .text: break
        case .session: try ControlCall.checkSession(value)
        case .integer(let range):
            // Checked by hand because the number parser accepts signs.
            if let number = Int64(value), value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                range.contains(number)
            {
                return
            }
            let bound =
                range.upperBound == .max
                ? "of \(range.lowerBound) or more"
                : "from \(range.lowerBound) to \(range.upperBound)"
            throw .badQuery(
                "'\(parameter.name)' must be an integer \(bound), not '\(value.shown)'")
        }
    }

    subscript(_ name: String) -> String? { values[name] }

    func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }
}

extension ControlQuery.Parameter {
    static let limit = ControlQuery.Parameter(
        name: "limit", shape: .integer(1...ControlQuery.listLimit),
        summary: "How many at most; 100 by default.")
    static let after = ControlQuery.Parameter(
        name: "after", shape: .integer(0...Int64.max),
        summary: "Only what was written after this sequence: then the first of them, "
            + "else the last.")
    static let session = ControlQuery.Parameter(
        name: "session", shape: .session, summary: "The session; `default` by default.")

    var schema: JSON {
        switch shape {
        case .text: Schema.string
        case .session: Schema.sessionName
        case .integer(let range) where range.upperBound == .max:
            ["type": "integer", "format": "int64", "minimum": .int64(range.lowerBound)]
        case .integer(let range):
            [
                "type": "integer", "minimum": .int64(range.lowerBound),
                "maximum": .int64(range.upperBound),
            ]
        }
    }
}

extension ControlCall {
    /// The session named in the path or the query; `default` where none is.
    func session() throws(ControlError) -> String {
        let name = path["session"] ?? query["session"] ?? SessionName.standard
        try ControlCall.checkSession(name)
        return name
    }

    static func checkSession(_ name: String) throws(ControlError) {
        guard SessionName.isName(name) else {
            throw ControlError(
                status: 400, code: "bad-session",
                message: "'\(name.shown)' cannot name a session; a name is \(SessionName.rule)")
        }
    }
}

extension StringProtocol {
    /// Enough of a client's words to recognise them by.
    var shown: String {
        let text = String(prefix(64)).printable
        return count > 64 ? text + "…" : text
    }
}

extension JSON {
    static func int64(_ value: Int64) -> JSON { .number(JSONNumber(text: String(value))) }

    static func int(_ value: Int) -> JSON { .number(JSONNumber(value)) }

    static func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }

    /// Seconds with the digits of a microsecond.
    static func seconds(_ time: Duration) -> JSON {
        .number(JSONNumber(text: DecimalText.seconds(nanoseconds: time.inNanoseconds, digits: 6)))
    }
}

/// Decimal numbers as text, without floating point.
enum DecimalText {
    /// A time in seconds, without zeros at the end; digits beyond are cut off.
    static func seconds(nanoseconds: Int64, digits: Int = 9) -> String {
        let whole = nanoseconds.magnitude / 1_000_000_000
        let rest = String(nanoseconds.magnitude % 1_000_000_000)
        var fraction = String(repeating: "0", count: 9 - rest.count) + rest
        fraction = String(fraction.prefix(digits))
        while fraction.last == "0" { fraction.removeLast() }
        let sign = nanoseconds < 0 && (whole > 0 || !fraction.isEmpty) ? "-" : ""
        return sign + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
