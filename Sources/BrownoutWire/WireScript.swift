import BrownoutEngine

/// Everything that will happen on a connection for one answer, produced step by step.
///
/// A value: a copy plays the same steps again. The bytes of an event exist only while it is on
/// its way out.
package struct WireScript: Sendable {
    private enum Stage: Sendable {
        case opening
        case head
        case body
        case closing(Ending?, step: Int)
    }

    private var answer: Answer
    private let waits: Waits
    /// False for the answer to HEAD: its head speaks of a body that is not sent (RFC 9110, 9.3.2).
    private let hasBody: Bool
    var interruption: Interruption?
    private var stage = Stage.opening
    /// A wait that was begun and is not over.
    private var waiting: Duration
    /// Whether the wait before the next event was taken.
    private var hasWaited = false
    /// Bytes of the event (or body) in progress that are out.
    private var partial = 0

    /// The time the plan has taken so far.
    package private(set) var elapsed = Duration.zero
    /// Events that are out whole.
    package private(set) var events = 0
    /// Tokens of the reply that are out.
    package private(set) var tokens = 0
    /// Bytes of the body that are out, framing not counted.
    package private(set) var bodyBytes = 0
    /// Whether the status line is out.
    package private(set) var hasHead = false
    /// Whether the interruption's position was reached; true without an interruption.
    package private(set) var isInjected: Bool
    /// Whether the answer went out to its own end.
    package private(set) var isWhole = false

    package init(_ answer: Answer, waits: Waits = .none, hasBody: Bool = true) {
        self.answer = answer
        self.waits = waits
        self.hasBody = hasBody
        self.isInjected = true
        waiting = waits.beforeHeaders
        if case .whole(let body) = answer.body { waiting += waits.total(tokens: body.tokens) }
    }

    /// The status the answer carries.
    package var status: Int { answer.head.status }

    /// The body of a plain answer, of which ``bodyBytes`` are out; nil for a stream.
    package var plainBody: [UInt8]? {
        if case .whole(let body) = answer.body { body.bytes } else { nil }
    }

    /// The same answer, interrupted at a position.
    func interrupted(_ interruption: Interruption) -> WireScript {
        precondition(self.interruption == nil, "one interruption an answer")
        var placed = interruption
        placed.position = resolved(interruption)
        var script = self
        script.interruption = placed
        script.isInjected = false
        return script
    }

    /// The next step; nil when the script is over. Bytes to send are appended to `bytes`.
    package mutating func next(into bytes: inout [UInt8]) -> WireCue? {
        while true {
            if waiting > .zero, let cue = takeWait() { return cue }
            if let interruption, isReached(interruption.position) {
                if let cue = interrupt(interruption, &bytes) { return cue }
                continue
            }
            switch stage {
            case .opening:
                stage = .head
            case .head:
                HTTP1Framing.appendHead(answer.head, length: plainLength, to: &bytes)
                answer.head.fields = HeaderBlock()
                hasHead = true
                stage = .body
                return .sent
            case .body where !hasBody:
                stage = .closing(nil, step: 0)
            case .body:
                if let cue = advanceBody(&bytes) { return cue }
            case .closing(let ending, let step):
                stage = .closing(ending, step: step + 1)
                return close(ending, step, &bytes)
            }
        }
    }

    /// Whether a client that reads to the end gets a whole, successful answer.
    package var succeeds: Bool {
        guard (200..<300).contains(status) else { return false }
        guard interruption != nil else { return true }
        var script = self
        var bytes: [UInt8] = []
        while script.next(into: &bytes) != nil { bytes.removeAll(keepingCapacity: true) }
        return script.isWhole
    }

    /// The whole script at once, for tests and for people.
    package var steps: [WireStep] {
        var script = self
        var steps: [WireStep] = []
        var bytes: [UInt8] = []
        while let cue = script.next(into: &bytes) {
            switch cue {
            case .sent: steps.append(.send(bytes))
            case .wait(let duration): steps.append(.wait(duration))
            case .drain: steps.append(.drain)
            case .end: steps.append(.end)
            case .closeWrite: steps.append(.closeWrite)
            case .reset: steps.append(.reset)
            case .hang: steps.append(.hang)
            default: steps.append(.cue(cue))
            }
            bytes.removeAll(keepingCapacity: true)
        }
        return steps
    }
}

// MARK: - Body

extension WireScript {
    /// The content-length of a plain body, which a clean cut shortens; nil for a stream.
    private var plainLength: Int? {
        guard case .whole(let body) = answer.body else { return nil }
        guard case .finish(_, .clean) = interruption?.action else { return body.bytes.count }
        switch interruption?.position {
        case .headers: return 0
        case .byte(let cut): return min(cut, body.bytes.count)
        default: return body.bytes.count
        }
    }

    private mutating func advanceBody(_ bytes: inout [UInt8]) -> WireCue? {
        switch answer.body {
        case .whole(let body):
            let end = min(byteLimit ?? body.bytes.count, body.bytes.count)
            let start = partial
            partial = end
            bodyBytes = end
            if end == body.bytes.count {
                events = 1
                tokens = body.tokens
                if !standsAtEnd { stage = .closing(nil, step: 0) }
            }
            guard end > start else { return nil }
            bytes.append(contentsOf: body.bytes[start..<end])
            return .sent
        case .events(let stream):
            return advance(stream, &bytes)
        }
    }

    private mutating func advance(_ stream: EventStream, _ bytes: inout [UInt8]) -> WireCue? {
        guard events < stream.count else {
            stage = .closing(nil, step: 0)
            return nil
        }
        let brought = stream.tokens(events)
        if !hasWaited {
            hasWaited = true
            if brought > 0 {
                waiting = waits.before(token: tokens + 1)
                if waiting > .zero { return nil }
            }
        }
        let chunk = HTTP1Framing.openChunk(in: &bytes)
        let payload = bytes.count
        stream.render(events, &bytes)
        if partial > 0 { bytes.removeSubrange(payload..<payload + partial) }
        let rest = bytes.count - payload
        if let byteLimit, bodyBytes + rest > byteLimit {
            let allowed = byteLimit - bodyBytes
            bytes.removeLast(rest - allowed)
            partial += allowed
            bodyBytes += allowed
        } else {
            partial = 0
            bodyBytes += rest
            events += 1
            tokens += brought
            hasWaited = false
        }
        HTTP1Framing.closeChunk(from: chunk, in: &bytes)
        return .sent
    }

    /// The byte of the body that an interruption inside events stands at.
    private var byteLimit: Int? {
        guard let interruption, !interruption.betweenEvents,
            case .byte(let limit) = interruption.position
        else { return nil }
        return limit
    }

    /// Whether an interruption waits behind the last byte of a plain body.
    private var standsAtEnd: Bool { interruption.map { isReached($0.position) } ?? false }

    private mutating func close(
        _ ending: Ending?, _ step: Int, _ bytes: inout [UInt8]
    ) -> WireCue? {
        switch (ending, step) {
        case (.clean, 0) where !hasHead:
            // A moment before the head: there is no framing to close, so the connection is.
            stage = .closing(.fin, step: 1)
            return .closeWrite
        case (nil, 0), (.clean, 0):
            isWhole = ending == nil
            guard case .events = answer.body, hasHead else { return .end }
            HTTP1Framing.appendLastChunk(to: &bytes)
            return .sent
        case (nil, 1), (.clean, 1):
            guard case .events = answer.body else { return nil }
            return .end
        case (.fin, 0): return .closeWrite
        case (.reset, 0): return .drain
        case (.reset, 1): return .reset
        case (.silence, 0): return .hang
        case (.silenceThenClose(let duration), 0):
            elapsed += duration
            return .wait(duration)
        case (.silenceThenClose, 1): return .closeWrite
        default: return nil
        }
    }
}

// MARK: - Waits and interruptions

extension WireScript {
    /// Takes the wait that is due, or the part of it before an interruption by time; nil when
    /// the interruption is due now.
    private mutating func takeWait() -> WireCue? {
        var wait = waiting
        if case .elapsed(let moment) = interruption?.position, elapsed + wait > moment {
            wait = max(moment - elapsed, .zero)
        }
        waiting -= wait
        elapsed += wait
        if wait > .zero { return .wait(wait) }
        return nil
    }

    private func isReached(_ position: Position) -> Bool {
        if case .closing = stage { return false }
        if case .elapsed(let moment) = position { return elapsed >= moment }
        switch stage {
        case .opening, .closing: return false
        case .head: return position == .start
        case .body: break
        }
        switch position {
        case .start, .headers: return true
        case .byte(let count): return bodyBytes >= count && (partial == 0 || !isBetweenEvents)
        case .event(let count): return events >= count
        case .token(let count): return tokens >= count
        case .percent, .terminal, .elapsed, .inToolArguments, .inUTF8: return false
        }
    }

    private var isBetweenEvents: Bool { interruption?.betweenEvents ?? false }

    private mutating func interrupt(
        _ interruption: Interruption, _ bytes: inout [UInt8]
    ) -> WireCue? {
        self.interruption = nil
        isInjected = true
        switch interruption.action {
        case .pause(let duration):
            elapsed += duration
            return .wait(duration)
        case .finish(let payload, let ending):
            waiting = .zero
            stage = .closing(ending, step: 0)
            guard !payload.isEmpty else { return nil }
            let chunk = HTTP1Framing.openChunk(in: &bytes)
            bytes.append(contentsOf: payload)
            HTTP1Framing.closeChunk(from: chunk, in: &bytes)
            bodyBytes += payload.count
            return .sent
        }
    }

    /// The position in terms that the cursor can be compared with: shares and ends become counts.
    private func resolved(_ interruption: Interruption) -> Position {
        switch (answer.body, interruption.position) {
        case (_, .start): return interruption.betweenEvents ? .headers : .start
        case (_, .headers), (_, .elapsed): return interruption.position
        case (.events(let stream), .percent(let share)):
            return .event(WireScript.share(share, of: stream.count))
        case (.events(let stream), .terminal): return .event(max(stream.count - 1, 0))
        case (.events, _): return interruption.position
        case (.whole(let body), let position): return .byte(WireScript.byte(position, in: body))
        }
    }

    private static func byte(_ position: Position, in body: WholeBody) -> Int {
        switch position {
        case .byte(let count): return count
        case .event(let count): return count == 0 ? 0 : count == 1 ? body.bytes.count : .max
        case .percent(let share): return WireScript.share(share, of: body.bytes.count)
        case .terminal: return max(body.bytes.count - 1, 0)
        case .token(let count):
            if count == 0 { return 0 }
            let ends = body.tokenEnds()
            return count <= ends.count ? ends[count - 1] : .max
        case .start, .headers, .elapsed, .inToolArguments, .inUTF8: return 0
        }
    }

    private static func share(_ share: Chance, of count: Int) -> Int {
        // The quotient is at most `count`, because a chance is at most 1.
        let product = share.numerator.multipliedFullWidth(by: UInt64(count))
        return Int(share.denominator.dividingFullWidth(product).quotient)
    }
}
