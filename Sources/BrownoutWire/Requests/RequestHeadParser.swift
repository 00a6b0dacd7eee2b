import BrownoutEngine

/// Reads the heads of requests of HTTP/1.1 as nearly all clients write them, and leaves every other
/// one to a whole parser.
///
/// It has no verdict of its own: what it takes, llhttp takes in the same way, and what is malformed
/// or only unusual is ``Outcome/uncommon``. Common is a method that APIs know, a target that begins
/// with a slash, fields of printable ASCII without spaces behind them, CRLF as the end of every
/// line, at most one `content-length` in plain digits, a `connection` that says `keep-alive` or
/// `close` alone, and no transfer coding or other protocol.
///
/// A byte that may not stand where it stands is seen as soon as it is there. What a value says is
/// looked at when its line is whole: until then the parser may wait for more of a line that llhttp
/// refuses already.
///
/// Behind a head that ends its connection llhttp takes empty lines only. Whoever goes on reading
/// there sees to that.
package struct RequestHeadParser: Sendable {
    /// What the bytes so far are.
    package enum Outcome: Equatable, Sendable {
        /// The head's end is not there yet, and nothing speaks against it.
        case incomplete
        /// A whole head; what stands behind it was not looked at.
        case head(RequestHead)
        /// Not for us. A whole parser reads from the head's first byte on.
        case uncommon
    }

    /// What of the head comes next.
    private enum Phase: Int, Comparable {
        case method, target, version, line, name, space, text, lineEnd, headEnd

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    /// How a phase ended.
    private enum Step {
        /// Another one begins.
        case next
        /// The bytes end within it.
        case wait
        /// It holds what is not common.
        case leave
        /// It was the last.
        case done
    }

    private let mostBytes: Int
    private let mostFields: Int
    private let names = KnownName.table

    private var phase = Phase.method
    /// The first byte that was not looked at.
    private var position = 0
    private var method = RequestMethod.get
    private var targetStart = 0
    private var targetEnd = 0
    /// The field in progress.
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private var known: KnownField?
    /// What the lines so far say.
    private var entries: [RequestHead.Entry] = []
    private var framing = HeadFraming()

    /// Takes heads of so many bytes and so many fields at most. A head of 64 KiB or more is never
    /// taken, whatever the limit.
    package init(mostBytes: Int, mostFields: Int) {
        self.mostBytes = min(mostBytes, RequestHead.mostBytes)
        self.mostFields = mostFields
    }

    /// Reads a head from its first byte on. Until it is whole, each call is given the bytes of the
    /// call before and what came since; what was looked at is not looked at again. Behind a head,
    /// and behind what is uncommon, the parser is as new.
    package mutating func parse(_ bytes: RawSpan) -> Outcome {
        let end = min(bytes.byteCount, mostBytes)
        var step = Step.next
        if phase < .line { step = takeRequestLine(bytes, end) }
        while step == .next { step = takeLine(bytes, end) }
        if step == .wait, end < mostBytes { return .incomplete }
        defer { forget() }
        guard step == .done else { return .uncommon }
        return .head(
            RequestHead(
                method: method, target: targetStart..<targetEnd, length: position,
                framing: framing, entries: entries))
    }

    private mutating func forget() {
        phase = .method
        position = 0
        entries = []
        framing = HeadFraming()
    }

    // MARK: The request line (RFC 9112, 3)

    /// Goes on where it stopped: each phase leads to the next one.
    private mutating func takeRequestLine(_ bytes: RawSpan, _ end: Int) -> Step {
        var step = Step.next
        if phase == .method { step = takeMethod(bytes, end) }
        if step == .next, phase == .target { step = takeTarget(bytes, end) }
        if step == .next, phase == .version { step = takeVersion(bytes, end) }
        return step
    }

    private mutating func takeMethod(_ bytes: RawSpan, _ end: Int) -> Step {
        switch RequestMethod.read(bytes, count: end) {
        case .begun: return .wait
        case .other: return .leave
        case .method(let method):
            self.method = method
            targetStart = method.length
            position = targetStart
            phase = .target
            return .next
        }
    }

    private mutating func takeTarget(_ bytes: RawSpan, _ end: Int) -> Step {
        guard position < end else { return .wait }
        guard bytes[targetStart] == UInt8(ascii: "/") else { return .leave }
        position = bytes.end(of: TargetBytes.self, from: position, to: end)
        guard position < end else { return .wait }
        guard bytes[position] == UInt8(ascii: " ") else { return .leave }
        targetEnd = position
        phase = .version
        return .next
    }

    /// Room for the fields of nearly every head in one allocation.
    private static let commonFields = 24
    private static let version = Array(" HTTP/1.1\r\n".utf8)

    private mutating func takeVersion(_ bytes: RawSpan, _ end: Int) -> Step {
        while position < end {
            guard bytes[position] == RequestHeadParser.version[position - targetEnd] else {
                return .leave
            }
            position += 1
            if position - targetEnd == RequestHeadParser.version.count {
                entries.reserveCapacity(RequestHeadParser.commonFields)
                phase = .line
                return .next
            }
        }
        return .wait
    }

    // MARK: Fields (RFC 9112, 5)

    /// Takes a field, or the end of the head. All parts are inlined: their calls would take a
    /// quarter of the time.
    @inline(__always)
    private mutating func takeLine(_ bytes: RawSpan, _ end: Int) -> Step {
        var step = Step.next
        if phase == .line { step = beginLine(bytes, end) }
        if phase == .headEnd { return takeHeadEnd(bytes, end) }
        if step == .next, phase == .name { step = takeName(bytes, end) }
        if step == .next, phase == .space { step = takeSpace(bytes, end) }
        if step == .next, phase == .text { step = takeText(bytes, end) }
        if step == .next, phase == .lineEnd { step = takeLineEnd(bytes, end) }
        return step
    }

    @inline(__always)
    private mutating func beginLine(_ bytes: RawSpan, _ end: Int) -> Step {
        guard position < end else { return .wait }
        if bytes[position] == UInt8(ascii: "\r") {
            position += 1
            phase = .headEnd
            return .next
        }
        guard entries.count < mostFields else { return .leave }
        nameStart = position
        phase = .name
        return .next
    }

    @inline(__always)
    private mutating func takeName(_ bytes: RawSpan, _ end: Int) -> Step {
        position = bytes.end(of: TokenBytes.self, from: position, to: end)
        guard position < end else { return .wait }
        guard bytes[position] == UInt8(ascii: ":"), position > nameStart else { return .leave }
        nameEnd = position
        known = names.field(bytes, nameStart..<nameEnd)
        if let known, !framing.admits(known) { return .leave }
        position += 1
        phase = .space
        return .next
    }

    @inline(__always)
    private mutating func takeSpace(_ bytes: RawSpan, _ end: Int) -> Step {
        while position < end, bytes[position] == UInt8(ascii: " ") { position += 1 }
        guard position < end else { return .wait }
        valueStart = position
        phase = .text
        return .next
    }

    @inline(__always)
    private mutating func takeText(_ bytes: RawSpan, _ end: Int) -> Step {
        position = bytes.end(of: ValueBytes.self, from: position, to: end)
        guard position < end else { return .wait }
        let isPadded = position > valueStart && bytes[position - 1] == UInt8(ascii: " ")
        guard bytes[position] == UInt8(ascii: "\r"), !isPadded else { return .leave }
        position += 1
        phase = .lineEnd
        return .next
    }

    @inline(__always)
    private mutating func takeLineEnd(_ bytes: RawSpan, _ end: Int) -> Step {
        guard position < end else { return .wait }
        guard bytes[position] == UInt8(ascii: "\n") else { return .leave }
        let value = valueStart..<position - 1
        position += 1
        if let known, !framing.take(known, bytes, value) { return .leave }
        entries.append(
            RequestHead.Entry(name: nameStart..<nameEnd, value: value, known: known))
        phase = .line
        return .next
    }

    @inline(__always)
    private mutating func takeHeadEnd(_ bytes: RawSpan, _ end: Int) -> Step {
        guard position < end else { return .wait }
        guard bytes[position] == UInt8(ascii: "\n") else { return .leave }
        position += 1
        return .done
    }
}
