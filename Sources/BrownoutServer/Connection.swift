import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import NIOCore
import NIOHTTP1

/// A connection that speaks HTTP/1.1: takes requests in, one after the other, and plays the script
/// of each.
///
/// While an answer is being played the connection does not read, so what a client pipelines waits
/// in its own socket.
final class Connection: Carrier, Served, ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopState
    let socket: AcceptedSocket
    /// Names this connection's deadline; from its registration until it is forgotten.
    private(set) var ticket: Pacer.Ticket?
    var phase = CarrierPhase.idle
    var inbox = Inbox()
    private(set) var context: ChannelHandlerContext?
    private(set) var channel: (any Channel)?
    /// The socket, where bytes can be handed to it past the channel: not where TLS makes records
    /// of them.
    private(set) var descriptor: CInt?
    /// The channel may have bytes that the kernel has not taken.
    var mayLag = false
    /// Set while a read produced bytes that do not make up a head yet.
    private var headBegan: NIODeadline?
    private var tookPart = false
    private var idleSince: NIODeadline
    /// When an idle connection is closed by a fault; nil: not.
    var idleEnd: ScenarioInstant?
    /// The next request is met with a reset.
    var resetsNextRequest = false
    /// What reads requests; nil before it is known that they are of HTTP/1.1.
    var decoder: RequestDecoder?
    /// The client's bytes stopped being HTTP, so nothing can follow the answer in progress.
    var isBroken = false

    private var limits: ServerLimits { loop.core.limits }

    init(socket: AcceptedSocket) {
        self.socket = socket
        self.loop = socket.loop
        self.idleSince = socket.loop.now
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        channel = context.channel
        if socket.records == nil { descriptor = UnsafeSocket.descriptor(of: context) }
        socket.served = self
        ticket = loop.pacer.register(self)
        allowHalfClosure(true)
        rest()
    }

    func channelInactive(context: ChannelHandlerContext) {
        lose()
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        self.context = nil
        channel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        decoder?.see(part)
        switch part {
        case .head(let head): take(.head(ReceivedHead(head)))
        case .body(let bytes): take(.body(bytes))
        case .end: take(.end)
        }
    }

    /// Takes a part of a request from what reads them.
    func take(_ part: RequestPart) {
        tookPart = true
        headBegan = nil
        receive(part)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch phase {
        case .idle where !tookPart && headBegan == nil:
            headBegan = loop.now
            wake(in: limits.headTime)
        case .receiving:
            timeBody()
        default:
            break
        }
        tookPart = false
    }

    func read(context: ChannelHandlerContext) {
        switch phase {
        case .idle where inbox.parts.isEmpty, .receiving, .lingering: context.read()
        default: inbox.isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        becameWritable()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is NIOHTTPDecoderError else {
            if case .playing(let exchange, _) = phase, let reason = TLSReason.of(error) {
                exchange.add(note: "TLS: \(reason)")
            }
            socket.close()
            return
        }
        // The bytes end within a request.
        if error as? HTTPParserError == .invalidEOFState { return breakOff() }
        // The bytes are not HTTP, or more head than we take: the edge answers, not the provider.
        isBroken = true
        let overflow = error as? HTTPParserError == .headerOverflow
        refuse(overflow ? .headTooLarge : .notHTTP)
    }

    /// Between requests: the deadline of the last wait stands until it is needed.
    func rest() {
        phase = .idle
        idleSince = loop.now
        if loop.isStopping {
            hangUp()
        } else if nextWake == nil {
            wake(in: limits.idleTime)
        }
    }

    /// Between requests, up to a time at which the connection ends.
    func rest(until end: ScenarioInstant) {
        rest()
        idleEnd = end
        if end <= loop.instant { closeWrite() } else { wake(at: end) }
    }

    /// Between requests, and not to be used again: the port is closed.
    func closeIfIdle() {
        guard case .idle = phase, inbox.parts.isEmpty, headBegan == nil else { return }
        closeWrite()
    }

    /// The client speaks HTTP/2: another handler takes this one's place.
    func handOver() {
        phase = .closed
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        allowHalfClosure(false)
        context = nil
        channel = nil
    }

    // MARK: Deadlines

    private var nextWake: NIODeadline? { ticket.flatMap { loop.pacer.deadline(of: $0) } }

    func isDue(at now: NIODeadline) {
        switch phase {
        case .idle:
            if let idleEnd, idleEnd <= loop.instant { return closeWrite() }
            if headBegan != nil { return refuse(.headTooSlow) }
            let end = idleSince + .nanoseconds(limits.idleTime.inNanoseconds)
            if now < end { return wake(at: end) }
            hangUp()
        case .receiving(let intake), .decoding(let intake):
            releaseBudget(intake)
            refuse(.bodyTooSlow)
        case .playing(let exchange, let blocked):
            continuePlaying(exchange, blocked, at: now)
            work()
        case .unfinished(let answer):
            awaitUptake(answer)
        case .lingering:
            socket.close()
        case .dead:
            reset()
        case .waitingForRoom, .planning, .closed:
            break
        }
    }

    var exchanges: [Exchange] { exchange.map { [$0] } ?? [] }

    func abortUnreadAnswers() {
        abortIfUnread()
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
        switch phase {
        case .playing(let exchange, _): finish(exchange, ending: .stopped)
        case .unfinished(let answer): loop.journal(answer, .stopped, on: socket)
        default: break
        }
        hangUp()
    }

    /// Closes at once what has nothing in progress: over TLS with close_notify, and without
    /// waiting for the peer's.
    private func hangUp() {
        phase = .closed
        context?.close(mode: .output, promise: nil)
        socket.close()
    }
}
