import BrownoutEngine

// Waits, and what stands at positions.
extension WireScript {
    /// Takes the wait that is due, or the part of it before an interruption by time; nil when
    /// the interruption is due now.
    mutating func takeWait() -> WireCue? {
        var wait = waiting
        for interruption in interruptions {
            guard case .elapsed(let moment) = interruption.position, !isAmidEvent(interruption)
            else { continue }
            if elapsed + wait > moment { wait = max(moment - elapsed, .zero) }
        }
        waiting -= wait
        elapsed += wait
        if wait > .zero { return .wait(wait) }
        return nil
    }

    /// The byte of the body that an interruption inside events stands at, the nearest of several.
    var byteLimit: Int? {
        if interruptions.isEmpty { return nil }
        var limit: Int?
        for interruption in interruptions
        where !interruption.betweenEvents && interruption.action != .mark {
            guard case .byte(let count) = interruption.position else { continue }
            limit = min(limit ?? .max, count)
        }
        return limit
    }

    /// Whether an interruption waits behind the last byte of a plain body.
    var standsAtEnd: Bool { interruptions.contains(where: isReached) }

    func isReached(_ interruption: Interruption) -> Bool {
        switch stage {
        case .pending, .closing: return false
        case .opening, .head, .body: break
        }
        if case .elapsed(let moment) = interruption.position {
            return elapsed >= moment && !isAmidEvent(interruption)
        }
        switch stage {
        case .pending, .opening, .closing: return false
        case .head: return interruption.position == .start
        case .body: break
        }
        if case .passed(let body) = answer.body {
            return body.limit(of: interruption).map { bodyBytes >= $0 } ?? false
        }
        switch interruption.position {
        case .start, .headers: return true
        case .byte(let count):
            return bodyBytes >= count && (partial == 0 || !interruption.betweenEvents)
        case .event(let count): return events >= count
        case .token(let count): return tokens >= count
        case .percent, .terminal, .elapsed, .inToolArguments, .inUTF8: return false
        }
    }

    /// Whether an interruption has to wait for the end of an event, or for the first to begin.
    private func isAmidEvent(_ interruption: Interruption) -> Bool {
        interruption.betweenEvents && (!hasHead || partial > 0)
    }

    mutating func interrupt(at index: Int, _ bytes: inout [UInt8]) -> WireCue? {
        let interruption = interruptions.remove(at: index)
        if changesNothing(interruption.action) { return nil }
        switch interruption.action {
        case .slow, .spoilChunk: break
        case .mark, .emit, .pause, .finish:
            if !interruption.isOwn { meet(spoiling: interruption.spoils) }
        }
        switch interruption.action {
        case .mark:
            return nil
        case .emit(let cue):
            return cue
        case .slow(let rate):
            delivery.bodyRate = rate
            return nil
        case .spoilChunk:
            spoilsNextChunk = true
            return nil
        case .pause(let duration):
            elapsed += duration
            return .wait(duration)
        case .finish(let events, let ending):
            waiting = .zero
            stage = .closing(ending, step: 0)
            guard !events.isEmpty, let framing = answer.framing else { return nil }
            let chunk = openChunk(&bytes)
            let start = bytes.count
            framing.append(events, isFirst: bodyBytes == 0, to: &bytes)
            bodyBytes += bytes.count - start
            closeChunk(chunk, &bytes)
            return .sent
        }
    }
}
