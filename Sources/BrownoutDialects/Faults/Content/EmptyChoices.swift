import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `empty-choices`: the list that holds what the answer says is empty, in every event that has
    /// it; so is the object or the text, where there is no list. A stream that brings its items in
    /// events of their own has none of those.
    func withEmptyChoices(_ reading: AnswerReading) -> Answer? {
        let bare = reading.bracket.flatMap { bracket in
            changingStream { $0.withoutItems(bracket) }
        }
        return bare ?? editing { $0.changing(reading.lists, \.emptied) }
    }
}

extension JSON {
    /// The same without anything in it; nil for what holds nothing.
    fileprivate var emptied: JSON? {
        switch self {
        case .array: .array([])
        case .object: .object([])
        case .string: ""
        case .null, .bool, .number: nil
        }
    }
}

extension EventStream {
    /// What comes before the first item and behind the last; nil where nothing does.
    fileprivate func withoutItems(_ bracket: AnswerReading.EventBracket) -> EventStream? {
        let end = count - bracket.closing
        guard end > 0 else { return nil }
        let opening = (0..<min(end, 4)).filter { index in
            json(index)?["type"]?.stringValue.map(bracket.opening.contains) ?? false
        }
        guard opening.first == 0 else { return nil }
        let kept = opening + Array(end..<count)
        return picking(kept.count) { kept[$0] }
    }
}
