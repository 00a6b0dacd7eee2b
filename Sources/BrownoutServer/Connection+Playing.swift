import BrownoutEngine
import BrownoutJournal
import BrownoutWire
import NIOCore

// How a connection plays the script of an answer.
extension Connection {
    /// Bytes gathered before they are handed to the channel.
    private static let gather = 64 * 1024
    private static let firstDrainWait = TimeAmount.milliseconds(1)
    private static let longestDrainWait = TimeAmount.milliseconds(16)
    private static let firstFlushWait = TimeAmount.microseconds(100)
    private static let longestFlushWait = TimeAmount.milliseconds(5)

    /// Plays until the script has to wait for something, or is over.
    func play(_ exchange: Exchange) {
        let now = loop.instant
        while let cue = exchange.next(into: &loop.scratch, gathering: Connection.gather) {
            switch cue {
            case .sent:
                if !send(exchange, now) { return }
            case .wait(let duration):
                exchange.due = exchange.due + duration
                if exchange.due <= now { continue }
                guard send(exchange, now) else { return }
                phase = .playing(exchange, .time)
                wake(at: exchange.due)
                return
            case .drain:
                _ = send(exchange, now)
                if isClosed { return }
                let end = loop.now + .nanoseconds(loop.core.limits.drainTime.inNanoseconds)
                drain(exchange, until: end, wait: Connection.firstDrainWait, at: loop.now)
                return
            case .hang:
                _ = send(exchange, now)
                if isClosed { return }
                phase = .playing(exchange, .hang)
                cancelWake()
                return
            case .end:
                return end(exchange, now)
            case .closeWrite, .reset, .halfOpen, .refuse, .resetStream:
                // A body that ends with its connection can be a success.
                if exchange.succeeded { loop.core.engine.succeed(exchange.decision) }
                _ = send(exchange, now)
                if !isClosed { breakOff(exchange, cue) }
                return
            case .flush:
                // What is written next would join a segment that is still on its way.
                guard send(exchange, now) else { return }
                let end = loop.now + Connection.longestFlushWait
                return drain(exchange, until: end, wait: Connection.firstFlushWait, at: loop.now)
            case .head, .goAway, .corrupt:
                continue
            }
        }
    }

    /// The script ends before its answer does.
    private func breakOff(_ exchange: Exchange, _ cue: WireCue) {
        switch cue {
        case .closeWrite:
            let broken = exchange.isHanging ? "hang" : "fin"
            finish(exchange, ending: exchange.succeeded ? "complete" : broken)
            linger()
        case .halfOpen:
            playDead(exchange)
        case .refuse(let duration):
            // The port is closed before the client can know that it should come again.
            loop.core.port.close(for: duration, on: loop)
            finish(exchange, ending: "reset")
            reset()
        default:
            finish(exchange, ending: "reset")
            reset()
        }
    }

    /// The peer's packets are dropped, so nothing tells when it has left.
    private func playDead(_ exchange: Exchange) {
        guard let context, UnsafeSocket.dropIncoming(context) else {
            exchange.add(note: "half-open could not be injected: the kernel takes no socket filter")
            finish(exchange, ending: "failed")
            return reset()
        }
        finish(exchange, ending: "half-open")
        phase = .dead
        wake(in: loop.core.limits.halfOpenTime)
    }

    /// Whether a write found the peer gone, and with it the exchange over.
    private var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    func continuePlaying(_ exchange: Exchange, _ blocked: Blocked, at now: NIODeadline) {
        switch blocked {
        case .hang:
            break
        case .time:
            notePacing(exchange)
            guard context?.channel.isWritable ?? false else { return waitForReader(exchange) }
            play(exchange)
        case .writability, .lastWrite:
            exchange.add(note: "limit: the client read nothing for \(loop.core.limits.writeTime)")
            withdraw(exchange)
            finish(exchange, ending: "limit")
            reset()
        case .drain(let end, let wait):
            drain(exchange, until: end, wait: wait, at: now)
        }
    }

    /// A clock moved by hand leaps over what is due, which says nothing about pacing.
    private func notePacing(_ exchange: Exchange) {
        guard loop.core.clock.mode != .manual else { return }
        loop.metrics.paced(late: (loop.instant - exchange.due).inNanoseconds)
    }

    /// Hands the gathered bytes to the channel; false when the client has to read first.
    private func send(_ exchange: Exchange, _ now: ScenarioInstant) -> Bool {
        guard !loop.scratch.isEmpty, let context else { return context != nil }
        note(exchange, now)
        write(loop.scratch)
        loop.scratch.removeAll(keepingCapacity: true)
        guard case .closed = phase else {
            if context.channel.isWritable { return true }
            waitForReader(exchange)
            return false
        }
        return false
    }

    private func note(_ exchange: Exchange, _ now: ScenarioInstant) {
        if exchange.firstByte == nil { exchange.firstByte = now }
        exchange.lastByte = now
        exchange.bytesSent += loop.scratch.count
    }

    private func waitForReader(_ exchange: Exchange) {
        phase = .playing(exchange, .writability)
        wake(in: loop.core.limits.writeTime)
    }

    func write(_ bytes: [UInt8]) {
        guard let context else { return }
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    /// The script is over and the framing is closed: the last bytes go out.
    private func end(_ exchange: Exchange, _ now: ScenarioInstant) {
        guard let context else { return }
        phase = .playing(exchange, .lastWrite)
        if exchange.succeeded { loop.core.engine.succeed(exchange.decision) }
        release(exchange)
        guard !loop.scratch.isEmpty else { return ended(exchange) }
        note(exchange, now)
        let buffer = context.channel.allocator.buffer(bytes: loop.scratch)
        loop.scratch.removeAll(keepingCapacity: true)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [self] in
            guard case .playing(let current, .lastWrite) = phase, current === exchange else {
                return
            }
            exchange.lastByte = loop.instant
            ended(exchange)
            work()
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: promise)
        if case .playing(_, .lastWrite) = phase { wake(in: loop.core.limits.writeTime) }
    }

    private func ended(_ exchange: Exchange) {
        finish(exchange, ending: exchange.script.isWhole ? "complete" : "clean")
        if exchange.closes || isBroken { return linger() }
        switch exchange.afterwards {
        case nil: rest()
        case .finAfterAnswer?: linger()
        // From when the answer was due to end: the client has it before this loop knows.
        case .finWhileIdle(let time)?: rest(until: exchange.due + time)
        case .resetNextRequest?:
            resetsNextRequest = true
            rest()
        }
    }

    /// Waits until the peer has acknowledged every byte, or its time is over, then plays on.
    private func drain(
        _ exchange: Exchange, until end: NIODeadline, wait: TimeAmount, at now: NIODeadline
    ) {
        guard let context else { return }
        let unacknowledged = UnsafeSocket.unacknowledged(context) ?? 0
        let unwritten = Connection.unwritten(context)
        exchange.bytesAcknowledged = exchange.bytesSent - unacknowledged - unwritten
        guard unacknowledged + unwritten > 0, now < end else { return play(exchange) }
        let next = min(wait * 2, Connection.longestDrainWait)
        phase = .playing(exchange, .drain(until: end, wait: next))
        wake(at: now + wait)
    }

    /// Bytes that the channel holds because the socket is full.
    private static func unwritten(_ context: ChannelHandlerContext) -> Int {
        let options = context.channel.syncOptions
        return (try? options?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    /// Of an answer with a fault, the journal tells how much of it the peer's kernel has.
    private func noteAcknowledged(_ exchange: Exchange) {
        guard exchange.bytesAcknowledged == nil, let context, context.channel.isActive,
            let unacknowledged = UnsafeSocket.unacknowledged(context)
        else { return }
        exchange.bytesAcknowledged =
            exchange.bytesSent - unacknowledged - Connection.unwritten(context)
    }

    // MARK: Endings

    /// Journals the exchange; it is over.
    func finish(_ exchange: Exchange, ending: String) {
        release(exchange)
        if exchange.decision.fault != nil {
            noteAcknowledged(exchange)
            loop.core.counters.faultEnded(reached: exchange.script.isInjected)
        }
        exchange.count(in: &loop.metrics, ending: ending)
        if let row = exchange.takeRow(ending: ending) { loop.core.record(row) }
    }

    /// The answer no longer counts as in progress. That is so before its last bytes are handed
    /// to the kernel, or the connection is closed: once the client has seen the end, its next
    /// request must find the place free.
    private func release(_ exchange: Exchange) {
        if exchange.releases() { loop.core.engine.release(exchange.decision) }
    }

    func clientLeft(_ exchange: Exchange) {
        exchange.clientLeft = loop.instant
        withdraw(exchange)
        loop.scratch.removeAll(keepingCapacity: true)
        finish(exchange, ending: "client-left")
    }

    /// Takes back the success that was announced for bytes that did not leave.
    private func withdraw(_ exchange: Exchange) {
        guard case .playing(_, .lastWrite) = phase, exchange.succeeded else { return }
        loop.core.engine.withdraw(exchange.decision)
    }

    /// FIN, then reading what the client still sends, for a while.
    func linger() {
        phase = .lingering
        wake(in: loop.core.limits.lingerTime)
        context?.close(mode: .output, promise: nil)
        work()
    }

    func reset() {
        phase = .closed
        socket.reset()
    }

    /// Answers what never became a request, and closes.
    func refuseAtTheEdge(_ refusal: EdgeRefusal) {
        switch phase {
        case .idle, .receiving, .decoding: break
        case .waitingForRoom, .playing, .lingering, .dead, .closed: return
        }
        let second = loop.wallMicroseconds(at: loop.now) / 1_000_000
        let answer = refusal.answer(date: loop.date(atSecond: second))
        write(Array(answer.utf8))
        journal(refusal, bytes: answer.utf8.count)
        linger()
    }

    private func journal(_ refusal: EdgeRefusal, bytes: Int) {
        loop.metrics.refused(refusal)
        guard loop.core.isRecording else { return }
        let now = loop.now
        var record = ExchangeRecord(id: 0, startedAt: loop.wallMicroseconds(at: now))
        record.client = addressText
        record.status = refusal.status
        record.bytesSent = bytes
        record.ending = "limit"
        record.note = refusal.note
        loop.core.record(record)
    }
}
