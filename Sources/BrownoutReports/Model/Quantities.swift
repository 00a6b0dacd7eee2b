extension Int {
    /// `1 call`, `2 calls`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

extension Double {
    /// Seconds as people read them: `12 ms`, `1.25 s`.
    package var asTime: String {
        let sign = self < 0 ? "-" : ""
        let length = abs(self)
        guard length < 1e9 else { return "more than 30 years" }
        if length < 0.9995 { return sign + "\(Int((length * 1000).rounded())) ms" }
        return sign + decimal(length, places: length < 100 ? 2 : 0) + " s"
    }

    /// Seconds as other programs read them: `3.204`.
    var asSeconds: String { decimal(Swift.min(Swift.max(self, 0), 1e9), places: 3) }

    private func decimal(_ value: Double, places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let (whole, rest) = Int((value * Double(scale)).rounded())
            .quotientAndRemainder(dividingBy: scale)
        guard rest > 0 else { return String(whole) }
        var digits = String(String(rest + scale).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension String {
    /// The text in one line, without what a terminal or a log would take for a command.
    var inOneLine: String {
        let isPlain = unicodeScalars.allSatisfy { !$0.isControl }
        if isPlain { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": text += " "
            case let scalar where scalar.isControl: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text, cut where it is longer than so many characters.
    func cut(to length: Int) -> String {
        count > length ? prefix(length - 1) + "…" : self
    }
}

extension Unicode.Scalar {
    /// Whether it moves something in place of showing something; marks that turn the direction of
    /// writing belong to them.
    var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
