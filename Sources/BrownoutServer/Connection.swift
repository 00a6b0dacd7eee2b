import BrownoutEngine
import BrownoutJournal
import NIOCore
import NIOHTTP1

/// One client connection: takes requests in, one after the other, and plays the script of each.
///
/// While an answer is being played the connection does not read, so what a client pipelines waits
/// in its own socket.
final class Connection: Paced, Served, ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests.
        case idle
        /// The head of a request is in, its body is not.
        case receiving(Intake)
        /// A part of the body is being decoded, a little in each turn of the loop.
        case decoding(Intake)
        /// A whole request waits until the journal has room for it.
        case waitingForRoom(Intake)
        case playing(Exchange, Blocked)
        /// We have sent FIN and read what the client still sends, so that our answer is not lost.
        case lingering
        /// The peer hears nothing more, and nothing of it is heard.
        case dead
        case closed
    }

    /// What a script in progress waits for.
    enum Blocked {
        case time
        case writability
        case drain(until: NIODeadline, wait: TimeAmount)
        case hang
        case lastWrite
    }

    private static let backlogLimit = 8192
    private static let decodingPause = TimeAmount.microseconds(100)

    let loop: LoopState
    /// What it is on, which may outlive it.
    let socket: AcceptedSocket
    /// Names this connection's deadline; from its registration until it is forgotten.
    private var ticket: Pacer.Ticket?
    var phase = Phase.idle
    var context: ChannelHandlerContext?
    /// Parts of further requests that came in the same read.
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var isReadHeld = false
    private var isWorking = false
    /// Set while a read produced bytes that do not make up a head yet.
    private var headBegan: NIODeadline?
    private var tookPart = false
    /// The deadline of the body in progress is set.
    private var isBodyTimed = false
    private var idleSince: NIODeadline
    /// When an idle connection is closed by a fault; nil: not.
    private var idleEnd: ScenarioInstant?
    /// The next request is met with a reset.
    var resetsNextRequest = false
    /// The client's bytes stopped being HTTP, so nothing can follow the answer in progress.
    private(set) var isBroken = false

    /// The client's address as text, for the journal.
    var addressText: String { socket.addressText }
    private var address: NetworkAddress? { socket.address }
    private var limits: ServerLimits { loop.core.limits }

    init(socket: AcceptedSocket) {
        self.socket = socket
        self.loop = socket.loop
        self.idleSince = socket.loop.now
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        socket.served = self
        ticket = loop.pacer.register(self)
        rest()
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch phase {
        case .playing(let exchange, _): clientLeft(exchange)
        case .receiving(let intake), .decoding(let intake), .waitingForRoom(let intake):
            releaseBudget(intake)
        case .idle, .lingering, .dead, .closed: break
        }
        phase = .closed
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tookPart = true
        headBegan = nil
        let part = unwrapInboundIn(data)
        switch phase {
        case .idle where backlog.isEmpty, .receiving:
            take(part)
            work()
        case .idle, .decoding, .waitingForRoom, .playing:
            // One read holds fewer. More comes only when the client has closed its side: then
            // NIO reads all there is, and the connection ends.
            if backlog.count < Connection.backlogLimit { backlog.append(part) }
        case .lingering, .dead, .closed:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch phase {
        case .idle where !tookPart && headBegan == nil:
            headBegan = loop.now
            wake(in: limits.headTime)
        case .receiving where !isBodyTimed:
            isBodyTimed = true
            wake(in: limits.bodyTime)
        default:
            break
        }
        tookPart = false
    }

    func read(context: ChannelHandlerContext) {
        switch phase {
        case .idle where backlog.isEmpty, .receiving, .lingering: context.read()
        default: isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, case .playing(let exchange, .writability) = phase else {
            return
        }
        cancelWake()
        play(exchange)
        work()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is NIOHTTPDecoderError else {
            context.close(promise: nil)
            return
        }
        // The bytes are not HTTP, or more head than we take: the edge answers, not the provider.
        isBroken = true
        let overflow = error as? HTTPParserError == .headerOverflow
        refuseAtTheEdge(overflow ? .headTooLarge : .notHTTP)
    }

    // MARK: Requests

    /// Goes through what came while an answer was being played.
    func work() {
        guard !isWorking else { return }
        isWorking = true
        while !backlog.isEmpty {
            switch phase {
            case .idle, .receiving:
                take(backlog.removeFirst())
                continue
            case .lingering, .dead, .closed:
                backlog.removeAll()
            case .decoding, .waitingForRoom, .playing:
                break
            }
            break
        }
        isWorking = false
        guard isReadHeld, backlog.isEmpty else { return }
        switch phase {
        case .idle, .receiving, .lingering:
            isReadHeld = false
            context?.read()
        default:
            break
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (part, phase) {
        case (.head(let head), .idle):
            let intake = Intake(head, limits: limits)
            isBodyTimed = false
            phase = .receiving(intake)
            if intake.isTooLarge {
                begin(intake)
            } else if intake.expectsContinue {
                write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        case (.body(let bytes), .receiving(let intake)):
            intake.append(bytes)
            decode(intake)
        case (.end, .receiving(let intake)):
            intake.end()
            begin(intake)
        default:
            // The rest of a body that was refused.
            break
        }
    }

    /// Decodes what came of a body; where that takes long, others on this loop go first.
    private func decode(_ intake: Intake) {
        let isDone = intake.decode(limits.decodingStep)
        let inFlight = loop.core.counters.bodyBytes(intake.charge())
        if intake.isTooLarge {
            begin(intake)
        } else if inFlight > limits.bodyBytesInFlight {
            releaseBudget(intake)
            refuseAtTheEdge(.tooManyBodies)
        } else if isDone {
            phase = .receiving(intake)
        } else {
            phase = .decoding(intake)
            // A task for right now would run before the loop returns to its sockets.
            let isolated = loop.eventLoop.assumeIsolated()
            isolated.scheduleTask(in: Connection.decodingPause) { [self] in
                guard case .decoding(let current) = phase, current === intake else { return }
                decode(intake)
                work()
            }
        }
    }

    private func releaseBudget(_ intake: Intake) {
        _ = loop.core.counters.bodyBytes(-intake.discharge())
    }

    /// Starts the answer to a request, as soon as the journal has room for it.
    private func begin(_ intake: Intake) {
        if let journal = loop.core.journal, !journal.hasRoom {
            phase = .waitingForRoom(intake)
            loop.waitForRoom(self, in: journal)
            return
        }
        releaseBudget(intake)
        let instant = loop.instant
        let wall = loop.wallMicroseconds(at: loop.now)
        let closes = !intake.keepAlive || intake.isTooLarge || loop.isStopping
        idleEnd = nil
        var planned = loop.responder.plan(
            intake.request(from: address), at: instant.elapsed, wall: wall,
            date: loop.date(atSecond: wall / 1_000_000), closing: closes)
        if resetsNextRequest { planned.resetInstead() }
        loop.core.counters.exchangeBegan()
        let limit = limits.journalBodyBytes
        let forwarded = planned.client(behind: address)
        let opening =
            loop.core.isRecording
            ? planned.opening(
                intake, client: forwarded ?? addressText, at: wall, limit: limit) : nil
        let exchange = Exchange(
            planned, began: instant, closes: closes, opening: opening, captureLimit: limit,
            mark: loop.metrics.begin(planned))
        exchange.note = intake.problem?.note
        if forwarded != nil { exchange.add(note: "forwarded by \(addressText)") }
        // A write that fails ends the connection before it returns: the exchange must be known.
        phase = .playing(exchange, .time)
        play(exchange)
    }

    func roomMade() {
        guard case .waitingForRoom(let intake) = phase else { return }
        begin(intake)
        work()
    }

    /// Between requests: the deadline of the last wait stands until it is needed.
    func rest() {
        phase = .idle
        idleSince = loop.now
        if loop.isStopping {
            context?.close(promise: nil)
        } else if nextWake == nil {
            wake(in: limits.idleTime)
        }
    }

    /// Between requests, up to a time at which the connection ends.
    func rest(until end: ScenarioInstant) {
        rest()
        idleEnd = end
        if end <= loop.instant { linger() } else { wake(at: end) }
    }

    /// Between requests, and not to be used again: the port is closed.
    func closeIfIdle() {
        guard case .idle = phase, backlog.isEmpty, headBegan == nil else { return }
        linger()
    }

    // MARK: Deadlines

    func wake(in time: Duration) {
        wake(at: loop.now + .nanoseconds(time.inNanoseconds))
    }

    func wake(at deadline: NIODeadline) {
        if let ticket { loop.pacer.schedule(ticket, at: deadline) }
    }

    /// Wakes the connection at an instant of the scenario's time.
    func wake(at instant: ScenarioInstant) {
        if let deadline = loop.core.clock.deadline(of: instant) {
            wake(at: deadline)
        } else if let ticket {
            loop.pacer.schedule(ticket, atAdvanceTo: instant)
        }
    }

    func cancelWake() {
        if let ticket { loop.pacer.cancel(ticket) }
    }

    private var nextWake: NIODeadline? { ticket.flatMap { loop.pacer.deadline(of: $0) } }

    func isDue(at now: NIODeadline) {
        switch phase {
        case .idle:
            if let idleEnd, idleEnd <= loop.instant { return linger() }
            if headBegan != nil { return refuseAtTheEdge(.headTooSlow) }
            let end = idleSince + .nanoseconds(limits.idleTime.inNanoseconds)
            if now < end { return wake(at: end) }
            context?.close(promise: nil)
        case .receiving(let intake), .decoding(let intake):
            releaseBudget(intake)
            refuseAtTheEdge(.bodyTooSlow)
        case .playing(let exchange, let blocked):
            continuePlaying(exchange, blocked, at: now)
            work()
        case .lingering:
            socket.close()
        case .dead:
            reset()
        case .waitingForRoom, .closed:
            break
        }
    }

    // MARK: Stopping

    /// The server stops: an answer in progress may end, one that never ends is cut off.
    func closeWhenDone() {
        switch phase {
        case .playing(_, .hang), .idle, .receiving, .decoding, .waitingForRoom, .lingering, .dead:
            abort()
        case .playing(_, .time) where loop.core.clock.mode == .manual: abort()
        case .playing, .closed: break
        }
    }

    func abort() {
        if case .playing(let exchange, _) = phase { finish(exchange, ending: "stopped") }
        phase = .closed
        context?.close(promise: nil)
    }
}
