/// The lines of server-sent events (WHATWG HTML, 9.2.5): LF, CR LF or CR ends one.
enum SSE {
    /// A comment that keeps a connection alive, as gateways send it.
    static let comment = ": keep-alive\n\n"
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let dataName = Array("data:".utf8)
    private static let eventName = Array("event:".utf8)

    /// Where the data of an event stands, line by line, without `data: ` and the line's end; empty
    /// where it has none.
    static func data(of event: [UInt8]) -> [Range<Int>] { values(of: dataName, in: event) }

    /// What an event is called: its last `event` line.
    static func name(of event: [UInt8]) -> String? {
        values(of: eventName, in: event).last.map { String(decoding: event[$0], as: UTF8.self) }
    }

    /// Where the values of a field stand; `name` with its colon.
    private static func values(of name: [UInt8], in event: [UInt8]) -> [Range<Int>] {
        lines(of: event).compactMap { line in
            var start = line.lowerBound
            if start == 0, event.starts(with: byteOrderMark) { start = byteOrderMark.count }
            guard event[start..<line.upperBound].starts(with: name) else { return nil }
            let colon = start + name.count
            let isSpaced = colon < line.upperBound && event[colon] == UInt8(ascii: " ")
            return (isSpaced ? colon + 1 : colon)..<line.upperBound
        }
    }

    /// The lines of an event without their ends; what stands behind the last end is one too.
    static func lines(of event: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < event.count {
            let end = endLength(of: event, at: index)
            if end > 0 {
                lines.append(start..<index)
                start = index + end
            }
            index += max(end, 1)
        }
        if start < event.count { lines.append(start..<event.count) }
        return lines
    }

    /// The bytes of the line end at an index; 0 where none stands there.
    static func endLength(of event: [UInt8], at index: Int) -> Int {
        guard index < event.count else { return 0 }
        switch event[index] {
        case UInt8(ascii: "\n"): return 1
        case UInt8(ascii: "\r"):
            return index + 1 < event.count && event[index + 1] == UInt8(ascii: "\n") ? 2 : 1
        default: return 0
        }
    }
}
