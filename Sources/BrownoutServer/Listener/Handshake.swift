import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import NIOCore
import NIOTLS

/// Above TLS until its handshake is over: then the protocol that was agreed on takes its place.
final class Handshake: ChannelInboundHandler, RemovableChannelHandler, Paced, Served {
    typealias InboundIn = ByteBuffer

    private let socket: AcceptedSocket
    private let setup: ConnectionSetup
    private var ticket: Pacer.Ticket?
    private var isOver = false

    private var loop: LoopState { socket.loop }
    /// What was decided about the connection, if anything was.
    private var opening: DecidedConnection? { socket.opening }

    init(on socket: AcceptedSocket, setup: ConnectionSetup) {
        self.socket = socket
        self.setup = setup
    }

    func handlerAdded(context: ChannelHandlerContext) {
        socket.served = self
        let ticket = loop.pacer.register(self)
        self.ticket = ticket
        let time = loop.core.limits.handshakeTime
        loop.pacer.schedule(ticket, at: loop.now + .nanoseconds(time.inNanoseconds))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        forgetDeadline()
    }

    private func forgetDeadline() {
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
    }

    // MARK: Channel events

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let name)? = event as? TLSUserEvent, !isOver else {
            return context.fireUserInboundEventTriggered(event)
        }
        isOver = true
        socket.records?.handshakeIsOver()
        if case .tls? = opening?.decision.fault {
            opening?.finish(
                injected: true, ending: .handshakeComplete,
                note: "the client goes on all the same")
        }
        do {
            try setup.negotiated(name, context.channel, on: socket)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            socket.close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let alert = socket.records?.alert.map(TLSReason.ofAlert)
        fail(alert ?? TLSReason.of(error) ?? "\(error)")
        socket.close()
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the client left before the handshake was over")
        forgetDeadline()
        context.fireChannelInactive()
    }

    func isDue(at now: NIODeadline) {
        fail("limit: the handshake took longer than \(loop.core.limits.handshakeTime)")
        socket.close()
    }

    // MARK: Failing

    private func fail(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        guard let opening else { return journal(reason) }
        opening.finish(
            injected: socket.isHeard, ending: .handshakeFailed, note: "TLS: \(reason)")
    }

    /// A handshake that fails though nothing is wrong with it, most often because the client does
    /// not trust the authority.
    private func journal(_ reason: String) {
        loop.metrics.handshakeFailed()
        // Who connects and leaves has not begun a handshake.
        guard loop.core.isRecording, socket.isHeard else { return }
        var record = loop.row(from: socket)
        record.ending = .handshakeFailed
        record.note = "TLS: \(reason)"
        loop.core.record(record)
    }

    // MARK: Stopping

    func closeWhenDone() {
        abort()
        socket.close()
    }

    func closeIfIdle() {}

    func abort() {
        isOver = true
        opening?.finish(injected: socket.isHeard, ending: .stopped)
    }
}
