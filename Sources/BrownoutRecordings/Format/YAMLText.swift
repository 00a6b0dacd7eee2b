import BrownoutJSON

/// What a text has to be written as, so that every reader of YAML gets the same text back.
struct YAMLText {
    /// The least that will do.
    enum Form {
        /// As it is.
        case plain
        /// `"…"`, with escapes.
        case quoted
        /// Lines of their own below `|`.
        case block
    }

    let form: Form
    /// Control characters that have no short escape: many of them make no text.
    let controls: Int

    /// Looks once at UTF-8 that is valid.
    init(_ utf8: UnsafeBufferPointer<UInt8>) {
        var isPrintable = true
        var lines = 0
        var controls = 0
        var index = 0
        while index < utf8.count {
            let byte = utf8[index]
            switch byte {
            case 0x0A: lines += 1
            case 0x20...0x7E, 0x09: break
            case 0x0D: isPrintable = false
            case 0x00..<0x20, 0x7F:
                isPrintable = false
                controls += 1
            case 0xC2, 0xE2, 0xEF:
                if YAMLText.isHidden(utf8, index) { isPrintable = false }
            default: break
            }
            index += 1
        }
        self.controls = controls
        if lines > 0 {
            form = isPrintable && lines < utf8.count ? .block : .quoted
        } else {
            form = isPrintable && YAMLText.isPlain(utf8) ? .plain : .quoted
        }
    }

    /// Whether libyaml takes the scalar at `index` for a line end (U+0085, U+2028, U+2029), for a
    /// byte order mark, or for a control character. `yaml_parser_update_buffer` in its reader.c.
    private static func isHidden(_ utf8: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        func at(_ offset: Int) -> UInt8 {
            index + offset < utf8.count ? utf8[index + offset] : 0
        }
        return switch utf8[index] {
        case 0xC2: at(1) < 0xA0
        case 0xE2: at(1) == 0x80 && (at(2) == 0xA8 || at(2) == 0xA9)
        default: at(1) == 0xBB && at(2) == 0xBF || at(1) == 0xBF && at(2) >= 0xBE
        }
    }

    /// Whether a text of one printable line needs no quotes: nothing of it is YAML's, and no
    /// reader takes it for a number, a date, a truth value or nothing.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = utf8.first, let last = utf8.last, last != 0x20, last != 0x3A else {
            return false
        }
        switch first {
        case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "("),
            UInt8(ascii: "$"), 0x80...:
            break
        default: return false
        }
        for (index, byte) in utf8.enumerated() {
            if byte == 0x09 { return false }
            guard index > 0 else { continue }
            if byte == 0x20, utf8[index - 1] == UInt8(ascii: ":") { return false }
            if byte == UInt8(ascii: "#"), utf8[index - 1] == 0x20 { return false }
        }
        if utf8.count <= 5 {
            let word = String(decoding: utf8, as: UTF8.self).lowercased()
            return !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(word)
        }
        return true
    }
}

extension [UInt8] {
    mutating func indent(_ width: Int) {
        append(contentsOf: repeatElement(0x20, count: width))
    }

    /// A scalar in one line, without its line end.
    mutating func appendYAML(word text: String) {
        var text = text
        text.withUTF8 { appendYAML(word: $0) }
    }

    mutating func appendYAML(word utf8: UnsafeBufferPointer<UInt8>) {
        if YAMLText(utf8).form == .plain {
            append(contentsOf: utf8)
        } else {
            appendYAML(quoting: utf8)
        }
    }

    /// A scalar between quotes, whatever it is.
    mutating func appendYAML(quoted text: String) {
        var text = text
        text.withUTF8 { appendYAML(quoting: $0) }
    }

    /// A scalar after its key, with the space before and the line end after it; lines of its own
    /// are `indent` deep, which is two more than the key.
    mutating func appendYAML(text: String, indent: Int) {
        var text = text
        text.withUTF8 { appendYAML(text: $0, indent: indent) }
    }

    mutating func appendYAML(text utf8: UnsafeBufferPointer<UInt8>, indent: Int) {
        append(0x20)
        switch YAMLText(utf8).form {
        case .plain: append(contentsOf: utf8)
        case .quoted: appendYAML(quoting: utf8)
        case .block:
            appendYAML(block: utf8, indent: indent)
            return
        }
        append(0x0A)
    }

    private mutating func appendYAML(block utf8: UnsafeBufferPointer<UInt8>, indent: Int) {
        append(UInt8(ascii: "|"))
        // What begins with a space, a tab or an empty line does not show how deep it stands.
        if let first = utf8.first, first == 0x20 || first == 0x0A || first == 0x09 {
            append(UInt8(ascii: "2"))
        }
        var end = utf8.count
        while end > 0, utf8[end - 1] == 0x0A { end -= 1 }
        switch utf8.count - end {
        case 0: append(UInt8(ascii: "-"))
        case 1: break
        default: append(UInt8(ascii: "+"))
        }
        append(0x0A)
        var start = 0
        while start < utf8.count {
            let rest = utf8[start...]
            let next = rest.firstIndex(of: 0x0A) ?? utf8.count
            if next > start {
                self.indent(indent)
                append(contentsOf: utf8[start..<next])
            }
            append(0x0A)
            start = next + 1
        }
    }

    private mutating func appendYAML(quoting utf8: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C:
                append(UInt8(ascii: "\\"))
                append(UInt8(scalar.value))
            case 0x0A: append(text: "\\n")
            case 0x0D: append(text: "\\r")
            case 0x09: append(text: "\\t")
            case 0x20..<0x7F: append(UInt8(scalar.value))
            case 0..<0x20, 0x7F..<0xA0: appendEscape("x", scalar.value, digits: 2)
            case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
                appendEscape("u", scalar.value, digits: 4)
            default: append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ letter: Unicode.Scalar, _ value: UInt32, digits: UInt32) {
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: letter))
        for digit in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: value >> (4 * digit) & 15)
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
