package import BrownoutEngine

/// Everything that will happen on a connection for one answer, produced step by step.
///
/// A value: a copy plays the same steps again. The bytes of an event exist only while it is on
/// its way out.
package struct WireScript: Sendable {
    enum Stage: Sendable {
        /// The answer is not known yet.
        case pending
        case opening
        case head
        case body
        /// The cues of an ending are played from `step` on.
        case closing(Ending?, step: Int)
    }

    var answer: Answer
    var waits: Waits
    let version: HTTPVersion
    /// False for the answer to HEAD: its head speaks of a body that is not sent (RFC 9110, 9.3.2).
    let hasBody: Bool
    var delivery = Delivery()
    var interruptions: [Interruption] = []
    /// The connection ends behind the answer, as the client or the server wanted it.
    package var closesBehind = false
    /// Whether the client has met what a fault does: a byte, an end, a silence.
    package private(set) var isInjected = false
    /// What was met leaves no whole answer.
    private var isSpoiled = false
    /// No chunk was wrong so far.
    private(set) var isUnspoiled = true
    /// How somebody else's answer broke off that is framed anew: what there is of a stream is sent,
    /// and a plain body but for its last byte; nil: the answer is whole.
    var brokenEnding: Ending?

    var stage = Stage.opening
    /// Whether the body goes out in chunks; known with the head.
    var isChunked = false
    /// A wait that was begun and is not over.
    var waiting: Duration
    /// Whether the wait before the next event was taken, and before the next piece.
    var hasWaited = false
    private var hasWaitedForPiece = false
    /// Tokens that the event brings whose wait was taken.
    private var bringing = 0
    /// What trickles, and how much of it is out.
    private var held: [UInt8] = []
    private var heldOut = 0
    var spoilsNextChunk = false
    /// The last chunk is torn, so nothing can follow it on its connection.
    private var isTorn = false
    private var flushes = false
    /// Bytes of the event (or body) in progress that are out.
    var partial = 0

    /// The time the plan has taken so far.
    package internal(set) var elapsed = Duration.zero
    /// Events that are out whole.
    package internal(set) var events = 0
    /// Tokens of the reply that are out.
    package private(set) var tokens = 0
    /// Bytes of the body that are out, framing not counted.
    package internal(set) var bodyBytes = 0
    /// Bytes of framing that the last step put behind its part of the body.
    package private(set) var bytesBehindPayload = 0
    /// Whether the status line is out.
    package private(set) var hasHead = false
    /// Whether the answer went out to its own end.
    package private(set) var isWhole = false

    /// The script of an answer that is known. `hasBody` is false for the answer to HEAD.
    package init(
        _ answer: Answer, waits: Waits = .none, hasBody: Bool = true,
        version: HTTPVersion = .http1
    ) {
        self.answer = answer
        self.waits = waits.fitted(to: answer)
        self.hasBody = hasBody
        self.version = version
        waiting = .zero
    }

    /// The script of an answer that has yet to come.
    package static func pending(version: HTTPVersion) -> WireScript {
        let none = Answer(
            head: ResponseHead(status: 0, reason: "", fields: HeaderBlock()),
            body: .whole(WholeBody([])))
        var script = WireScript(none, version: version)
        script.stage = .pending
        return script
    }

    /// Whether the answer has yet to come.
    package var isPending: Bool { if case .pending = stage { true } else { false } }

    /// The status line and the fields, until they are out.
    package var head: ResponseHead { answer.head }

    /// The status the answer carries.
    package var status: Int { answer.head.status }

    /// Whether the answer is no stream and nobody else's.
    package var isPlain: Bool { if case .whole = answer.body { true } else { false } }

    /// The body of a plain answer, of which ``bodyBytes`` are out; nil for a stream.
    package var plainBody: [UInt8]? {
        if case .whole(let body) = answer.body { body.bytes } else { nil }
    }

    /// The next step; nil when the script is over. Bytes to send are appended to `bytes`.
    package mutating func next(into bytes: inout [UInt8]) -> WireCue? {
        while true {
            if waiting > .zero, let cue = takeWait() { return cue }
            if !interruptions.isEmpty, let due = interruptions.firstIndex(where: isReached) {
                if let cue = interrupt(at: due, &bytes) { return cue }
                continue
            }
            if flushes {
                flushes = false
                return .flush
            }
            switch stage {
            case .pending:
                return .await(until: nil)
            case .opening:
                stage = .head
                waiting = waits.beforeHeaders
                if case .whole(let body) = answer.body {
                    waiting += waits.total(tokens: body.tokens)
                }
            case .head:
                if let cue = sendHead(&bytes) { return cue }
            case .body where !hasBody:
                stage = .closing(nil, step: 0)
            case .body:
                if let cue = advanceBody(&bytes) { return cue }
            case .closing(let ending, let step):
                return close(ending, step, &bytes)
            }
        }
    }

    /// Whether a client that reads to the end meets anything of a fault.
    package var meetsFault: Bool {
        var script = self
        var bytes: [UInt8] = []
        while !script.isInjected, script.next(into: &bytes) != nil {
            bytes.removeAll(keepingCapacity: true)
        }
        return script.isInjected
    }

    /// Whether a client that reads to the end gets a whole, successful answer.
    package var succeeds: Bool {
        guard (200..<300).contains(status), brokenEnding == nil else { return false }
        if case .passed(let body) = answer.body, body.ending != .complete { return false }
        guard !interruptions.isEmpty || delivery.framing != nil else { return !isSpoiled }
        var script = self
        var bytes: [UInt8] = []
        while script.next(into: &bytes) != nil { bytes.removeAll(keepingCapacity: true) }
        return script.succeeded
    }

    /// Whether the answer went out whole, and was a success; a fault that found no place in it
    /// spoiled nothing.
    package var succeeded: Bool {
        isComplete && (200..<300).contains(status)
    }

    /// Whether the answer went out whole, success or not.
    package var isComplete: Bool { isWhole && !isSpoiled }

    /// Takes note of what the last bytes that went out bring with them, though no further step was
    /// asked for.
    package mutating func settle() {
        let met = interruptions.filter { $0.action == .mark && isReached($0) }
        for mark in met { meet(spoiling: mark.spoils) }
    }

    mutating func meet(spoiling: Bool = false) {
        isInjected = true
        if spoiling { isSpoiled = true }
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
            case .await: return steps
            default: steps.append(.cue(cue))
            }
            bytes.removeAll(keepingCapacity: true)
        }
        return steps
    }
}

// MARK: - Head and body

extension WireScript {
    private mutating func sendHead(_ bytes: inout [UInt8]) -> WireCue? {
        var framing = delivery.framing(of: answer, version: version)
        if case .length = framing, let shortened { framing = .length(shortened) }
        isChunked = framing.isChunked
        if version == .http2 {
            hasHead = true
            stage = .body
            return .head
        }
        if let rate = delivery.headRate {
            if held.isEmpty {
                HTTP1Framing.appendHead(answer.head, framing, delivery.framing, to: &held)
            }
            if let cue = trickle(rate, &bytes), heldOut < held.count { return cue }
            guard heldOut == held.count else { return nil }
            held = []
            heldOut = 0
        } else {
            HTTP1Framing.appendHead(answer.head, framing, delivery.framing, to: &bytes)
        }
        answer.head.fields = HeaderBlock()
        hasHead = true
        if delivery.framing == .partialHeaders {
            meet(spoiling: true)
            stage = .closing(.fin, step: 0)
        } else {
            stage = .body
        }
        return .sent
    }

    /// The next piece of what is held, after its wait; nil when the wait comes first.
    private mutating func trickle(_ rate: ByteRate, _ bytes: inout [UInt8]) -> WireCue? {
        let size = min(rate.piece, held.count - heldOut)
        if !hasWaitedForPiece {
            hasWaitedForPiece = true
            waiting = rate.time(for: size)
            if waiting > .zero {
                meet()
                return nil
            }
        }
        hasWaitedForPiece = false
        bytes.append(contentsOf: held[heldOut..<heldOut + size])
        heldOut += size
        return .sent
    }

    /// The length of a plain body that a clean cut shortens; nil: it is not shortened.
    private var shortened: Int? {
        guard case .whole(let body) = answer.body, hasBody else { return nil }
        for interruption in interruptions {
            guard case .finish(_, .clean) = interruption.action else { continue }
            switch interruption.position {
            case .headers: return 0
            case .byte(let cut): return min(cut, body.bytes.count)
            default: return nil
            }
        }
        return nil
    }

    private mutating func advanceBody(_ bytes: inout [UInt8]) -> WireCue? {
        switch answer.body {
        case .whole(let body):
            return advance(body, &bytes)
        case .events(let stream):
            return advance(stream, &bytes)
        case .passed(let body):
            return advance(body, &bytes)
        }
    }

    private mutating func advance(_ body: WholeBody, _ bytes: inout [UInt8]) -> WireCue? {
        let whole = brokenEnding == nil ? body.bytes.count : max(body.bytes.count - 1, 0)
        var end = min(byteLimit ?? whole, whole)
        if let rate = delivery.bodyRate, end > partial {
            end = min(end, partial + rate.piece)
            if waitsForPiece(of: end - partial, rate) { return nil }
        }
        let start = partial
        // A chunk is one step; a long body goes out as its client takes it.
        if !isChunked { end = min(end, start + WireScript.longestStep) }
        partial = end
        bodyBytes = end
        if end == whole {
            if brokenEnding == nil { (events, tokens) = (1, body.tokens) }
            if !standsAtEnd { stage = .closing(brokenEnding, step: 0) }
        }
        guard end > start else { return nil }
        let chunk = openChunk(&bytes)
        bytes.append(contentsOf: body.bytes[start..<end])
        closeChunk(chunk, &bytes)
        return .sent
    }

    private mutating func advance(_ stream: EventStream, _ bytes: inout [UInt8]) -> WireCue? {
        guard events < stream.count else {
            stage = .closing(brokenEnding, step: 0)
            return nil
        }
        if !hasWaited {
            hasWaited = true
            bringing = stream.tokens(events)
            waiting = wait(beforeEvent: events, bringing: bringing, of: stream)
            if waiting > .zero { return nil }
        }
        let brought = bringing
        if delivery.pieces != nil && !framesBytes || delivery.bodyRate != nil {
            return advancePiece(stream, brought, &bytes)
        }
        let chunk = openChunk(&bytes)
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
            bodyBytes += rest
            eventIsOut(bringing: brought)
        }
        closeChunk(chunk, &bytes)
        return .sent
    }

    private mutating func eventIsOut(bringing brought: Int) {
        partial = 0
        events += 1
        tokens += brought
        hasWaited = false
        if delivery.group > 1, events % delivery.group == 0 { flushes = true }
    }

    /// The wait before an event; the first of a group waits for all of them.
    func wait(beforeEvent index: Int, of stream: EventStream) -> Duration {
        wait(beforeEvent: index, bringing: stream.tokens(index), of: stream)
    }

    private func wait(
        beforeEvent index: Int, bringing brought: Int, of stream: EventStream
    ) -> Duration {
        if delivery.group == 1 {
            let pause = stream.pause(index)
            guard brought > 0 else { return pause }
            return pause + waits.before(token: tokens + 1, bringing: brought)
        }
        guard index % delivery.group == 0 else { return .zero }
        var sum = Duration.zero
        var token = tokens
        for event in index..<min(index + delivery.group, stream.count) {
            sum += stream.pause(event)
            let brought = stream.tokens(event)
            if brought > 0 { sum += waits.before(token: token + 1, bringing: brought) }
            token += brought
        }
        return sum
    }

    /// The next piece of an event that does not go out in one.
    private mutating func advancePiece(
        _ stream: EventStream, _ brought: Int, _ bytes: inout [UInt8]
    ) -> WireCue? {
        if held.isEmpty { stream.render(events, &held) }
        var end = held.count
        if let pieces = delivery.pieces { end = min(end, partial + pieces.size(of: end)) }
        if let byteLimit { end = min(end, max(partial, partial + (byteLimit - bodyBytes))) }
        if let rate = delivery.bodyRate, end > partial {
            end = min(end, partial + rate.piece)
            if waitsForPiece(of: end - partial, rate) { return nil }
        }
        let size = end - partial
        let chunk = openChunk(&bytes)
        bytes.append(contentsOf: held[partial..<end])
        closeChunk(chunk, &bytes)
        bodyBytes += size
        partial = end
        if delivery.flushesPieces || version == .http2, delivery.pieces != nil { flushes = true }
        if end == held.count {
            held.removeAll(keepingCapacity: true)
            eventIsOut(bringing: brought)
        }
        return size > 0 ? .sent : nil
    }

    /// True when the time of a piece has yet to pass; what it takes is then waited for.
    mutating func waitsForPiece(of size: Int, _ rate: ByteRate) -> Bool {
        hasWaitedForPiece.toggle()
        if hasWaitedForPiece {
            waiting = rate.time(for: size)
            if waiting > .zero { meet() }
        }
        return hasWaitedForPiece
    }

    // MARK: Chunks

    func openChunk(_ bytes: inout [UInt8]) -> Int {
        isChunked ? HTTP1Framing.openChunk(in: &bytes) : bytes.count
    }

    mutating func closeChunk(_ start: Int, _ bytes: inout [UInt8]) {
        guard isChunked else { return }
        HTTP1Framing.closeChunk(from: start, in: &bytes)
        bytesBehindPayload = 2
        guard spoilsNextChunk, bytes.count > start, let fault = delivery.framing else { return }
        spoilsNextChunk = false
        if fault == .noChunkEnd { bytesBehindPayload = 0 }
        HTTP1Framing.spoil(chunkFrom: start, fault, in: &bytes)
        isUnspoiled = false
        meet(spoiling: true)
    }

    /// The last chunk is one too, where a fault stands behind all bytes of the body.
    private mutating func appendLastChunk(_ bytes: inout [UInt8]) {
        let start = bytes.count
        HTTP1Framing.appendLastChunk(to: &bytes)
        guard spoilsNextChunk, let fault = delivery.framing else { return }
        spoilsNextChunk = false
        HTTP1Framing.spoil(chunkFrom: start, fault, in: &bytes)
        isUnspoiled = false
        isTorn = fault == .noChunkEnd
        meet(spoiling: true)
    }

    // MARK: Ends

    private mutating func close(
        _ ending: Ending?, _ step: Int, _ bytes: inout [UInt8]
    ) -> WireCue? {
        switch ending {
        case nil where step == 0, .clean where step == 0:
            if ending == .clean, !hasHead {
                // Before the head: the connection is closed. END_STREAM takes one: reset alone.
                return closing(version == .http2 ? .resetStream(Ending.internalError) : .fin, 0)
            }
            isWhole = ending == nil
            stage = .closing(ending, step: 1)
            guard isChunked, hasBody else { return close(ending, 1, &bytes) }
            if ending == nil, delivery.framing == .noLastChunk {
                meet(spoiling: true)
                return close(ending, 1, &bytes)
            }
            appendLastChunk(&bytes)
            return .sent
        case nil where step == 1, .clean where step == 1:
            if isTorn { return closing(.fin, 0) }
            if isWhole, let natural = delivery.naturalEnding(of: answer, version: version) {
                return closing(natural, 0)
            }
            return closing(ending, 2, .end)
        case nil, .clean: return nil
        case let ending?: return closing(ending, step)
        }
    }

    private mutating func closing(_ ending: Ending?, _ step: Int, _ cue: WireCue) -> WireCue {
        stage = .closing(ending, step: step)
        return cue
    }

    /// The cue at a step of an ending.
    private mutating func closing(_ ending: Ending, _ step: Int) -> WireCue? {
        let cues = ending.cues
        guard step < cues.count else { return nil }
        stage = .closing(ending, step: step + 1)
        if case .wait(let duration) = cues[step] { elapsed += duration }
        return cues[step]
    }
}
