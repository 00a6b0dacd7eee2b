import BrownoutEngine
import BrownoutWire

/// The steps of a script as they were played, runs of the same kind counted, for people to read.
/// It holds a fixed number of lines, so a stream of a million events costs no more than one of
/// ten.
struct PlayedScript {
    private enum Line {
        case sends(count: Int, bytes: Int)
        /// A wait and what was sent after it, again and again.
        case pacedSends(count: Int, bytes: Int, wait: Duration)
        case wait(Duration)
        case other(String)
    }

    private static let longest = 12

    private var lines: [Line] = []
    private var omitted = 0

    mutating func add(_ cue: WireCue, bytes: Int) {
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
        case (.drain, _): append(.other("drain"))
        case (.end, _): append(.other("end"))
        case (.closeWrite, _): append(.other("FIN"))
        case (.reset, _): append(.other("RST"))
        case (.hang, _): append(.other("hang"))
        case (.head, _): append(.other("head"))
        case (.flush, _), (.await, _): break
        case (.halfOpen, _): append(.other("half-open"))
        case (.refuse(let time), _): append(.other("RST, port closed for \(time.written)"))
        case (.resetStream(let code), _): append(.other("RST_STREAM \(code)"))
        case (.goAway(_, let code), _): append(.other("GOAWAY \(code)"))
        case (.corrupt, _): append(.other("corrupt"))
        }
    }

    private mutating func append(_ line: Line) {
        if lines.count < PlayedScript.longest { lines.append(line) } else { omitted += 1 }
    }

    /// A JSON array with a text for each line, the planned fault first.
    func text(fault: Fault?) -> String {
        var text = "["
        if let fault { text += "\"fault: \(fault.written)\"," }
        for line in lines { text += "\"\(PlayedScript.text(line))\"," }
        if omitted > 0 { text += "\"and \(omitted) further steps\"," }
        if text.utf8.count > 1 { text.removeLast() }
        return text + "]"
    }

    private static func text(_ line: Line) -> String {
        switch line {
        case .sends(1, let bytes): "send \(bytes) bytes"
        case .sends(let count, let bytes): "send \(bytes) bytes in \(count) pieces"
        case .pacedSends(1, let bytes, let wait):
            "wait \(DecisionText.text(wait)), send \(bytes) bytes"
        case .pacedSends(let count, let bytes, let wait):
            "send \(bytes) bytes in \(count) pieces, a wait before each, "
                + "\(DecisionText.text(wait)) in all"
        case .wait(let wait): "wait \(DecisionText.text(wait))"
        case .other(let word): word
        }
    }
}
