/// Rows of cells under each other, for the terminal.
enum TextTable {
    /// What every terminal shows in one line.
    static let width = 100

    /// Two spaces between columns, none at the end of a line; the last column is broken between
    /// words where a line would be wider than `width`.
    static func text(_ rows: [[String]], width: Int = .max, indent: String = "") -> String {
        guard let columns = rows.map(\.count).max() else { return "" }
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let margin = widths.dropLast().reduce(indent.count) { $0 + $1 + 2 }
        return rows.map { row in
            var lines = wrapped(row.last ?? "", width: max(width - margin, 20))
            var first = indent
            for (cell, width) in zip(row.dropLast(), widths) {
                first += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            let below = String(repeating: " ", count: margin)
            lines = lines.enumerated().map { ($0 == 0 ? first : below) + $1 }
            return lines.map { trimmed($0) + "\n" }.joined()
        }.joined()
    }

    /// Lines of at most `width` characters where words allow it; at least one line.
    static func wrapped(_ text: String, width: Int) -> [String] {
        guard text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(word)
            } else {
                line += line.isEmpty ? String(word) : " \(word)"
            }
        }
        return lines + [line]
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
