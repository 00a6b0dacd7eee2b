import BrownoutJSON
import BrownoutWire

/// Streams made of others, event by event and only when an event is asked for.
extension EventStream {
    func event(_ index: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        render(index, &bytes)
        return bytes
    }

    /// The JSON of an event's data; nil where there is none, as in `[DONE]`.
    func json(_ index: Int) -> JSON? {
        let bytes = event(index)
        return EventData.json(bytes[EventData.range(in: bytes)])
    }

    /// The stream of some of these events: `source` has the old index for a new one.
    func picking(_ count: Int, _ source: @escaping @Sendable (Int) -> Int) -> EventStream {
        var stream = self
        stream.count = count
        stream.render = { [render] index, bytes in render(source(index), &bytes) }
        stream.tokens = { [tokens] index in tokens(source(index)) }
        stream.pause = { [pause] index in pause(source(index)) }
        return stream
    }

    func dropping(_ place: Int) -> EventStream {
        picking(count - 1) { $0 < place ? $0 : $0 + 1 }
    }

    /// The stream with one more event, before the one at an index or behind the last.
    func inserting(_ event: [UInt8], at place: Int) -> EventStream {
        var stream = self
        stream.count += 1
        stream.render = { [render] index, bytes in
            if index == place {
                bytes.append(contentsOf: event)
            } else {
                render(index < place ? index : index - 1, &bytes)
            }
        }
        stream.tokens = { [tokens] index in
            index == place ? 0 : tokens(index < place ? index : index - 1)
        }
        stream.pause = { [pause] index in
            index == place ? .zero : pause(index < place ? index : index - 1)
        }
        return stream
    }

    /// The stream with the JSON of every event's data changed, where `edit` changes it; nil where
    /// it changes none. What a dialect says once it says at the beginning or at the end, so only
    /// there is looked.
    func editing(_ edit: @escaping @Sendable (JSON) -> JSON?) -> EventStream? {
        let ends = Array(0..<min(count, 2)) + Array(max(count - 5, 2)..<max(count, 2))
        guard ends.contains(where: { json($0).flatMap(edit) != nil }) else { return nil }
        var stream = self
        stream.render = { [render] index, bytes in
            let start = bytes.count
            render(index, &bytes)
            let data = EventData.range(in: bytes[start...])
            guard let json = EventData.json(bytes[data]), let edited = edit(json) else { return }
            let rest = Array(bytes[data.upperBound...])
            bytes.removeSubrange(data.lowerBound...)
            bytes.appendJSON(edited)
            bytes.append(contentsOf: rest)
        }
        return stream
    }

    /// The last event whose data `matches`, among those at the end.
    func lastIndex(where matches: (ArraySlice<UInt8>) -> Bool) -> Int? {
        (max(count - 5, 0)..<count).last { index in
            let bytes = event(index)
            return matches(bytes[EventData.range(in: bytes)])
        }
    }

    /// The event of the protocol's own end; nil where it was taken out.
    var terminal: Int? {
        lastIndex { data in
            data.elementsEqual("[DONE]".utf8)
                || data.elementsEqual(#"{"type":"message_stop"}"#.utf8)
        }
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

/// The data of an event as the dialects write it: one `data: ` line, at the end.
enum EventData {
    private static let key = Array("data: ".utf8)

    /// Where the data stands, without its line's name and end; empty where there is none.
    static func range(in event: ArraySlice<UInt8>) -> Range<Int> {
        var start = event.startIndex
        while start < event.endIndex {
            if event[start...].starts(with: key) {
                let data = start + key.count
                let end = event[data...].firstIndex(of: UInt8(ascii: "\n")) ?? event.endIndex
                return data..<end
            }
            guard let end = event[start...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            start = end + 1
        }
        return event.endIndex..<event.endIndex
    }

    static func range(in event: [UInt8]) -> Range<Int> { range(in: event[...]) }

    static func json(_ data: ArraySlice<UInt8>) -> JSON? {
        guard data.first == UInt8(ascii: "{") else { return nil }
        do throws(JSONParseError) { return try JSON.parse(Array(data)) } catch { return nil }
    }
}
