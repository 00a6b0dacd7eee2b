import BrownoutEngine
package import BrownoutRecords

/// Exchanges as aligned lines, one each. Columns widen as wider values come, so a table that is
/// printed line by line (`tail`) settles after a few.
package struct ExchangeTable: Sendable {
    private struct Column {
        var title: String
        var width: Int
        var limit: Int
        var isNumber = false
    }

    private var columns = [
        Column(title: "TIME", width: 24, limit: 24),
        Column(title: "ID", width: 16, limit: 16),
        Column(title: "ENDPOINT", width: 8, limit: 36),
        Column(title: "MODEL", width: 5, limit: 32),
        Column(title: "ATT", width: 3, limit: 6, isNumber: true),
        Column(title: "STATUS", width: 6, limit: 6, isNumber: true),
        Column(title: "RULE/FAULT", width: 10, limit: 44),
        Column(title: "ENDING", width: 8, limit: 14),
        Column(title: "MS", width: 8, limit: 12, isNumber: true),
    ]

    /// Whether a line's attempt may be another call's; it has a question mark.
    package private(set) var hasUncertainAttempts = false

    package init() {}

    /// What the question marks say.
    package static let uncertainty =
        "ATT with '?': the request says the same as an earlier one, and the client does not count "
        + "its retries, so that it may be another call; x-brownout-call tells calls apart"

    /// The titles, as wide as the lines asked for so far.
    package var header: String { line(columns.map(\.title)) }

    /// One line for each exchange.
    package mutating func lines(for exchanges: [StoredExchange]) -> [String] {
        let rows = exchanges.map { Self.cells($0.record) }
        if exchanges.contains(where: \.record.isAttemptUncertain) { hasUncertainAttempts = true }
        for row in rows {
            for (index, cell) in row.enumerated() {
                let column = columns[index]
                columns[index].width = min(max(column.width, cell.count), column.limit)
            }
        }
        return rows.map(line)
    }

    private func line(_ cells: [String]) -> String {
        var text = ""
        for (column, cell) in zip(columns, cells) {
            let shown = cell.count <= column.width ? cell : cell.prefix(column.width - 1) + "…"
            let space = String(repeating: " ", count: column.width - shown.count)
            if !text.isEmpty { text += "  " }
            text += column.isNumber ? space + shown : shown + space
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func cells(_ record: ExchangeRecord) -> [String] {
        let why = record.why
        return [
            UTCTime(microseconds: record.startedAt).text(digits: 3),
            record.idText,
            "\(record.provider)/\(record.endpoint)".printable,
            record.model.isEmpty ? "-" : record.model.printable,
            String(record.attempt) + (record.isAttemptUncertain ? "?" : ""),
            record.status.map { String($0) } ?? "-",
            why.isEmpty ? "-" : why.printable,
            record.endingWord.printable,
            record.ended.map { milliseconds($0) } ?? "-",
        ]
    }

    /// `12.3`
    static func milliseconds(_ microseconds: Int64) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension ExchangeRecord {
    /// The rule and the fault, as lists show them.
    var why: String { [rule, faultName].compactMap { $0 }.joined(separator: "/") }
}

extension String {
    /// The text with control characters escaped: what a client names itself must not steer the
    /// terminal it is shown on.
    package var printable: String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            text += isControl(scalar) ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text
    }
}
