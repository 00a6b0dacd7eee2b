import BrownoutEngine
import NIOCore

/// A connection on which no request is ever answered: it is ended, or left in silence, as soon as
/// it is accepted or when the client has said its TLS hello.
final class BrokenConnection: ChannelInboundHandler, Paced, Served {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What becomes of the connection.
    private enum Act {
        case fin
        case reset
        case silence
        /// Bytes, which the journal calls so, and FIN.
        case answer([UInt8], called: String, status: Int?)
    }

    /// A TLS alert as it is before any key is agreed on: fatal (2), handshake_failure (40), in a
    /// record of type 21 (RFC 8446, 5.1, 6.2).
    private static let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 40]

    private let socket: AcceptedSocket
    private let opening: DecidedConnection
    private let act: Act
    private let waitsForHello: Bool
    private var hello: ByteBuffer?
    private var ticket: Pacer.Ticket?
    private var hasActed = false

    private var loop: LoopState { socket.loop }

    /// Nil: the fault is none that keeps a connection from being served.
    init?(_ opening: DecidedConnection, on socket: AcceptedSocket) {
        guard let act = BrokenConnection.act(opening.decision.fault, on: socket) else { return nil }
        self.socket = socket
        self.opening = opening
        self.act = act
        if case .tls = opening.decision.fault {
            waitsForHello = true
        } else {
            waitsForHello = false
        }
    }

    private static func act(_ fault: Fault, on socket: AcceptedSocket) -> Act? {
        switch fault {
        case .connection(let word, _):
            switch word {
            case .acceptFIN: .fin
            case .acceptReset: .reset
            case .finAfterAnswer, .finWhileIdle, .resetNextRequest: nil
            }
        case .tls(let word, _): act(word, on: socket)
        case .error, .errorEvent, .cut, .stall, .hang, .dribble, .slowHeaders, .framing, .mangle,
            .shape, .missing, .content, .page, .raw, .rawStream, .refuse, .http2, .all:
            nil
        }
    }

    private static func act(_ fault: TLSFault, on socket: AcceptedSocket) -> Act? {
        switch fault {
        case .handshakeFIN: .fin
        case .handshakeReset: .reset
        case .handshakeHang: .silence
        case .handshakeAlert: .answer(alert, called: "alert handshake_failure", status: nil)
        case .plaintext:
            .answer(plaintext(socket.loop), called: "HTTP/1.1 400 without TLS", status: 400)
        // In the handshake itself, or behind it.
        case .expired, .notYetValid, .wrongHost, .untrusted, .oldProtocol, .noCloseNotify,
            .corruptRecord:
            nil
        }
    }

    /// What nginx answers on a port without TLS to bytes that are no HTTP.
    private static func plaintext(_ loop: LoopState) -> [UInt8] {
        let page = """
            <html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n\
            <center><h1>400 Bad Request</h1></center>\r\n<hr><center>nginx</center>\r\n\
            </body>\r\n</html>\r\n
            """
        let date = loop.date(atSecond: loop.wallMicroseconds(at: loop.now) / 1_000_000)
        let head =
            "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nDate: \(date)\r\n"
            + "Content-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n"
            + "Connection: close\r\n\r\n"
        return Array((head + page).utf8)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        socket.served = self
        ticket = loop.pacer.register(self)
        if waitsForHello { wake(in: loop.core.limits.handshakeTime) } else { perform(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasActed else { return }
        let bytes = unwrapInboundIn(data)
        if hello == nil { hello = bytes } else { hello?.writeImmutableBuffer(bytes) }
        if let hello, BrokenConnection.isWhole(hello) { perform(context) }
    }

    /// Whether the first record is in (RFC 8446, 5.1: a type, a version, two bytes of length), or
    /// what came is no TLS at all.
    private static func isWhole(_ bytes: ByteBuffer) -> Bool {
        guard bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == 22 else { return true }
        guard let length = bytes.getInteger(at: bytes.readerIndex + 3, as: UInt16.self) else {
            return false
        }
        return bytes.readableBytes >= 5 + Int(length)
    }

    func channelInactive(context: ChannelHandlerContext) {
        opening.finish(injected: hasActed, ending: .clientLeft)
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        socket.close()
    }

    // MARK: What happens

    private func perform(_ context: ChannelHandlerContext) {
        hasActed = true
        hello = nil
        if let ticket { loop.pacer.cancel(ticket) }
        switch act {
        case .silence: break
        case .reset:
            opening.finish(injected: true, ending: .reset, steps: ["RST"])
            socket.reset()
        case .fin:
            opening.finish(injected: true, ending: .fin, steps: ["FIN"])
            linger()
        case .answer(let bytes, let name, let status):
            opening.finish(
                injected: true, ending: .fin, steps: [name, "FIN"], status: status,
                bytes: bytes.count)
            let buffer = context.channel.allocator.buffer(bytes: bytes)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
            linger()
        }
    }

    /// FIN, then reading what the client still sends: bytes nobody reads would make it a reset.
    private func linger() {
        wake(in: loop.core.limits.lingerTime)
        socket.closeWrite()
    }

    private func wake(in time: Duration) {
        guard let ticket else { return }
        loop.pacer.schedule(ticket, at: loop.now + .nanoseconds(time.inNanoseconds))
    }

    func isDue(at now: NIODeadline) {
        opening.finish(
            injected: false, ending: .limit, note: "limit: the client said no TLS hello")
        socket.close()
    }

    // MARK: Stopping

    func closeWhenDone() {
        abort()
        socket.close()
    }

    func closeIfIdle() {}

    func abort() {
        opening.finish(injected: hasActed, ending: .stopped)
    }
}
