import BrownoutAnswers
import BrownoutEngine
import BrownoutWire
import NIOCore
import NIOHTTP1
import NIOHTTP2

/// A stream of an HTTP/2 connection: one request and the script of its answer.
///
/// While it does not take what the client sends, it does not read, so the stream's flow-control
/// window closes and the client waits.
final class HTTP2Stream: Carrier, ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    let connection: HTTP2Connection
    /// The stream's identifier (RFC 9113, 5.1.1).
    private(set) var id = 0
    private(set) var ticket: Pacer.Ticket?
    var phase = CarrierPhase.idle
    var inbox = Inbox()
    private(set) var context: ChannelHandlerContext?
    private(set) var hasRequestEnded = false
    /// Its body never comes: the client's window is not opened.
    private var isStarved = false
    /// Frames that the kernel does not have yet, and the bytes of bodies in them.
    private var framesUnderway = 0
    private var bytesUnderway = 0
    /// Pieces were written and not let go.
    private var hasPieces = false

    var loop: LoopState { connection.loop }
    var socket: AcceptedSocket { connection.socket }

    init(_ connection: HTTP2Connection) {
        self.connection = connection
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        let number = try? context.channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
        id = number.map { Int($0) } ?? 0
        ticket = loop.pacer.register(self)
        if !connection.admit(self) { resetStream(code: HTTP2Code.refusedStream.rawValue) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        // Both sides have ended the stream; whether the end has left is yet to be told.
        if case .playing(_, .lastWrite) = phase, framesUnderway > 0 { return }
        lose()
        retire()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let block):
            take(block)
        case .data(let data):
            guard !isStarved else { return }
            if case .byteBuffer(let bytes) = data.data, bytes.readableBytes > 0 {
                receive(.body(bytes))
            }
            if data.endStream { end() }
        default:
            break
        }
    }

    private func take(_ block: HTTP2Frame.FramePayload.Headers) {
        // A second block is that of the trailers, which say nothing to us.
        if case .idle = phase {
            // NIOHTTP2 counts bytes, not fields.
            if block.headers.count > loop.core.limits.headFields { return refuse(.headTooLarge) }
            receive(.head(ReceivedHead(block.headers)))
        }
        isStarved = connection.isStarving && !block.endStream
        if block.endStream { end() }
    }

    private func end() {
        hasRequestEnded = true
        receive(.end)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .receiving = phase, !isStarved { timeBody() }
    }

    func read(context: ChannelHandlerContext) {
        switch phase {
        case .idle where inbox.parts.isEmpty, .receiving: context.read()
        default: inbox.isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        becameWritable()
    }

    /// The stream is over, and nobody waits for it any more.
    private func retire() {
        guard let ticket else { return }
        self.ticket = nil
        loop.pacer.unregister(ticket)
        connection.forget(self)
    }

    // MARK: Deadlines

    func isDue(at now: NIODeadline) {
        switch phase {
        case .receiving(let intake), .decoding(let intake):
            releaseBudget(intake)
            refuse(.bodyTooSlow)
        case .playing(let exchange, let blocked): continuePlaying(exchange, blocked, at: now)
        case .dead: reset()
        case .idle, .waitingForRoom, .planning, .unfinished, .lingering, .closed: break
        }
    }

    // MARK: Stopping

    /// The server stops: an answer in progress may end, one that never ends is cut off.
    func closeWhenDone() {
        switch phase {
        case .playing(_, .hang), .idle, .receiving, .decoding, .waitingForRoom, .planning,
            .lingering, .dead:
            abort()
        case .playing(_, .time) where loop.core.clock.mode == .manual: abort()
        case .playing, .unfinished, .closed: break
        }
    }

    func abort() {
        cutOff(ending: .stopped, note: nil)
        context?.close(promise: nil)
    }

    /// The connection ends, and not because of this stream.
    func cutOff(ending: ExchangeEnding, note: String?) {
        switch phase {
        case .playing(let exchange, _):
            if let note { exchange.add(note: note) }
            finish(exchange, ending: ending)
        case .receiving(let intake), .decoding(let intake), .waitingForRoom(let intake):
            releaseBudget(intake)
        case .idle, .planning, .unfinished, .lingering, .dead, .closed: break
        }
        phase = .closed
    }

    // MARK: Frames

    /// Writes a frame, and keeps count of it until the kernel has it.
    func send(
        _ frame: HTTP2Frame.FramePayload, bytes: Int = 0, flushes: Bool = true,
        then done: ((Result<Void, any Error>) -> Void)? = nil
    ) {
        guard let context else { return }
        framesUnderway += 1
        bytesUnderway += bytes
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] result in
            framesUnderway -= 1
            bytesUnderway -= bytes
            done?(result)
            if framesUnderway == 0 { written() }
        }
        context.write(wrapOutboundOut(frame), promise: promise)
        if flushes { context.flush() }
    }

    /// Writes a frame that may leave with the next.
    func writePiece(_ bytes: ByteBuffer) {
        hasPieces = true
        let frame = HTTP2Frame.FramePayload.Data(data: .byteBuffer(bytes))
        send(.data(frame), bytes: bytes.readableBytes, flushes: false)
    }

    func flushPieces() {
        guard hasPieces else { return }
        hasPieces = false
        context?.flush()
    }

    var unwritten: Int { bytesUnderway }

    var hasWritten: Bool { framesUnderway == 0 }

    var unacknowledged: Int { bytesUnderway + connection.unacknowledged }

    /// The end of an answer has left, or has not.
    func endLeft(_ exchange: Exchange, _ result: Result<Void, any Error>) {
        if case .success = result { endWritten(of: exchange) } else { lose() }
        if context == nil { retire() }
    }
}
