import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

// The lines of a plan as people and the journal read them.
extension PlayedLine {
    /// The line for people.
    package var text: String {
        switch self {
        case .fault(let fault): "fault: \(fault)"
        case .sends(1, let bytes): "send \(bytes) bytes"
        case .sends(let count, let bytes): "send \(bytes) bytes in \(count) pieces"
        case .pacedSends(1, let bytes, let wait):
            "wait \(DecisionText.text(wait)), send \(bytes) bytes"
        case .pacedSends(let count, let bytes, let wait):
            "send \(bytes) bytes in \(count) pieces, a wait before each, "
                + "\(DecisionText.text(wait)) in all"
        case .wait(let wait): "wait \(DecisionText.text(wait))"
        case .step(let words): words
        case .omitted(let count): "and \(count) further steps"
        }
    }

    /// Takes credentials out of its words.
    mutating func redact(_ change: (inout String) -> Void) {
        switch self {
        case .fault(var text):
            change(&text)
            self = .fault(text)
        case .step(var text):
            change(&text)
            self = .step(text)
        case .sends, .pacedSends, .wait, .omitted: break
        }
    }

    /// The lines as the journal keeps them: a JSON array of texts.
    static func bytes(of lines: [PlayedLine]) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 48 * (lines.count + 1))
        json.beginArray()
        for line in lines { json.string(line.text) }
        json.endArray()
        return json.bytes
    }

    /// What a journal says; nil where it is no array of texts.
    static func lines(reading text: String) -> [PlayedLine]? {
        guard let items = try? JSON.parse(text).arrayValue else { return nil }
        var lines: [PlayedLine] = []
        for item in items {
            guard let text = item.stringValue else { return nil }
            lines.append(.step(text))
        }
        return lines
    }
}
