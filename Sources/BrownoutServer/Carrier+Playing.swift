import BrownoutAnswers
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutWire
import NIOCore

private let firstDrainWait = TimeAmount.milliseconds(1)
private let longestDrainWait = TimeAmount.milliseconds(16)
private let firstFlushWait = TimeAmount.microseconds(100)
private let longestFlushWait = TimeAmount.milliseconds(5)

// How a carrier plays the script of an answer.
extension Carrier {
    /// Plays until the script has to wait for something, or is over.
    func play(_ exchange: Exchange) {
        play(exchange, at: loop.instant)
    }

    private func play(_ exchange: Exchange, at now: ScenarioInstant) {
        while let cue = exchange.next(into: &loop.scratch, gathering: loop.gathering) {
            switch cue {
            case .sent:
                if !send(exchange, now) { return }
            case .flush:
                if framesPieces {
                    if sendPiece(exchange, now) { continue }
                    return
                }
                // What is written next would join a segment that is still on its way.
                guard send(exchange, now) else { return }
                let end = loop.now + longestFlushWait
                return drain(exchange, until: end, wait: firstFlushWait, at: loop.now)
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
                drain(exchange, until: end, wait: firstDrainWait, at: loop.now)
                return
            case .await(let moment):
                return waitForSource(exchange, until: moment, now)
            case .hang:
                _ = send(exchange, now)
                if isClosed { return }
                phase = .playing(exchange, .hang)
                exchange.playNoMore()
                cancelWake()
                return
            case .end:
                return end(exchange, now)
            case .head:
                note(exchange, now)
                write(exchange.script.head)
                if isClosed { return }
            case .closeWrite, .reset, .refuse, .halfOpen, .resetStream, .goAway, .corrupt:
                // A body that ends with its connection can be a success.
                if exchange.succeeded { loop.core.engine.succeed(exchange.decision) }
                _ = send(exchange, now)
                if isClosed { return }
                guard hasWritten else { return waitToLeave(exchange, then: cue) }
                if !act(cue, exchange) { return }
            }
        }
    }

    /// Waits for what has to come from elsewhere.
    private func waitForSource(
        _ exchange: Exchange, until moment: Duration?, _ now: ScenarioInstant
    ) {
        if loop.scratch.isEmpty {
            flushPieces()
        } else {
            guard send(exchange, now) else { return }
        }
        phase = .playing(exchange, .source)
        if let moment { wake(at: exchange.began + moment) } else { cancelWake() }
        exchange.supply?.sentOn(exchange.script.backlog)
    }

    /// Something came for an answer that waits for it, perhaps.
    func supplied(_ exchange: Exchange) {
        guard case .playing(let current, .source) = phase, current === exchange else { return }
        cancelWake()
        phase = .playing(exchange, .time)
        play(exchange)
        work()
    }

    /// Does what a script says of the connection; whether the script goes on.
    private func act(_ cue: WireCue, _ exchange: Exchange) -> Bool {
        switch cue {
        case .goAway(let last, let code):
            goAway(last, code: code)
            return true
        case .corrupt:
            socket.records?.beginSpoiling()
            return true
        case .resetStream(let code):
            finish(exchange, ending: .resetStream)
            resetStream(code: code)
        case .closeWrite:
            let broken = exchange.isHanging ? ExchangeEnding.hang : .fin
            finish(exchange, ending: exchange.script.isComplete ? .complete : broken)
            if exchange.skipsCloseNotify { socket.records?.mute() }
            closeWrite()
        case .halfOpen:
            goHalfOpen(exchange)
        case .refuse(let duration):
            // The port is closed before the client can know that it should come again.
            loop.core.port.close(for: duration, on: loop)
            finish(exchange, ending: .reset)
            reset()
        default:
            finish(exchange, ending: .reset)
            reset()
        }
        return false
    }

    /// The peer's packets are dropped, so nothing tells when it has left.
    private func goHalfOpen(_ exchange: Exchange) {
        guard dropIncoming() else {
            exchange.add(note: "half-open could not be injected: the kernel takes no socket filter")
            finish(exchange, ending: .failed)
            return reset()
        }
        finish(exchange, ending: .halfOpen)
        phase = .dead
        wake(in: loop.core.limits.halfOpenTime)
    }

    /// What HTTP/2 holds back, because the client's window is closed or the socket is full, would
    /// be overtaken.
    private func waitToLeave(_ exchange: Exchange, then cue: WireCue) {
        phase = .playing(exchange, .leaving(then: cue))
        wake(in: loop.core.limits.drainTime)
    }

    /// The kernel has everything that was written.
    func written() {
        guard case .playing(let exchange, .leaving(let cue)) = phase else { return }
        cancelWake()
        leave(exchange, by: cue)
    }

    private func leave(_ exchange: Exchange, by cue: WireCue) {
        phase = .playing(exchange, .time)
        if act(cue, exchange) { play(exchange) }
        work()
    }

    /// Whether a write found the peer gone, and with it the exchange over.
    private var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    func continuePlaying(_ exchange: Exchange, _ blocked: CarrierPhase.Blocked, at now: NIODeadline)
    {
        switch blocked {
        case .hang:
            break
        case .source:
            exchange.script.elapse(to: loop.instant - exchange.began)
            play(exchange)
        case .time:
            // What was done for others in this tick has taken time.
            let now = loop.instant
            notePacing(exchange, now)
            guard isWritable else { return waitForReader(exchange) }
            play(exchange, at: now)
        case .writability, .lastWrite:
            let before = exchange.unread
            chargeUnread(exchange)
            if exchange.unread < before { return wake(in: loop.core.limits.writeTime) }
            abortUnread(exchange, "the client read nothing for \(loop.core.limits.writeTime)")
        case .leaving(let cue):
            exchange.add(note: "limit: what was sent did not leave")
            leave(exchange, by: cue)
        case .drain(let end, let wait):
            drain(exchange, until: end, wait: wait, at: now)
        }
    }

    private func abortUnread(_ exchange: Exchange, _ reason: String) {
        exchange.add(note: "limit: \(reason)")
        withdraw(exchange)
        finish(exchange, ending: .limit)
        abortUnread()
    }

    /// Others need the memory of an answer that nobody reads: it is given up, if nothing of it has
    /// left for some time.
    func abortIfUnread() {
        switch phase {
        case .playing(let exchange, .writability), .playing(let exchange, .lastWrite):
            let limits = loop.core.limits
            guard let ticket, let end = loop.pacer.deadline(of: ticket) else { return }
            let idle = limits.writeTime.inNanoseconds - (end - loop.now).nanoseconds
            guard idle >= limits.unreadTime.inNanoseconds else { return }
            let before = exchange.unread
            chargeUnread(exchange)
            if exchange.unread < before { return wake(in: limits.writeTime) }
            abortUnread(
                exchange,
                "the client read nothing for \(limits.unreadTime), and answers in progress hold "
                    + "too many bytes")
        default:
            break
        }
    }

    /// A client that reads again gets more. What is written now may become writable again before
    /// the write returns: then it is not this that plays on.
    func becameWritable() {
        guard isWritable, case .playing(let exchange, .writability) = phase else { return }
        cancelWake()
        phase = .playing(exchange, .time)
        chargeUnread(exchange)
        play(exchange)
        work()
    }

    /// A clock moved by hand leaps over what is due, which says nothing about pacing.
    private func notePacing(_ exchange: Exchange, _ now: ScenarioInstant) {
        guard loop.core.clock.mode != .manual else { return }
        loop.metrics.paced(late: now.nanoseconds - exchange.due.nanoseconds)
    }

    /// Hands the gathered bytes to the channel; false when the client has to read first.
    private func send(_ exchange: Exchange, _ now: ScenarioInstant) -> Bool {
        guard !loop.scratch.isEmpty else {
            flushPieces()
            return isOpen
        }
        note(exchange, now)
        writeGathered()
        if isClosed { return false }
        if isWritable { return true }
        waitForReader(exchange)
        return false
    }

    private func note(_ exchange: Exchange, _ now: ScenarioInstant) {
        if exchange.firstByte == nil { exchange.firstByte = now }
        if exchange.headSent == nil, exchange.script.hasHead { exchange.headSent = now }
        if exchange.firstToken == nil, exchange.script.tokens > 0 { exchange.firstToken = now }
        exchange.lastByte = now
        exchange.bytesSent += loop.scratch.count
    }

    /// Writes the gathered bytes as a frame of their own; false when the client has to read first.
    private func sendPiece(_ exchange: Exchange, _ now: ScenarioInstant) -> Bool {
        guard !loop.scratch.isEmpty else { return isOpen }
        note(exchange, now)
        writePiece(loop.takeGathered())
        if !isClosed, isWritable { return true }
        flushPieces()
        if isClosed { return false }
        if isWritable { return true }
        waitForReader(exchange)
        return false
    }

    private func waitForReader(_ exchange: Exchange) {
        phase = .playing(exchange, .writability)
        wake(in: loop.core.limits.writeTime)
        chargeUnread(exchange)
    }

    /// What is written and does not leave counts as held for the client.
    private func chargeUnread(_ exchange: Exchange) {
        let unread = unwritten + max(exchange.script.backlog - exchange.held, 0)
        hold(unread - exchange.unread)
        exchange.unread = unread
    }

    /// The script is over and the framing is closed: the last bytes go out.
    private func end(_ exchange: Exchange, _ now: ScenarioInstant) {
        guard isOpen else { return }
        phase = .playing(exchange, .lastWrite)
        if exchange.succeeded { loop.core.engine.succeed(exchange.decision) }
        release(exchange)
        if !loop.scratch.isEmpty { note(exchange, now) }
        writeEnd(of: exchange)
        if case .playing(_, .lastWrite) = phase {
            wake(in: loop.core.limits.writeTime)
            chargeUnread(exchange)
        }
    }

    /// The kernel has the last bytes of an answer.
    func endWritten(of exchange: Exchange) {
        guard case .playing(let current, .lastWrite) = phase, current === exchange else { return }
        exchange.lastByte = loop.instant
        ended(exchange)
        work()
    }

    func ended(_ exchange: Exchange) {
        finish(exchange, ending: exchange.script.isWhole ? .complete : .clean)
        guard exchange.skipsCloseNotify else { return leave(exchange) }
        socket.records?.mute()
        closeWrite()
    }

    /// Waits until the peer has acknowledged every byte, or its time is over, then plays on.
    private func drain(
        _ exchange: Exchange, until end: NIODeadline, wait: TimeAmount, at now: NIODeadline
    ) {
        guard isOpen else { return }
        let unacknowledged = unacknowledged
        exchange.bytesAcknowledged = max(exchange.bytesSent - unacknowledged, 0)
        guard unacknowledged > 0, now < end else {
            phase = .playing(exchange, .time)
            return play(exchange)
        }
        let next = min(wait * 2, longestDrainWait)
        phase = .playing(exchange, .drain(until: end, wait: next))
        wake(at: now + wait)
    }

    /// Of an answer with a fault, the journal tells how much of it the peer's kernel has.
    private func noteAcknowledged(_ exchange: Exchange) {
        guard isOpen else { return }
        exchange.bytesAcknowledged = max(exchange.bytesSent - unacknowledged, 0)
    }

    // MARK: Endings

    /// Journals the exchange; it is over.
    func finish(_ exchange: Exchange, ending: ExchangeEnding) {
        release(exchange)
        hold(-exchange.held - exchange.unread)
        exchange.held = 0
        exchange.unread = 0
        exchange.supply?.exchangeEnded(byClient: exchange.clientLeft != nil)
        exchange.supply = nil
        if exchange.faultKind != nil {
            if exchange.decision.fault != nil { noteAcknowledged(exchange) }
            exchange.settle(ending: ending)
            loop.core.counters.faultEnded(reached: exchange.isInjected)
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
        finish(exchange, ending: .clientLeft)
    }

    /// Takes back the success that was announced for bytes that did not leave.
    private func withdraw(_ exchange: Exchange) {
        guard case .playing(_, .lastWrite) = phase, exchange.succeeded else { return }
        loop.core.engine.withdraw(exchange.decision)
    }
}
