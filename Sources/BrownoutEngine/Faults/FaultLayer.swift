/// The part of an answer that a fault decides. Faults compose where they decide different parts.
package enum FaultLayer: Int, CaseIterable, Sendable {
    /// What the answer is.
    case answer
    /// How the events of a stream are written.
    case events
    /// One event of a stream.
    case event
    /// The message around the answer.
    case framing
    /// How fast it comes.
    case pace
    /// How it ends.
    case ending
    /// What becomes of the connection behind it.
    case afterwards
    /// What becomes of a connection before any request.
    case accept

    /// For messages: the part in words.
    package var words: String {
        switch self {
        case .answer: "what the answer is"
        case .events: "how the events are written"
        case .event: "what becomes of one event"
        case .framing: "the message around the answer"
        case .pace: "how fast the answer comes"
        case .ending: "how the answer ends"
        case .afterwards: "what becomes of the connection afterwards"
        case .accept: "what becomes of a connection before any request"
        }
    }
}

extension Fault {
    package var layer: FaultLayer {
        switch self {
        case .error, .content, .page, .raw, .rawStream: .answer
        case .shape, .missing: .events
        case .mangle: .event
        case .framing: .framing
        case .dribble, .slowHeaders, .stall: .pace
        case .errorEvent, .cut, .hang, .refuse: .ending
        case .http2, .tls, .connection: isAtAccept ? .accept : isEnding ? .ending : .afterwards
        case .all(let parts): parts[0].layer
        }
    }

    private var isEnding: Bool {
        switch self {
        case .http2: true
        case .tls(let word, _): word == .corruptRecord
        default: false
        }
    }
}

extension ContentFault {
    /// Whether the answer is no stream, also where one was asked for.
    package var isPlain: Bool {
        switch self {
        case .errorWith200, .emptyBody, .htmlWith200, .plainJSON: true
        default: false
        }
    }
}

extension FramingFault {
    /// Whether the connection is closed behind it.
    package var endsConnection: Bool {
        switch self {
        case .noLastChunk, .lengthTooLong, .partialHeaders, .closeDelimited: true
        default: false
        }
    }
}
