import BrownoutEngine
import BrownoutJSON

/// How a decision came about, as the journal keeps it: a JSON array of the phase that held, if one
/// did, the rules whose `when` matched, and what became of each.
struct TraceText {
    var phase: String?
    var entries: [TraceEntry] = []

    /// The array's text; empty where there is nothing to tell.
    var bytes: [UInt8] {
        if entries.isEmpty, phase == nil { return [] }
        var json = JSONWriter(reservingCapacity: 96 * (entries.count + 1))
        json.beginArray()
        if let phase {
            json.beginObject()
            json.field("phase", phase)
            json.endObject()
        }
        for entry in entries { TraceText.write(entry, to: &json) }
        json.endArray()
        return json.bytes
    }

    private static func write(_ entry: TraceEntry, to json: inout JSONWriter) {
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

    /// A draw as a share of 1, with six digits, rounded down.
    private static func share(_ draw: UInt64) -> String {
        let millionths = draw.multipliedFullWidth(by: 1_000_000).high
        let digits = String(millionths)
        return "0." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

// MARK: - Reading

extension TraceText {
    /// What a journal says; nil where any of it is in words that are unknown here.
    init?(reading text: String) {
        guard let items = try? JSON.parse(text).arrayValue else { return nil }
        for (index, item) in items.enumerated() {
            if index == 0, let phase = item["phase"]?.stringValue {
                self.phase = phase
            } else if let entry = TraceText.entry(item) {
                entries.append(entry)
            } else {
                return nil
            }
        }
    }

    private static func entry(_ json: JSON) -> TraceEntry? {
        guard let rule = json["rule"]?.stringValue, let outcome = outcome(json) else { return nil }
        return TraceEntry(rule: rule, outcome: outcome)
    }

    private static func outcome(_ json: JSON) -> TraceEntry.Outcome? {
        if let word = json["outside"]?.stringValue {
            return TraceEntry.Limit(rawValue: word).map { .outside($0) }
        }
        if let count = json["not_every"]?.intValue { return .notEvery(count: count) }
        if let draw = draw(json["missed"]) { return .missed(draw: draw) }
        if let draw = draw(json["no_branch"]) { return .noBranch(draw: draw) }
        if json["fired"]?.boolValue == true { return .fired(draw: nil) }
        if let draw = draw(json["fired"]) { return .fired(draw: draw) }
        if let branch = json["branch"]?.intValue, let draw = draw(json["drawn"]) {
            return .branch(branch - 1, draw: draw)
        }
        if let step = json["step"]?.intValue { return .step(step) }
        return json["refused"]?.stringValue.map { .refused($0) }
    }

    /// The smallest draw that is shown as this share.
    private static func draw(_ share: JSON?) -> UInt64? {
        guard let text = share?.stringValue, text.utf8.count == 8, text.hasPrefix("0."),
            let millionths = UInt64(text.dropFirst(2)), millionths < 1_000_000
        else { return nil }
        let (draw, rest) = UInt64(1_000_000).dividingFullWidth((millionths, 0))
        return rest == 0 ? draw : draw + 1
    }
}
