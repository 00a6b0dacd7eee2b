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
        if kind.family == .verbatim, other.layer == .events || other.layer == .event {
            return "\(name) is sent as it is written"
        }
        if case .rawStream(let stream) = self {
            if other.layer == .ending { return "\(name) has an ending of its own" }
            if other.layer == .afterwards, stream.ending != .clean {
                return "\(name) ends with its connection"
            }
        }
        if traits.contains(.plain), other.needsStream {
            return "an answer of \(name) has no events, and \(beside) needs a stream"
        }
        if traits.contains(.replaces), other.kind.family == .missing {
            return "an answer of \(name) never had what is to be missing"
        }
        if !traits.isDisjoint(with: [.replaces, .toolless]), other.position == .inToolArguments {
            return "an answer of \(name) calls no tool"
        }
        if traits.contains(.noJSON), other.kind == .mangle(.badJSON) {
            return "an answer of \(name) has no JSON"
        }
        if kind == .content(.emptyBody), other.changesBody {
            return "an answer of \(name) has no body"
        }
        return nil
    }

    /// It takes bytes of a body to change.
    private var changesBody: Bool {
        kind == .dribble || kind.family == .mangle || kind.family == .missing
    }

    private func excludesByFraming(_ other: Fault) -> String? {
        guard layer == .framing else { return nil }
        let (name, beside) = (called, other.called)
        if kind == .framing(.partialHeaders) {
            if other.changesBody || other.kind.family == .shape {
                return "\(name) breaks off inside the head, so \(beside) has nothing to change"
            }
            if other.kind == .stall, other.position != .start {
                return "\(name) breaks off inside the head, before the place of \(beside)"
            }
        }
        guard traits.contains(.closes) else { return nil }
        switch other.layer {
        case .ending: return "\(name) already decides how the answer ends"
        case .afterwards:
            // The classic truncation: a body that ends with the connection, and TLS that does not
            // say that the connection ends.
            return other.kind == .tls(.noCloseNotify) ? nil : "\(name) ends with its connection"
        case .answer, .events, .event, .framing, .pace, .accept: return nil
        }
    }

    private func excludesByShape(_ other: Fault) -> String? {
        let (name, beside) = (called, other.called)
        if kind == .shape(.crlf), other.kind == .shape(.cr) { return "both say how lines end" }
        if traits.contains(.delivery), other.traits.contains(.delivery), kind != other.kind {
            return "both say how the stream is cut into pieces"
        }
        if kind == .shape(.heldBack), other.kind == .dribble {
            return "\(name) sends everything at once, and \(beside) does not"
        }
        if kind == .shape(.heldBack), other.kind == .stall, other.position != .start {
            return "\(name) sends everything at once, and \(beside) stands in the middle"
        }
        if kind == .missing(.done) || kind == .missing(.messageStop),
            other.kind == .shape(.afterTerminal)
        {
            return "\(name) takes away the end that \(beside) comes behind"
        }
        return traits.contains(.aboutEnd) && other.endsBeforeTheEnd
            ? "\(name) is about the end of a stream, which \(beside) never reaches" : nil
    }

    private func excludesByEnding(_ other: Fault) -> String? {
        guard other.layer == .afterwards else { return nil }
        if case .cut(let ending, _) = self {
            // A FIN without close_notify is a cut that TLS does not hide.
            if ending == .clean || ending == .fin && other.kind == .tls(.noCloseNotify) {
                return nil
            }
        } else if kind != .hang, kind != .tls(.corruptRecord) {
            return nil
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
        kind == .refuse || position == .start && traits.contains(.ends)
    }

    /// What a reply would say is never said.
    package var saysNothing: Bool {
        if !traits.isDisjoint(with: [.wordless, .replaces]) || isAtAccept || sendsNothing {
            return true
        }
        return position == .headers && (kind.family == .cut || kind == .hang)
    }

    /// The fault is about a stream: a plain answer has nothing of the kind.
    package var needsStream: Bool {
        switch kind.need {
        case .stream, .streamWith: true
        case .nothing, .tools, .http1, .http2, .tls: false
        }
    }

    /// The answer is over before its last event, wherever that is.
    private var endsBeforeTheEnd: Bool {
        guard layer == .ending, kind != .http2(.goAway), let position else { return false }
        return switch position {
        case .start, .headers, .terminal, .inToolArguments, .inUTF8: true
        case .percent(let share): share != .always
        // The answer may be shorter.
        case .byte, .event, .token, .elapsed: false
        }
    }
}
