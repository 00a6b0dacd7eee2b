package import BrownoutEngine

extension Answer {
    /// The position at which whoever has read so far has met what differs from another answer;
    /// nil where nothing does.
    package func difference(from other: Answer) -> Position? {
        if head != other.head { return .headers }
        switch (body, other.body) {
        case (.events(let stream), .events(let other)): return stream.difference(from: other)
        case (.whole(let body), .whole(let other)):
            // Where the lengths differ, the head says so.
            if body.bytes.count != other.bytes.count { return .headers }
            let place = body.bytes.indices.first { body.bytes[$0] != other.bytes[$0] }
            return place.map { .byte($0 + 1) }
        default: return .headers
        }
    }
}

extension EventStream {
    /// As ``Answer/difference(from:)``: behind the first event that another stream does not have at
    /// its place, or at the end of a stream that lacks what the other goes on with.
    func difference(from other: EventStream) -> Position? {
        var (mine, others): ([UInt8], [UInt8]) = ([], [])
        for index in 0..<min(count, other.count) {
            mine.removeAll(keepingCapacity: true)
            others.removeAll(keepingCapacity: true)
            render(index, &mine)
            other.render(index, &others)
            if mine != others { return .event(index + 1) }
        }
        if count == other.count { return nil }
        return .event(min(count, other.count + 1))
    }
}
