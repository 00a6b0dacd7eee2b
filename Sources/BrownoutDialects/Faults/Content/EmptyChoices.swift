import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `empty-choices`: the list that holds what the answer says is empty, in every event that has
    /// it. A stream that brings its items in events of their own has none of those.
    func withEmptyChoices(_ reading: AnswerReading) -> Answer? {
        let bare = reading.bracket.flatMap { bracket in
            changingStream { $0.withoutItems(bracket) }
        }
        return bare ?? editing { $0.changing(reading.lists) { $0.arrayValue.map { _ in [] } } }
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
