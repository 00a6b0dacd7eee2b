import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords

/// What has become of the exchanges that a recorder was to keep.
package struct RecorderCounters: Equatable, Sendable {
    /// Exchanges that are on the disk.
    package private(set) var written = 0
    /// Those of them that did not end whole, and those that the recorder's own end broke off.
    package private(set) var notWhole = 0
    package private(set) var stopped = 0
    /// Exchanges that were passed on and could not be kept.
    package private(set) var lost = 0
    /// Why the last of them was lost.
    package private(set) var lastLoss: String?
    /// Why the file takes nothing at the moment; nil while all is well.
    package internal(set) var trouble: String?
    /// Exchanges whose upstream was not reached: there was nothing to keep.
    package internal(set) var unreached = 0
    /// Requests that were refused, and the providers without an upstream that they were for.
    package internal(set) var unserved = 0
    package internal(set) var unservedProviders: [String] = []

    mutating func note(_ ending: RecordedEnding) {
        written += 1
        trouble = nil
        if ending != .complete { notWhole += 1 }
        if ending == .stopped { stopped += 1 }
    }

    mutating func note(loss reason: String, isTrouble: Bool) {
        lost += 1
        lastLoss = reason
        if isTrouble { trouble = reason }
    }

    /// Whether something that was to be kept is not.
    package var hasLost: Bool { lost > 0 || trouble != nil }

    /// For the last line: `8 recorded, 1 of them not whole; 52 recordings lost, the last because …`.
    package var text: String {
        var text = "\(written) recorded"
        if notWhole > 0 { text += ", \(notWhole) of them not whole" }
        if stopped > 0 { text += " (\(stopped) broken off by this stop)" }
        if lost > 0 {
            text += "; \(lost) passed on and not recorded, the last because: \(lastLoss ?? "")"
        } else if let trouble {
            text += "; and yet: \(trouble)"
        }
        if unreached > 0 { text += "; \(unreached) not recorded: the upstream was not reached" }
        if unserved > 0 {
            text +=
                "; \(unserved) refused: no upstream for "
                + unservedProviders.joined(separator: ", ")
        }
        return text
    }
}
