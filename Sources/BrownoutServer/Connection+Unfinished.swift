import BrownoutEngine
import NIOCore
import NIOHTTP1

// What becomes of a request whose client ends its side of the connection amid it.
extension Connection {
    /// Whether a client that has ended its side can still be answered. Over TLS it cannot: there the
    /// end of one side is the end of both.
    func allowHalfClosure(_ isAllowed: Bool) {
        try? context?.channel.syncOptions?.setOption(
            .allowRemoteHalfClosure, value: isAllowed && socket.records == nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            // Who ends its side behind whole requests has left.
            if case .unfinished = phase {} else { socket.close() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The client's bytes end within a request: it has ended its side, or the connection is gone.
    func breakOff() {
        guard isOpen else { return leaveAmidRequest() }
        switch phase {
        case .idle where inbox.parts.isEmpty:
            answer(loop.answerBrokenHead(on: socket))
        case .receiving(let intake), .decoding(let intake):
            releaseBudget(intake)
            for case .body(let bytes) in inbox.parts { intake.append(bytes) }
            answer(loop.answerBrokenBody(of: intake, on: socket))
        default:
            socket.close()
        }
    }

    /// What is known of a request whose head was in is journalled by ``lose()``.
    private func leaveAmidRequest() {
        if case .idle = phase, inbox.parts.isEmpty {
            loop.journal(.clientLeft, from: socket, status: nil, bytes: 0)
        }
        socket.close()
    }

    private func answer(_ answer: UnfinishedAnswer) {
        phase = .unfinished(answer)
        write(answer.bytes)
        // A write that fails ends the connection before it returns.
        if case .unfinished = phase { awaitUptake(answer) }
    }

    /// Waits until the client's kernel has the answer; what resets the connection meanwhile is told
    /// as its end.
    func awaitUptake(_ answer: UnfinishedAnswer) {
        if unacknowledged == 0 {
            loop.journal(answer, .complete, on: socket)
            closeWrite()
        } else if loop.now < answer.end {
            wake(at: loop.now + answer.nextWait())
        } else {
            loop.journal(answer, .clientLeft, on: socket)
            reset()
        }
    }
}
