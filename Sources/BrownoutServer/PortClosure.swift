import BrownoutEngine
import NIOCore
import Synchronization

/// Closes the port for a while, as a provider that is down: who connects is refused by the
/// kernel, idle connections end, answers in progress go on.
final class PortClosure: Sendable {
    private struct State {
        var listener: (any Channel)?
        var bind: (@Sendable () -> EventLoopFuture<any Channel>)?
        var closeIdle: (@Sendable () -> Void)?
        /// When the port is to be open again; nil: it is.
        var end: ScenarioInstant?
        var isStopped = false
    }

    private let state = Mutex(State())

    /// `bind` opens the port again; `closeIdle` ends the connections that wait for a request.
    func open(
        _ listener: any Channel, bind: @escaping @Sendable () -> EventLoopFuture<any Channel>,
        closeIdle: @escaping @Sendable () -> Void
    ) {
        state.withLock {
            $0.listener = listener
            $0.bind = bind
            $0.closeIdle = closeIdle
        }
    }

    /// Closes the port until the scenario's time has come so far; a closure that is already in
    /// force lasts until the later end.
    func close(for duration: Duration, on loop: LoopState) {
        let end = loop.instant + duration
        let (listener, closeIdle, isFirst) = state.withLock { state in
            let isFirst = state.end == nil
            state.end = max(state.end ?? end, end)
            defer { state.listener = nil }
            return (state.listener, state.closeIdle, isFirst)
        }
        listener?.close(promise: nil)
        closeIdle?()
        if isFirst { Reopening(self, loop).wait(until: end) }
    }

    /// Closes the port for good.
    func stop() async {
        let listener = state.withLock { state in
            state.isStopped = true
            return state.listener.take()
        }
        try? await listener?.close().get()
    }

    /// The time until which the port stays closed; nil once it may open.
    fileprivate func remaining(at now: ScenarioInstant) -> ScenarioInstant? {
        state.withLock { state in state.end.flatMap { $0 > now ? $0 : nil } }
    }

    /// Opens the port; another process may have it, so this is tried until it works.
    fileprivate func reopen(on loop: LoopState) {
        let bind = state.withLock { $0.isStopped ? nil : $0.bind }
        guard let bind else { return }
        let bound = NIOLoopBound(loop, eventLoop: loop.eventLoop)
        bind().hop(to: loop.eventLoop).whenComplete { [self] result in
            switch result {
            case .success(let listener): opened(listener)
            case .failure:
                let loop = bound.value
                Reopening(self, loop).wait(until: loop.now + .milliseconds(20))
            }
        }
    }

    private func opened(_ listener: any Channel) {
        let isStopped = state.withLock { state in
            state.end = nil
            if !state.isStopped { state.listener = listener }
            return state.isStopped
        }
        if isStopped { listener.close(promise: nil) }
    }
}

/// Waits on a loop for the end of a closure.
private final class Reopening: Paced {
    private let closure: PortClosure
    private let loop: LoopState
    private var ticket: Pacer.Ticket?

    init(_ closure: PortClosure, _ loop: LoopState) {
        self.closure = closure
        self.loop = loop
    }

    func wait(until end: ScenarioInstant) {
        let ticket = ticket ?? loop.pacer.register(self)
        self.ticket = ticket
        if let deadline = loop.core.clock.deadline(of: end) {
            loop.pacer.schedule(ticket, at: deadline)
        } else {
            loop.pacer.schedule(ticket, atAdvanceTo: end)
        }
    }

    func wait(until end: NIODeadline) {
        let ticket = ticket ?? loop.pacer.register(self)
        self.ticket = ticket
        loop.pacer.schedule(ticket, at: end)
    }

    func isDue(at now: NIODeadline) {
        if let end = closure.remaining(at: loop.instant) { return wait(until: end) }
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        closure.reopen(on: loop)
    }
}
