package import BrownoutJSON

/// How a JSON text is set, so that the same bytes can be made from its tree again.
package struct JSONLayout: Equatable, Sendable {
    /// What stands between values.
    package enum Spacing: Equatable, Sendable {
        /// `{"a":1,"b":2}`
        case compact
        /// `{"a": 1, "b": 2}`, as Python writes it.
        case spaced
        /// A line for each value, so many spaces deeper at each level.
        case indented(Int)
    }

    /// What stands between values: nothing, spaces, or line ends with an indent.
    package var spacing = Spacing.compact
    /// Whether all beyond printable ASCII is escaped (`\u00e9`), as Python does.
    package var isASCII = false
    /// Whether a line end follows.
    package var endsLine = false

    package init() {}

    /// Reads `spaced ascii newline`; nil for a word that is none of ``words``.
    package init?(text: String) {
        for word in text.split(separator: " ") {
            switch word {
            case "compact": spacing = .compact
            case "spaced": spacing = .spaced
            case "ascii": isASCII = true
            case "newline": endsLine = true
            default:
                guard word.hasPrefix("indented-"), let width = Int(word.dropFirst(9)),
                    (0...16).contains(width)
                else { return nil }
                spacing = .indented(width)
            }
        }
    }

    /// What ``init(text:)`` reads.
    package static let words = ["compact", "spaced", "indented-N", "ascii", "newline"]

    /// The words for it; empty for compact text.
    package var text: String {
        var words: [String] = []
        switch spacing {
        case .compact: break
        case .spaced: words.append("spaced")
        case .indented(let width): words.append("indented-\(width)")
        }
        if isASCII { words.append("ascii") }
        if endsLine { words.append("newline") }
        return words.joined(separator: " ")
    }

    /// The layout that makes exactly these bytes of this tree; nil where none does: a repeated
    /// space, an escape that need not be, a lone surrogate.
    package static func of(_ bytes: [UInt8], _ tree: JSON) -> JSONLayout? {
        var layout = JSONLayout()
        layout.endsLine = bytes.last == 0x0A
        var hasEscape = false
        for (index, byte) in bytes.enumerated() {
            if byte >= 0x80 {
                hasEscape = false
                break
            }
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "u")
            {
                hasEscape = true
            }
        }
        layout.isASCII = hasEscape
        var spacings = [Spacing.compact, .spaced]
        if bytes.count > 1, bytes[1] == 0x0A {
            let width = bytes.dropFirst(2).prefix { $0 == 0x20 }.count
            guard width <= 16 else { return nil }
            spacings = [.indented(width)]
        }
        // Control characters are escaped in either case, so both may be right.
        for isASCII in layout.isASCII ? [true, false] : [false] {
            layout.isASCII = isASCII
            for spacing in spacings {
                layout.spacing = spacing
                if layout.bytes(of: tree) == bytes { return layout }
            }
        }
        return nil
    }

    /// The text of a tree.
    package func bytes(of tree: JSON) -> [UInt8] {
        var out: [UInt8] = []
        append(tree, 0, to: &out)
        if endsLine { out.append(0x0A) }
        return out
    }

    private func append(_ value: JSON, _ level: Int, to out: inout [UInt8]) {
        switch value {
        case .string(let text): append(string: text, to: &out)
        case .array(let items):
            list(items.count, "[", "]", level, to: &out) { index, out in
                append(items[index], level + 1, to: &out)
            }
        case .object(let members):
            list(members.count, "{", "}", level, to: &out) { index, out in
                append(string: members[index].key, to: &out)
                out.append(UInt8(ascii: ":"))
                if spacing != .compact { out.append(0x20) }
                append(members[index].value, level + 1, to: &out)
            }
        default: out.appendJSON(value)
        }
    }

    private func list(
        _ count: Int, _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ level: Int,
        to out: inout [UInt8], _ item: (Int, inout [UInt8]) -> Void
    ) {
        out.append(UInt8(ascii: open))
        for index in 0..<count {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            if case .indented = spacing {
                line(level + 1, to: &out)
            } else if spacing == .spaced, index > 0 {
                out.append(0x20)
            }
            item(index, &out)
        }
        if count > 0, case .indented = spacing { line(level, to: &out) }
        out.append(UInt8(ascii: close))
    }

    private func line(_ level: Int, to out: inout [UInt8]) {
        guard case .indented(let width) = spacing else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: width * level))
    }

    private func append(string text: String, to out: inout [UInt8]) {
        guard isASCII, text.utf8.contains(where: { $0 >= 0x7F }) else {
            out.appendJSON(string: text)
            return
        }
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if scalar.value < 0x7F {
                out.appendJSON(escaping: String(scalar))
                continue
            }
            for unit in UTF16.encode(scalar) ?? .init() {
                out.append(text: "\\u")
                for shift in [12, 8, 4, 0] as [UInt16] {
                    let digit = UInt8(truncatingIfNeeded: unit >> shift & 15)
                    out.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                }
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
