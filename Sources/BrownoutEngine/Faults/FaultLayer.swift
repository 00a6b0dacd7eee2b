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

    /// Why two faults cannot both be; nil when they can.
    package static func conflict(_ one: Fault, _ other: Fault) -> String? {
        for (fault, beside) in [(one, other), (other, one)] {
            if fault.layer == .accept {
                return "\(fault.kind.name) comes before any request, so nothing can stand beside it"
            }
            if fault.sendsNothing {
                return
                    "\(fault.kind.name) sends nothing, so \(beside.kind.name) has nothing to change"
            }
            if let reason = fault.excludes(beside) { return reason }
        }
        // A stream can be odd in several ways, but not in the same one twice.
        let mayRepeat: [FaultLayer] = [.events, .event, .pace]
        guard one.layer == other.layer else { return nil }
        if !mayRepeat.contains(one.layer) || one.kind == other.kind {
            return "both decide \(one.layer.words)"
        }
        return nil
    }

    /// No byte of an answer goes out.
    private var sendsNothing: Bool {
        switch self {
        case .cut(_, at: .start), .hang(_, at: .start), .refuse: true
        default: false
        }
    }

    private func excludes(_ other: Fault) -> String? {
        switch (self, other.layer) {
        case (.error, .events), (.error, .event), (.page, .events), (.page, .event):
            return "an answer of \(kind.name) has no events"
        case (.raw, .events), (.raw, .event), (.rawStream, .events), (.rawStream, .event):
            return "\(kind.name) is sent as it is written"
        default: break
        }
        if case .content(let word) = self, word.isPlain, [.events, .event].contains(other.layer) {
            return "\(word.rawValue) is no stream, so there are no events"
        }
        if case .rawStream = self, other.layer == .ending {
            return "raw-stream has an ending of its own"
        }
        if case .framing(let word, _) = self, word.endsConnection, other.layer == .ending {
            return "\(word.rawValue) already decides how the answer ends"
        }
        return nil
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
