package import BrownoutEngine

/// A body in the pieces somebody else sent it in: of a recording, or of an upstream that is still
/// sending.
package struct PassedBody: Sendable {
    /// One piece, which is a chunk where the body is chunked.
    struct Piece: Equatable, Sendable {
        /// The bytes of the body up to its end.
        var end: Int
        /// The silence before it.
        var wait: Duration
    }

    /// How the head says that the body is framed.
    package enum Framing: Equatable, Sendable {
        case chunked
        case length
        /// The body ends with the connection.
        case close
    }

    /// A body that is known whole, as positions are found in it.
    package enum Form: Sendable {
        case events(EventStream)
        case whole(WholeBody)
    }

    /// How the body was framed where it came from, by its head.
    package let framing: Framing
    /// How its events are framed; nil: it is no stream.
    package let events: EventFraming?
    /// The connection ends behind the whole body: the head says so.
    package var closes = false
    /// The same body as events or in one piece, for positions that take knowing all of it; nil
    /// while it comes.
    package var form: Form?
    /// Tokens of the reply that an event brings; only counted where it matters.
    package var tokens: (@Sendable (ArraySlice<UInt8>) -> Int)?

    /// What is kept of the body, from `base` on.
    private var bytes: [UInt8] = []
    private var base = 0
    private(set) var pieces: [Piece] = []
    private(set) var ending: RecordedEnding?
    /// The silence before the end.
    private(set) var lastWait = Duration.zero
    private var borders: EventBorders
    /// The tokens of all events up to each.
    private var tokenSums: [Int] = []

    /// A body of which nothing has come.
    package init(framing: Framing, events: EventFraming?) {
        self.framing = framing
        self.events = events
        borders = EventBorders(events ?? .sse)
    }

    /// A body that is known whole. `pieces` are its ends and the silences before them.
    package init(
        framing: Framing, events: EventFraming?, bytes: [UInt8],
        pieces: [(end: Int, wait: Duration)], ending: RecordedEnding,
        after wait: Duration
    ) {
        self.init(framing: framing, events: events)
        self.bytes = bytes
        self.pieces = pieces.map { Piece(end: $0.end, wait: $0.wait) }
        self.ending = ending
        lastWait = wait
    }

    /// Bytes of the body so far.
    package var count: Int { base + bytes.count }

    // MARK: Coming

    /// Takes the next piece of a body that is coming.
    package mutating func append(_ piece: some Sequence<UInt8>, after wait: Duration = .zero) {
        let start = bytes.count
        bytes.append(contentsOf: piece)
        guard bytes.count > start else { return }
        pieces.append(Piece(end: count, wait: wait))
        let known = borders.ends.count
        borders.add(bytes[start...])
        guard let tokens else { return }
        for index in known..<borders.ends.count {
            let from = max(index == 0 ? 0 : borders.ends[index - 1], base)
            let event = bytes[(from - base)..<(borders.ends[index] - base)]
            tokenSums.append((tokenSums.last ?? 0) + tokens(event))
        }
    }

    /// Nothing more comes.
    package mutating func end(_ ending: RecordedEnding, after wait: Duration = .zero) {
        self.ending = ending
        lastWait = wait
    }

    /// Lets go of what was sent, up to the begin of the event that is not out whole. Only of a
    /// body that comes: another one shares its bytes with those who play it too.
    mutating func forget(upTo sent: Int) {
        let begin = borders.ends.last { $0 <= sent } ?? base
        let keep = tokens == nil ? sent : begin
        guard keep - base >= 64 * 1024 else { return }
        bytes.removeFirst(keep - base)
        base = keep
    }

    // MARK: Going

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(range.lowerBound - base)..<(range.upperBound - base)]
    }

    /// Events that end within so many bytes.
    func events(in count: Int) -> Int { borders.ends.count { $0 <= count } }

    /// The byte at which so many events are out; nil while that is not known.
    func end(ofEvents count: Int) -> Int? {
        if count == 0 { return 0 }
        return count <= borders.ends.count ? borders.ends[count - 1] : nil
    }

    /// The end of the event that holds a byte; nil while that is not known.
    func end(ofEventAt byte: Int) -> Int? { byte == 0 ? 0 : borders.ends.first { $0 >= byte } }

    /// The byte at which so many tokens are out; nil while that is not known.
    func end(ofTokens count: Int) -> Int? {
        if count == 0 { return 0 }
        return tokenSums.firstIndex { $0 >= count }.map { borders.ends[$0] }
    }
}
