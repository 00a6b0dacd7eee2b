import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `no-usage`: an event that is there for the usage does not come, and all else lacks the key.
    /// Nil where nobody was going to be told the usage.
    func withoutUsage(_ reading: AnswerReading) -> Answer? {
        let usage = reading.usage
        if let answer = changingStream({ $0.withoutUsageEvent(usage) }) { return answer }
        // A stream with a usage chunk says null in all others.
        return editing { $0.removing(usage.places) { !$0.isNull } }
    }
}

extension EventStream {
    /// Without the event that has a usage and an empty list.
    fileprivate func withoutUsageEvent(_ usage: AnswerReading.Usage) -> EventStream? {
        guard let list = usage.emptyList else { return nil }
        let event = lastIndex { event in
            guard let json = EventData.json(event.payload) else { return false }
            return json.values(at: list) == [[]]
                && usage.places.contains { json.values(at: $0).contains { !$0.isNull } }
        }
        return event.map(dropping)
    }
}
