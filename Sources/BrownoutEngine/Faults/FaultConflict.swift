// What cannot stand beside what: faults that decide the same, and faults that leave another
// nothing to change. A fault that would never be seen is an error of the scenario.

extension Fault {
    /// Why two faults cannot both be; nil when they can. The order does not matter.
    package static func conflict(_ one: Fault, _ other: Fault) -> String? {
        for (fault, beside) in [(one, other), (other, one)] {
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

    /// Why a fault leaves another nothing to change.
    private func excludes(_ other: Fault) -> String? {
        if layer == .accept {
            return "\(called) comes before any request, so nothing can stand beside it"
        }
        if sendsNothing {
            return "\(called) sends nothing, so \(other.called) has nothing to change"
        }
        if kind.need == .http1, other.kind.need == .http2 {
            return "\(called) is of HTTP/1.1, and \(other.called) of HTTP/2"
        }
        return excludesByAnswer(other) ?? excludesByFraming(other) ?? excludesByShape(other)
            ?? excludesByEnding(other)
    }

    private func excludesByAnswer(_ other: Fault) -> String? {
        guard layer == .answer else { return nil }
        let (name, beside) = (called, other.called)
        switch (self, other.layer) {
        case (.raw, .events), (.raw, .event), (.rawStream, .events), (.rawStream, .event):
            return "\(name) is sent as it is written"
        case (.rawStream(let stream), .afterwards) where stream.ending != .clean:
            return "\(name) ends with its connection"
        case (.rawStream, .ending): return "\(name) has an ending of its own"
        default: break
        }
        if isPlainAnswer, other.needsStream {
            return "an answer of \(name) has no events, and \(beside) needs a stream"
        }
        if isReplaced {
            if case .missing = other {
                return "an answer of \(name) never had what is to be missing"
            }
            if other.position == .inToolArguments { return "an answer of \(name) calls no tool" }
        }
        switch (self, other) {
        case (.page, .mangle(.badJSON, _)), (.content(.htmlWith200), .mangle(.badJSON, _)):
            return "an answer of \(name) has no JSON"
        case (.content(.emptyBody), .mangle), (.content(.emptyBody), .dribble),
            (.content(.emptyBody), .missing):
            return "an answer of \(name) has no body"
        case (.content(let word), _) where word.callsNoTool && other.position == .inToolArguments:
            return "an answer of \(name) calls no tool"
        default: return nil
        }
    }

    private func excludesByFraming(_ other: Fault) -> String? {
        guard case .framing(let word, _) = self else { return nil }
        let (name, beside) = (called, other.called)
        if word == .partialHeaders {
            switch other {
            case .shape, .missing, .mangle, .dribble:
                return "\(name) breaks off inside the head, so \(beside) has nothing to change"
            case .stall(_, let position) where position != .start:
                return "\(name) breaks off inside the head, before the place of \(beside)"
            default: break
            }
        }
        guard word.endsConnection else { return nil }
        switch other.layer {
        case .ending: return "\(name) already decides how the answer ends"
        // The classic truncation: a body that ends with the connection, and TLS that does not say
        // that the connection ends.
        case .afterwards where other.kind == .tls(.noCloseNotify): return nil
        case .afterwards: return "\(name) ends with its connection"
        default: return nil
        }
    }

    private func excludesByShape(_ other: Fault) -> String? {
        let (name, beside) = (called, other.called)
        switch (self, other) {
        case (.shape(.crlf), .shape(.cr)): return "both say how lines end"
        case (.shape(let one), .shape(let two))
        where one.isDelivery && two.isDelivery && one != two:
            return "both say how the stream is cut into pieces"
        case (.shape(.heldBack), .dribble):
            return "\(name) sends everything at once, and \(beside) does not"
        case (.shape(.heldBack), .stall(_, let position)) where position != .start:
            return "\(name) sends everything at once, and \(beside) stands in the middle"
        case (.missing(.done), .shape(.afterTerminal)),
            (.missing(.messageStop), .shape(.afterTerminal)):
            return "\(name) takes away the end that \(beside) comes behind"
        default: break
        }
        return isAboutTheEnd && other.endsBeforeTheEnd
            ? "\(name) is about the end of a stream, which \(beside) never reaches" : nil
    }

    private func excludesByEnding(_ other: Fault) -> String? {
        guard other.layer == .afterwards else { return nil }
        switch self {
        case .cut(let ending, _) where ending != .clean:
            // A FIN without close_notify is a cut that TLS does not hide.
            if ending == .fin, other.kind == .tls(.noCloseNotify) { return nil }
        case .hang, .tls(.corruptRecord, _): break
        default: return nil
        }
        return "\(called) ends the connection with the answer, so nothing comes afterwards"
    }
}

// MARK: - What a fault leaves of an answer

extension Fault {
    /// The word people know it by: of an error, its cause.
    package var called: String {
        if case .error(let error) = self { error.cause.rawValue } else { kind.name }
    }

    /// No byte of an answer goes out.
    package var sendsNothing: Bool {
        switch self {
        case .cut(_, at: .start), .hang(_, at: .start), .refuse: true
        case .http2(let fault, at: .start):
            fault.word == .resetStream || fault.word == .earlyEndStream
        default: false
        }
    }

    /// What a reply would say is never said.
    package var saysNothing: Bool {
        switch self {
        case .cut(_, at: .headers), .hang(_, at: .headers): true
        case .content(let word): word.saysNothing
        case .framing(.partialHeaders, _): true
        default: sendsNothing || isReplaced || isAtAccept
        }
    }

    /// The fault is about a stream: a plain answer has nothing of the kind.
    package var needsStream: Bool {
        switch kind.need {
        case .stream, .streamWith: true
        case .nothing, .tools, .http1, .http2, .tls: false
        }
    }

    /// Another answer stands in place of the provider's.
    private var isReplaced: Bool {
        switch self {
        case .error, .page, .raw, .rawStream: true
        case .content(let word): word == .errorWith200 || word == .htmlWith200
        default: false
        }
    }

    /// The answer is no stream, also where one was asked for.
    private var isPlainAnswer: Bool {
        switch self {
        case .error, .page, .raw: true
        case .content(let word): word.isPlain
        default: false
        }
    }

    /// The last events, or what should be there of them.
    private var isAboutTheEnd: Bool {
        switch self {
        case .shape(.afterTerminal), .shape(.noFinalBlankLine), .missing(.done),
            .missing(.messageStop):
            true
        default: false
        }
    }

    /// The answer is over before its last event, wherever that is.
    private var endsBeforeTheEnd: Bool {
        guard layer == .ending, let position else { return false }
        if case .http2(let fault, _) = self, fault.word == .goAway { return false }
        return switch position {
        case .start, .headers, .terminal, .inToolArguments, .inUTF8: true
        case .percent(let share): share != .always
        // The answer may be shorter.
        case .byte, .event, .token, .elapsed: false
        }
    }
}

extension ContentFault {
    /// What a reply would say is never said.
    fileprivate var saysNothing: Bool {
        switch self {
        case .errorWith200, .emptyBody, .htmlWith200, .emptyChoices, .nullChoices: true
        default: false
        }
    }

    fileprivate var callsNoTool: Bool { saysNothing || self == .refusal }
}

extension StreamShape {
    /// How the bytes of a stream go out, whatever they are.
    fileprivate var isDelivery: Bool {
        switch self {
        case .oneByteChunks, .splitEvents, .groupedEvents, .heldBack: true
        default: false
        }
    }
}
