package import BrownoutJSON

/// Something to say about a text, where it stands and what would be right.
package struct SourceDiagnostic: Error, Equatable, Sendable {
    /// Whether the text is refused.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// The file that it is about, as its reader was told to call it: `<stdin>`, `Scenarios/a.yaml`.
    package var file: String
    /// Whether the text is refused for it.
    package var severity: Severity
    /// Nil: about the file as a whole.
    package var span: SourceSpan?
    /// What is wrong, without the place; a sentence without its full stop.
    package var message: String
    /// The word that was probably meant.
    package var nearest: String?
    /// What could stand there; empty where a list says nothing.
    package var allowed: [String]
    /// A sentence that helps.
    package var note: String?
    /// The source line and the marks under it, clipped around the span.
    package var excerpt: Excerpt?

    /// A line of the file and the marks that stand under it.
    package struct Excerpt: Equatable, Sendable {
        /// Columns of a source line that are shown at most.
        package static let columns = 96

        /// The source line, or the part of it around the span, with `…` where it was clipped.
        package var line: String
        /// Spaces, then `^~~~` under the span.
        package var marks: String
    }

    package init(
        file: String, severity: Severity = .error, span: SourceSpan?, message: String,
        nearest: String? = nil, allowed: [String] = [], note: String? = nil
    ) {
        self.file = file
        self.severity = severity
        self.span = span
        self.message = message
        self.nearest = nearest
        self.allowed = allowed
        self.note = note
    }

    /// The line where it begins, from 1; nil: about the file as a whole.
    package var line: Int? { span?.start.line }
    /// The column where it begins, from 1, in Unicode scalars; nil: about the file as a whole.
    package var column: Int? { span?.start.column }

    /// The first line: `path:LINE:COL: error: message; did you mean 'word'?`
    package var headline: String {
        let place = span.map { ":\($0.start.line):\($0.start.column)" } ?? ""
        let guess = nearest.map { "; did you mean '\($0)'?" } ?? ""
        return "\(file)\(place): \(severity.rawValue): \(message)\(guess)"
    }

    /// The whole text, without a line end at the end.
    package var text: String {
        var lines = [headline]
        if let excerpt { lines += [excerpt.line, excerpt.marks] }
        if !allowed.isEmpty {
            lines += SourceDiagnostic.wrapped("allowed: ", allowed)
        }
        if let note { lines.append("note: \(note)") }
        return lines.joined(separator: "\n")
    }

    /// The same as a JSON object.
    package var json: JSON {
        var members = [
            JSONMember("file", .string(file)),
            JSONMember("severity", .string(severity.rawValue)),
        ]
        if let span {
            members += [
                JSONMember("line", .number(JSONNumber(span.start.line))),
                JSONMember("column", .number(JSONNumber(span.start.column))),
                JSONMember("end-line", .number(JSONNumber(span.end.line))),
                JSONMember("end-column", .number(JSONNumber(span.end.column))),
            ]
        }
        members.append(JSONMember("message", .string(message)))
        if let nearest { members.append(JSONMember("nearest", .string(nearest))) }
        if !allowed.isEmpty {
            members.append(JSONMember("allowed", .array(allowed.map { .string($0) })))
        }
        if let note { members.append(JSONMember("note", .string(note))) }
        return .object(members)
    }

    private static func wrapped(_ label: String, _ words: [String]) -> [String] {
        var lines: [String] = []
        var line = label
        for (index, word) in words.enumerated() {
            let piece = index + 1 < words.count ? word + "," : word
            if line.count + piece.count > Excerpt.columns, line.count > label.count {
                lines.append(line)
                line = String(repeating: " ", count: label.count)
            }
            line += line.count > label.count ? " " + piece : piece
        }
        return lines + [line]
    }
}

extension SourceDiagnostic.Excerpt {
    /// The line of a span with `^~~~` under it. A long line shows the part around the span.
    ///
    /// Nil where the line is empty and there is nothing to show.
    init?(of source: SourceText, at span: SourceSpan) {
        let piece = source.piece(around: span.start)
        let scalars = Self.withoutUserInformation(Array(piece.scalars))
        if scalars.isEmpty { return nil }
        let begin = min(piece.place, scalars.count)
        let length = span.end.line == span.start.line ? span.end.column - span.start.column : .max
        let width = Self.columns
        let isLong = scalars.count > width || !piece.isLineStart || !piece.isLineEnd
        var first = 0
        if isLong, begin > width / 2 {
            first = min(begin - width / 3, max(scalars.count - width, 0))
        }
        let last = min(first + width, scalars.count)
        let isCutBefore = first > 0 || !piece.isLineStart
        var line = isCutBefore ? "…" : ""
        for scalar in scalars[first..<last] {
            // One column each, so that the marks stand where they should.
            line.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        if last < scalars.count || !piece.isLineEnd { line += "…" }
        let indent = begin - first + (isCutBefore ? 1 : 0)
        let marks = max(min(length, last - begin), 1)
        self.line = line
        self.marks =
            String(repeating: " ", count: indent) + "^" + String(repeating: "~", count: marks - 1)
    }

    /// The line with a star for each character of a user and password in a URL.
    private static func withoutUserInformation(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var line = line
        var index = 0
        while index + 3 <= line.count {
            guard line[index] == ":", line[index + 1] == "/", line[index + 2] == "/" else {
                index += 1
                continue
            }
            let start = index + 3
            let rest = line[start...]
            let end = rest.firstIndex { " \"'/?#".unicodeScalars.contains($0) } ?? line.count
            if let at = line[start..<end].lastIndex(of: "@") {
                for place in start..<at { line[place] = "*" }
            }
            index = end
        }
        return line
    }
}

/// Why a text was refused: at least one error, in the order of the file.
package struct SourceErrors: Error, Equatable, Sendable {
    /// Diagnostics that are kept; the rest are counted.
    package static let most = 100

    /// At most ``most``, in the order of the file, warnings among them.
    package var diagnostics: [SourceDiagnostic]
    /// Errors beyond ``most``, which are not listed.
    package var omitted: Int

    package init(_ diagnostics: [SourceDiagnostic], omitted: Int = 0) {
        self.diagnostics = diagnostics
        self.omitted = omitted
    }

    /// The same as a JSON object.
    package var json: JSON {
        [
            "diagnostics": .array(diagnostics.map(\.json)),
            "omitted": .number(JSONNumber(omitted)),
        ]
    }

    /// All diagnostics as text, each ended by a line end.
    package var text: String {
        let more = omitted > 0 ? "and \(omitted) more errors\n" : ""
        return diagnostics.map { $0.text + "\n" }.joined() + more
    }
}
