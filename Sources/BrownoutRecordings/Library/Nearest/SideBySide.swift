import BrownoutEngine
import BrownoutJSON

/// A line of a recorded request beside one of the request that came.
package struct DiffLine: Equatable, Sendable {
    /// Nil where the other side has a line that this one has not.
    package var recorded: String?
    /// Nil where the recorded request has a line that the other has not.
    package var came: String?

    package init(recorded: String?, came: String?) {
        self.recorded = recorded
        self.came = came
    }

    /// Whether both requests have this line.
    package var isSame: Bool { recorded == came }
}

extension RequestMatcher {
    /// Two requests beside each other: what the rule of the one that came tells requests apart by,
    /// and nothing else. Both have their secrets redacted.
    package func diff(_ recorded: MatchRequest, _ came: MatchRequest) -> [DiffLine] {
        let rule = rule(for: came.model)
        let (one, other) = (recorded.without(rule.ignored), came.without(rule.ignored))
        return SideBySide.lines(
            rule.parts.flatMap { $0.lines(of: one, like: nil) },
            rule.parts.flatMap { $0.lines(of: other, like: one) })
    }
}

extension MatchPart {
    /// The part as lines of text, in the order of members that `model` has.
    fileprivate func lines(of request: MatchRequest, like model: MatchRequest?) -> [String] {
        switch self {
        case .normalForm, .messages, .messagesWithoutSystem, .body, .pointer:
            var title = "body"
            if case .pointer(let pointer) = self { title = pointer }
            if case .bytes(let bytes) = request.body {
                let digest = digest(of: request).hex
                return ["\(title): \(bytes.count) bytes that are no JSON, digest \(digest)"]
            }
            guard let json = NormalForm.json(of: request, for: self), !json.isNull else {
                return []
            }
            let pattern = model.flatMap { NormalForm.json(of: $0, for: self) }
            return ["\(title):"] + SideBySide.lines(json, like: pattern, "  ")
        default: return shown(of: request).map { ["\(name): \($0)"] } ?? []
        }
    }
}

/// Lines of text beside each other.
package enum SideBySide {
    /// Lines of one side; a text has the rest of it left out.
    private static let mostLines = 4_000
    /// Pairs of lines that are held against each other; beyond, they are taken as they stand.
    private static let mostPairs = 4_000_000
    /// Lines shown before and after what differs.
    private static let context = 3

    /// Two texts, with lines that are equal beside each other where that is cheap to find (their
    /// longest common subsequence), and as they stand where not.
    package static func lines(_ recorded: [String], _ came: [String]) -> [DiffLine] {
        let (one, other) = (recorded.prefix(mostLines), came.prefix(mostLines))
        let head = zip(one, other).prefix { $0 == $1 }.count
        let (restOne, restOther) = (one.dropFirst(head), other.dropFirst(head))
        let tail = zip(restOne.reversed(), restOther.reversed()).prefix { $0 == $1 }.count
        let middle = aligned(Array(restOne.dropLast(tail)), Array(restOther.dropLast(tail)))
        let same = { (line: String) in DiffLine(recorded: line, came: line) }
        return one.prefix(head).map(same) + middle + one.suffix(tail).map(same)
    }

    private static func aligned(_ one: [String], _ other: [String]) -> [DiffLine] {
        guard !one.isEmpty, !other.isEmpty, one.count * other.count <= mostPairs else {
            return paired(one[...], other[...])
        }
        // Lengths of the longest common subsequences of what follows.
        let width = other.count + 1
        var lengths = [UInt16](repeating: 0, count: (one.count + 1) * width)
        for row in one.indices.reversed() {
            for column in other.indices.reversed() {
                let here = row * width + column
                lengths[here] =
                    one[row] == other[column]
                    ? lengths[here + width + 1] + 1 : max(lengths[here + width], lengths[here + 1])
            }
        }
        var lines: [DiffLine] = []
        var (row, column, rows, columns) = (0, 0, 0, 0)
        while row < one.count, column < other.count {
            let here = row * width + column
            if one[row] == other[column] {
                lines += paired(one[rows..<row], other[columns..<column])
                lines.append(DiffLine(recorded: one[row], came: other[column]))
                (row, column) = (row + 1, column + 1)
                (rows, columns) = (row, column)
            } else if lengths[here + width] >= lengths[here + 1] {
                row += 1
            } else {
                column += 1
            }
        }
        return lines + paired(one[rows...], other[columns...])
    }

    /// Lines that differ, one beside the other.
    private static func paired(
        _ one: ArraySlice<String>, _ other: ArraySlice<String>
    ) -> [DiffLine] {
        (0..<max(one.count, other.count)).map { offset in
            DiffLine(
                recorded: one.dropFirst(offset).first, came: other.dropFirst(offset).first)
        }
    }

    /// JSON as indented lines; a text of several lines stands below its name, a line for each.
    static func lines(_ value: JSON, like model: JSON?, _ indent: String) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty:
            return ordered(members, like: model).flatMap { member in
                named(JSON.string(member.key).text, member.value, model?[member.key], indent)
            }
        case .array(let items) where !items.isEmpty:
            return items.enumerated().flatMap { index, item in
                named("\(index)", item, model?.value(at: "/\(index)"), indent)
            }
        default: return [indent + value.text]
        }
    }

    private static func named(
        _ name: String, _ value: JSON, _ model: JSON?, _ indent: String
    ) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty: break
        case .array(let items) where !items.isEmpty: break
        case .string(let text) where text.utf8.contains(0x0A):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return ["\(indent)\(name):"] + lines.map { "\(indent)  | \($0)" }
        default: return ["\(indent)\(name): \(value.text)"]
        }
        return ["\(indent)\(name):"] + lines(value, like: model, indent + "  ")
    }

    private static func ordered(_ members: [JSONMember], like model: JSON?) -> [JSONMember] {
        guard case .object(let pattern)? = model else { return members }
        let known = pattern.compactMap { one in members.last { $0.key == one.key } }
        return known + members.filter { member in !pattern.contains { $0.key == member.key } }
    }

    // MARK: - Columns

    /// The lines in two columns of a terminal of so many characters: `|` between lines that
    /// differ, `<` where only the left side has one, `>` where only the right has. Both have a
    /// head that says what they are.
    package static func text(
        _ lines: [DiffLine], width: Int, heads: (String, String) = ("recorded", "came")
    ) -> String {
        let column = max((width - 3) / 2, 20)
        var text = row(heads.0, " ", heads.1, column)
        var index = 0
        while index < lines.count {
            let run = lines[index...].prefix { $0.isSame }.count
            let first = index == 0 ? 0 : context
            let last = index + run == lines.count ? 0 : context
            if run > first + last + 1 {
                for line in lines[index..<(index + first)] { text += row(line, column) }
                text += "  … \(run - first - last) lines alike\n"
                for line in lines[(index + run - last)..<(index + run)] {
                    text += row(line, column)
                }
            } else {
                for line in lines[index..<(index + run)] { text += row(line, column) }
            }
            index += run
            while index < lines.count, !lines[index].isSame {
                text += row(lines[index], column)
                index += 1
            }
        }
        return text
    }

    private static func row(_ line: DiffLine, _ column: Int) -> String {
        switch (line.recorded, line.came) {
        case (let one?, nil): row(one, "<", "", column)
        case (nil, let other?): row("", ">", other, column)
        case (let one?, let other?): row(one, line.isSame ? " " : "|", other, column)
        case (nil, nil): ""
        }
    }

    private static func row(
        _ one: String, _ mark: String, _ other: String, _ column: Int
    ) -> String {
        let isSame = one == other
        let same =
            isSame
            ? 0 : zip(one.unicodeScalars, other.unicodeScalars).prefix { $0 == $1 }.count
        let left = cell(one, same, column)
        var line = left + String(repeating: " ", count: max(column - left.count, 0))
        line += " \(mark) " + cell(other, same, column)
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// What fits of a line, around where it differs from the one beside it.
    private static func cell(_ line: String, _ place: Int, _ column: Int) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in line.unicodeScalars {
            shown.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        let text = String(shown)
        guard text.count > column else { return text }
        return Difference.shortened(text, place, to: column - 2)
    }
}
