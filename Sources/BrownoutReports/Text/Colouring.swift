import BrownoutVerdicts

/// Words in colour, where somebody looks at a terminal.
package struct Colouring: Sendable {
    /// Whether there are colours.
    package let isOn: Bool

    package init(isOn: Bool) {
        self.isOn = isOn
    }

    /// Colours are for terminals that know them and for people who did not say no
    /// (no-color.org: any value that is not empty says no).
    package init(isTerminal: Bool, noColour: String?, terminal: String?) {
        isOn = isTerminal && (noColour ?? "").isEmpty && terminal != "dumb"
    }

    func word(_ word: String, _ verdict: Verdict) -> String {
        guard isOn else { return word }
        let colour =
            switch verdict {
            case .pass: 32
            case .fail: word == "warn" ? 33 : 31
            case .unknown, .notExercised: 33
            }
        return "\u{1B}[\(colour)m\(word)\u{1B}[0m"
    }

    func bold(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
