package import BrownoutEngine
package import BrownoutRecords
package import BrownoutWire

/// The steps of a script as they were played, runs of the same kind counted, for people to read.
/// It holds a fixed number of lines, so a stream of a million events costs no more than one of
/// ten.
package struct PlayedScript {
    private static let longest = 12

    private var lines: [PlayedLine] = []
    private var omitted = 0

    /// Nothing was played yet.
    package init() {}

    /// Counts a step that was played, and the bytes it sent.
    package mutating func add(_ cue: WireCue, bytes: Int) {
        switch (cue, lines.last) {
        case (.sent, .sends(let count, let sum)?):
            lines[lines.count - 1] = .sends(count: count + 1, bytes: sum + bytes)
        case (.sent, .wait(let wait)?):
            lines.removeLast()
            if case .pacedSends(let count, let sum, let all)? = lines.last {
                lines[lines.count - 1] = .pacedSends(
                    count: count + 1, bytes: sum + bytes, wait: all + wait)
            } else {
                lines.append(.pacedSends(count: 1, bytes: bytes, wait: wait))
            }
        case (.sent, _): append(.sends(count: 1, bytes: bytes))
        case (.wait(let wait), _): append(.wait(wait))
        case (.drain, _): append(.step("drain"))
        case (.end, _): append(.step("end"))
        case (.closeWrite, _): append(.step("FIN"))
        case (.reset, _): append(.step("RST"))
        case (.hang, _): append(.step("hang"))
        case (.head, _): append(.step("head"))
        case (.flush, _), (.await, _): break
        case (.halfOpen, _): append(.step("half-open"))
        case (.refuse(let time), _): append(.step("RST, port closed for \(time.written)"))
        case (.resetStream(let code), _): append(.step("RST_STREAM \(code)"))
        case (.goAway(_, let code), _): append(.step("GOAWAY \(code)"))
        case (.corrupt, _): append(.step("corrupt"))
        }
    }

    private mutating func append(_ line: PlayedLine) {
        if lines.count < PlayedScript.longest { lines.append(line) } else { omitted += 1 }
    }

    /// The lines, the planned fault first.
    package func lines(fault: Fault?) -> [PlayedLine] {
        guard fault != nil || omitted > 0 else { return lines }
        var all: [PlayedLine] = []
        all.reserveCapacity(lines.count + 2)
        if let fault { all.append(.fault(fault.written)) }
        all += lines
        if omitted > 0 { all.append(.omitted(omitted)) }
        return all
    }
}
