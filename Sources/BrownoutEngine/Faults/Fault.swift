/// What goes wrong with an answer. Most requests carry none, so what an error holds is kept
/// apart: rules and decisions are copied often.
package enum Fault: Equatable, Sendable {
    /// The answer is an error, with its status.
    indirect case error(CauseFault)
    /// The stream breaks off with an error event; on a plain answer, the same as `error`.
    indirect case errorEvent(CauseFault, at: Position)
    /// The answer ends too early.
    case cut(CutEnding, at: Position)
    /// Silence for a while, then the answer goes on.
    case stall(Duration, at: Position)
    /// Silence with the socket open until the client leaves, or until the time is over and the
    /// connection is closed.
    case hang(Duration?, at: Position)
    /// From a position on the body trickles.
    case dribble(ByteRate, at: Position)
    /// The head trickles.
    case slowHeaders(ByteRate)
    /// `at` is the chunk's place; of no matter to faults of the head.
    case framing(FramingFault, at: Position)
    case mangle(Mangle, at: Position)
    case shape(StreamShape)
    case missing(MissingPart)
    case content(ContentFault)
    case page(ProxyPage)
    indirect case raw(RawAnswer)
    indirect case rawStream(RawStream)
    /// The connection is reset, and the port closed for a while.
    case refuse(Duration)
    /// `after` is how long a connection is idle before its FIN.
    case connection(ConnectionFault, after: Duration)
    case http2(HTTP2Fault, at: Position)
    case tls(TLSFault, at: Position)
    /// Several at once, each of another ``FaultLayer``; never empty.
    indirect case all([Fault])

    /// The faults one by one.
    package var parts: [Fault] {
        if case .all(let parts) = self { parts } else { [self] }
    }

    /// The fault's name in journal, metrics and reference; of several, the first one's.
    package var kind: FaultKind {
        switch self {
        case .error: .error
        case .errorEvent: .errorEvent
        case .cut(.fin, at: .start): .noAnswer
        case .cut(.reset, at: .start): .reset
        case .cut(.halfOpen, _): .halfOpen
        case .cut: .cut
        case .stall: .stall
        case .hang: .hang
        case .dribble: .dribble
        case .slowHeaders: .slowHeaders
        case .framing(let word, _): .framing(word)
        case .mangle(let word, _): .mangle(word)
        case .shape(let word): .shape(word)
        case .missing(let word): .missing(word)
        case .content(let word): .content(word)
        case .page(let word): .page(word)
        case .raw: .raw
        case .rawStream: .rawStream
        case .refuse: .refuse
        case .connection(let word, _): .connection(word)
        case .http2(let fault, _): .http2(fault.word)
        case .tls(let word, _): .tls(word)
        case .all(let parts): parts[0].kind
        }
    }

    /// The names of all its parts, for people: `comments + cut`.
    package var name: String { kinds.map(\.name).joined(separator: " + ") }

    /// The kinds of all its parts, for the journal.
    package var kinds: [FaultKind] {
        if case .all(let parts) = self { parts.map(\.kind) } else { [kind] }
    }

    /// Decided when a connection is accepted, before any request is read.
    package var isAtAccept: Bool { layer == .accept }

    /// The part of an answer that it decides; of several, that of the first.
    package var layer: FaultLayer { kind.row.layer }

    /// What is so of the fault, wherever it stands.
    package var traits: FaultTraits { kind.row.traits }
}

// MARK: - What a client should make of it

extension Fault {
    /// What the client should make of an answer with this fault, or of one that it gives up
    /// because of it. Of several faults, of the first that is more than a wrong answer.
    package var category: ErrorCategory {
        if case .all = self { return gravest.category }
        if let cause { return cause.category }
        switch rawEnding ?? ending {
        case .stall?, .halfOpen?: return .timeout
        case .clean?, .fin?, .reset?: return .networkError
        case nil: return kind.category ?? .unknown
        }
    }

    private var gravest: Fault {
        parts.first { $0.category != .unknown } ?? parts.first { $0.isRetryable } ?? parts[0]
    }

    /// How a cut ends the answer; nil for what is none.
    private var ending: CutEnding? { if case .cut(let ending, _) = self { ending } else { nil } }

    /// How a stream in the scenario's own words breaks off; nil where it does not.
    private var rawEnding: CutEnding? {
        guard case .rawStream(let raw) = self, raw.ending != .clean else { return nil }
        return raw.ending
    }

    /// Whether a client that reads the whole answer does not get what it asked for, so that its
    /// next try is an attempt at the same.
    package var spoilsAnswer: Bool { parts.contains { $0.traits.contains(.spoils) } }

    /// Whether a well-behaved client tries the same again: not after an answer that is what was
    /// asked for, nor after an error that will come again.
    package var isRetryable: Bool {
        if case .all = self { return gravest.isRetryable }
        if let error { return error.isRetryable }
        if let known = kind.isRetryable { return known }
        return rawEnding != nil || verbatimStatus.map(RawAnswer.isRetried) ?? false
    }

    /// The status of an answer in the scenario's own words.
    private var verbatimStatus: Int? {
        if case .raw(let raw) = self { return raw.status }
        if case .rawStream(let raw) = self { return raw.status }
        return nil
    }

    /// The error that is the answer, or the event it breaks off with.
    private var error: CauseFault? {
        if case .error(let fault) = self { return fault }
        if case .errorEvent(let fault, _) = self { return fault }
        return nil
    }

    /// The reason for the error that the answer is or breaks off with; nil: it has none. Of several
    /// faults, it is that of the first with one.
    package var cause: Cause? { parts.lazy.compactMap(\.error?.cause).first }
}

extension RawAnswer {
    /// The statuses that the official SDKs try again (client behaviour, 1).
    fileprivate static func isRetried(_ status: Int) -> Bool {
        [408, 409, 429].contains(status) || status >= 500
    }
}
