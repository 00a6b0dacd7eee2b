package import BrownoutEngine
import BrownoutJSON

/// Decisions as the journal keeps them and people read them.
package enum DecisionText {
    /// The phase that held, the rules whose `when` matched and what became of each, as a JSON
    /// array.
    package static func trace(_ decision: Decision) -> String {
        trace(phase: decision.phase, decision.trace)
    }

    static func trace(phase: String?, _ entries: [TraceEntry]) -> String {
        var json = JSONWriter(reservingCapacity: 96 * entries.count)
        json.beginArray()
        if let phase {
            json.beginObject()
            json.field("phase", phase)
            json.endObject()
        }
        for entry in entries {
            json.beginObject()
            json.field("rule", entry.rule)
            switch entry.outcome {
            case .outside(let limit): json.field("outside", limit.rawValue)
            case .notEvery(let count): json.field("not_every", count)
            case .missed(let draw): json.field("missed", share(draw))
            case .noBranch(let draw): json.field("no_branch", share(draw))
            case .fired(let draw):
                if let draw { json.field("fired", share(draw)) } else { json.field("fired", true) }
            case .branch(let index, let draw):
                json.field("branch", index + 1)
                json.field("drawn", share(draw))
            case .step(let count): json.field("step", count)
            case .refused(let reason): json.field("refused", reason)
            }
            json.endObject()
        }
        json.endArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// A draw as a share of 1, with six digits, rounded down.
    private static func share(_ draw: UInt64) -> String {
        let millionths = draw.multipliedFullWidth(by: 1_000_000).high
        let digits = String(millionths)
        return "0." + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// A duration the way a scenario writes it: `250ms`, `1.5s`.
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
