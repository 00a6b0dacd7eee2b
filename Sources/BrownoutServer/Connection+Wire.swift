import BrownoutAnswers
import BrownoutEngine
import BrownoutWire
import NIOCore

// What HTTP/1.1 does where a carrier has a choice: its framing is bytes of the script, and its
// ends are those of the connection.
extension Connection {
    func closes(after intake: ReceivedRequest) -> Bool {
        !intake.head.isKeepAlive || intake.isTooLarge || loop.isStopping
    }

    /// One answer at a time is all it has.
    func hasRoom() -> Bool { true }

    func hold(_ change: Int) {
        loop.hold(change)
    }

    func prepare(_ planned: inout PlannedExchange) {
        idleEnd = nil
        if resetsNextRequest { planned.resetInstead() }
    }

    // MARK: Writing

    var isOpen: Bool { channel?.isActive ?? false }

    var isWritable: Bool { channel?.isWritable ?? false }

    func writeContinue() {
        write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
    }

    func write(_ head: ResponseHead) {
        preconditionFailure("a head of HTTP/1.1 is bytes of its script")
    }

    func write(_ bytes: ByteBuffer) {
        mayLag = true
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    func writeGathered() {
        if !sendGathered() { write(loop.takeGathered()) }
    }

    /// Hands what is gathered to the kernel, past the channel: for a small chunk its pipeline, queue
    /// and promise cost more than making the chunk does. False where something is left for the
    /// channel to write, as it has bytes that go first or the kernel does not take all now.
    private func sendGathered() -> Bool {
        guard let descriptor, isOpen else { return false }
        if mayLag {
            guard unwritten == 0 else { return false }
            mayLag = false
        }
        let sent = UnsafeSocket.send(loop.scratch, to: descriptor)
        if sent == loop.scratch.count {
            loop.scratch.removeAll(keepingCapacity: true)
            return true
        }
        loop.scratch.removeFirst(sent)
        return false
    }

    var framesPieces: Bool { false }

    func writePiece(_ bytes: ByteBuffer) {
        write(bytes)
    }

    func flushPieces() {}

    func writeEnd(of exchange: Exchange) {
        guard let context else { return loop.scratch.removeAll(keepingCapacity: true) }
        guard !loop.scratch.isEmpty else { return ended(exchange) }
        if sendGathered() { return endWritten(of: exchange) }
        let bytes = loop.takeGathered()
        mayLag = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [self] in endWritten(of: exchange) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    /// What follows on a connection waits behind what was written by itself.
    var hasWritten: Bool { true }

    var unwritten: Int { channel.map(UnsafeSocket.unwritten) ?? 0 }

    var unacknowledged: Int {
        guard let context else { return 0 }
        return (UnsafeSocket.unacknowledged(context) ?? 0) + unwritten
    }

    func resumeReading() {
        context?.read()
    }

    // MARK: Ends

    func leave(_ exchange: Exchange) {
        if exchange.closes || isBroken { return closeWrite() }
        switch exchange.afterwards {
        case nil: rest()
        case .finAfterAnswer?: closeWrite()
        // From when the answer was due to end: the client has it before this loop knows.
        case .finWhileIdle(let time)?: rest(until: exchange.due + time)
        case .resetNextRequest?:
            resetsNextRequest = true
            rest()
        }
    }

    func closeWrite() {
        phase = .lingering
        wake(in: loop.core.limits.lingerTime)
        context?.close(mode: .output, promise: nil)
        work()
    }

    func reset() {
        phase = .closed
        socket.reset()
    }

    func abortUnread() {
        reset()
    }

    func dropIncoming() -> Bool {
        context.map(UnsafeSocket.dropIncoming) ?? false
    }

    func resetStream(code: UInt32) {
        preconditionFailure("HTTP/1.1 has no streams")
    }

    func goAway(_ last: HTTP2Fault.LastStream, code: UInt32) {
        preconditionFailure("HTTP/1.1 has no GOAWAY")
    }

    func refuse(_ refusal: EdgeRefusal) {
        switch phase {
        case .idle, .receiving, .decoding: break
        case .waitingForRoom, .planning, .playing, .unfinished, .lingering, .dead, .closed: return
        }
        let second = loop.wallMicroseconds(at: loop.now) / 1_000_000
        let answer = refusal.answer(date: loop.date(atSecond: second))
        write(ByteBuffer(string: answer))
        loop.journal(refusal, from: socket, status: refusal.status, bytes: answer.utf8.count)
        closeWrite()
    }
}
