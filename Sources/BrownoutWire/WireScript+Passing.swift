package import BrownoutEngine

// A body that comes while it is sent.
extension WireScript {
    /// Takes the next piece of the body.
    package mutating func receive(_ piece: some Sequence<UInt8>, after wait: Duration = .zero) {
        changeBody { $0.append(piece, after: wait) }
    }

    /// Nothing more of the body comes.
    package mutating func receiveEnd(_ ending: RecordedEnding) {
        changeBody { $0.end(ending) }
    }

    /// So much time has passed since the request, whatever the plan was.
    package mutating func elapse(to moment: Duration) {
        elapsed = max(elapsed, moment)
    }

    /// Bytes that came and were not sent.
    package var backlog: Int {
        if case .passed(let body) = answer.body { body.count - bodyBytes } else { 0 }
    }

    /// The answer, framed anew, of somebody whose answer broke off so.
    package func breakingOff(_ ending: RecordedEnding) -> WireScript {
        var script = self
        script.brokenEnding = ending.ending(over: version)
        return script
    }

    // MARK: Going

    /// The next piece that has come, up to where something happens to it.
    mutating func advance(_ body: PassedBody, _ bytes: inout [UInt8]) -> WireCue? {
        guard events < body.pieces.count else {
            guard let end = body.ending else { return .await(until: nextMoment) }
            if !hasWaited {
                hasWaited = true
                // A client that knows the length has left by then.
                let isKnown = body.framing == .length && end == .complete
                waiting = isKnown ? .zero : body.lastWait
                if waiting > .zero { return nil }
            }
            stage = .closing(end.ending(over: version), step: 0)
            return nil
        }
        let piece = body.pieces[events]
        if !hasWaited {
            hasWaited = true
            waiting = piece.wait
            if waiting > .zero { return nil }
        }
        let limit = interruptions.reduce(piece.end) { end, interruption in
            interruption.action == .mark ? end : min(end, body.limit(of: interruption) ?? end)
        }
        var end = max(limit, bodyBytes)
        if let rate = delivery.bodyRate, end > bodyBytes {
            end = min(end, bodyBytes + rate.piece)
            if waitsForPiece(of: end - bodyBytes, rate) { return nil }
        }
        if !isChunked { end = min(end, bodyBytes + WireScript.longestStep) }
        let chunk = openChunk(&bytes)
        bytes.append(contentsOf: body.slice(bodyBytes..<end))
        closeChunk(chunk, &bytes)
        let size = end - bodyBytes
        bodyBytes = end
        if end == piece.end {
            events += 1
            hasWaited = false
        }
        return size > 0 ? .sent : nil
    }

    /// The first of the moments at which something happens.
    private var nextMoment: Duration? {
        interruptions.reduce(nil) { first, interruption in
            guard case .elapsed(let moment) = interruption.position else { return first }
            return min(first ?? moment, moment)
        }
    }

    private mutating func changeBody(_ change: (inout PassedBody) -> Void) {
        guard case .passed(var body) = answer.body else { return }
        // The body is taken out while it changes, so that it is not copied.
        answer.body = .whole(WholeBody([]))
        body.forget(upTo: bodyBytes)
        change(&body)
        answer.body = .passed(body)
    }
}

extension PassedBody {
    /// The byte of the body that an interruption stands at; nil while that is not known, and for
    /// moments.
    func limit(of interruption: Interruption) -> Int? {
        switch interruption.position {
        case .start, .headers: 0
        case .byte(let count):
            interruption.betweenEvents && ending == nil ? end(ofEventAt: count) : count
        case .event(let count): end(ofEvents: count)
        case .token(let count): end(ofTokens: count)
        case .percent, .terminal, .elapsed, .inToolArguments, .inUTF8: nil
        }
    }
}

extension RecordedEnding {
    /// Nil: as the framing has it. Over HTTP/2 the other streams of the connection go on.
    func ending(over version: HTTPVersion) -> Ending? {
        switch self {
        case .complete: nil
        case .closedEarly, .stopped: version == .http2 ? .resetStream(Ending.internalError) : .fin
        case .reset, .refused: version == .http2 ? .resetStream(Ending.internalError) : .reset
        case .timedOut, .clientLeft: .silence
        }
    }
}
