/// The lines of server-sent events (WHATWG HTML, 9.2.5) as our dialects write them: LF alone ends
/// a line, and an event has one line of data.
enum SSE {
    /// Where the data of an event stands, without `data: ` and its line end; nil where the event
    /// has none.
    static func data(of event: [UInt8]) -> Range<Int>? {
        guard let line = lines(of: event).first(where: { event[$0].starts(with: "data:".utf8) })
        else { return nil }
        let colon = line.lowerBound + 5
        let isSpaced = colon < line.upperBound && event[colon] == UInt8(ascii: " ")
        return (isSpaced ? colon + 1 : colon)..<line.upperBound
    }

    /// The lines of an event without their ends.
    static func lines(of event: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, byte) in event.enumerated() where byte == UInt8(ascii: "\n") {
            lines.append(start..<index)
            start = index + 1
        }
        return lines
    }
}
