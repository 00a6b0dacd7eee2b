import BrownoutJSON
import BrownoutWire

/// Streams made of others, event by event and only when an event is asked for.
extension EventStream {
    /// The JSON of an event; nil where there is none, as in `[DONE]`.
    func json(_ index: Int) -> JSON? { EventData.json(event(index).payload) }

    /// The stream with the JSON of every event's data changed, where `edit` changes it; nil where
    /// it changes none. What a dialect says once it says at the beginning or at the end, so only
    /// there is looked.
    func editing(_ edit: @escaping @Sendable (JSON) -> JSON?) -> EventStream? {
        let ends = Array(0..<min(count, 2)) + Array(max(count - 5, 2)..<max(count, 2))
        guard ends.contains(where: { json($0).flatMap(edit) != nil }) else { return nil }
        let framing = form.framing
        return rewriting { _, event in
            guard let json = EventData.json(framing.read(event).payload),
                let edited = edit(json)
            else { return }
            framing.replacePayload(of: &event, with: Array(edited.text.utf8))
        }
    }

    /// The last event that `matches`, among those at the end.
    func lastIndex(where matches: (StreamEvent) -> Bool) -> Int? {
        (max(count - 5, 0)..<count).last { matches(event($0)) }
    }

    /// The event nearest to the middle that brings a token; nil where nothing is said.
    var middle: Int? {
        let half = count / 2
        for step in 0..<max(count, 1) {
            for index in [half + step, half - step]
            where (0..<count).contains(index) && tokens(index) > 0 {
                return index
            }
        }
        return nil
    }
}

/// The JSON that an event carries.
enum EventData {
    /// Nil for anything but an object.
    static func json(_ payload: [UInt8]) -> JSON? {
        guard payload.first == UInt8(ascii: "{") else { return nil }
        do throws(JSONParseError) { return try JSON.parse(payload) } catch { return nil }
    }
}
