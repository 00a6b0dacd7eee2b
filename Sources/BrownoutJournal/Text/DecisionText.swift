import BrownoutEngine

/// What was decided, in few words.
package enum DecisionText {
    /// A duration the way a scenario writes it, rounded to a thousandth: `250ms`, `1.5s`.
    package static func text(_ duration: Duration) -> String {
        let micro = duration.inMicroseconds
        if micro == 0 { return "0s" }
        if micro < 1000 { return "\(trimmed(micro))us" }
        if micro < 1_000_000 { return "\(trimmed(micro / 1000))ms" }
        return "\(trimmed(micro / 1_000_000))s"
    }

    private static func trimmed(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}
