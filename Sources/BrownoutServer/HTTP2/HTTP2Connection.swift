import BrownoutAnswers
import BrownoutEngine
import NIOCore
import NIOHTTP2

/// A connection that speaks HTTP/2, below NIOHTTP2: what its streams share. It knows them all,
/// ends the connection when it is idle, broken or no longer wanted, and writes the frames that
/// are none of a stream.
final class HTTP2Connection: Paced, Served, ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State {
        case open
        /// A GOAWAY is out: streams up to this one go on, and the connection closes after them.
        case leaving(lastStream: Int)
        /// FIN is out; what the client still sends is read for a while.
        case lingering
        case closed
    }

    let loop: LoopState
    let socket: AcceptedSocket
    /// What was decided about the connection when it was accepted.
    private let fault: HTTP2Fault.Word?
    private var state = State.open
    private var streams: [Int: HTTP2Stream] = [:]
    /// The newest stream that was taken.
    private var lastStream = 0
    private var context: ChannelHandlerContext?
    private var ticket: Pacer.Ticket?
    /// When a fault ends the connection, if it is idle then.
    private var idleEnd: ScenarioInstant?
    private var resetsNextRequest = false
    private var frames = HTTP2Bytes.Watch()
    /// Streams whose every byte has a DATA frame of its own, and the head of such a frame whose
    /// bytes come next.
    private var byteStreams: Set<Int> = []
    private var headToSplit: ByteBuffer?
    private var entrance: HTTP2Bytes.Entrance
    private var heads = HTTP2Bytes.HeadWatch()
    /// Streams at a time, as our SETTINGS say; and before the client has taken note of them.
    private let streamLimit: (said: Int, before: Int)
    /// Streams that were refused, since when.
    private var refused = (count: 0, since: NIODeadline.uptimeNanoseconds(0))
    /// Bytes that the answers of its streams hold.
    private var held = 0
    /// Streams whose requests wait until others have left.
    private var crowded: [HTTP2Stream] = []

    init(socket: AcceptedSocket, fault: HTTP2Fault.Word?) {
        self.socket = socket
        self.loop = socket.loop
        self.fault = fault
        let limit = socket.loop.core.limits.streams
        streamLimit = (fault == .oneStream ? 1 : limit, limit)
        entrance = HTTP2Bytes.Entrance(agreesAtOnce: fault != .noWindow)
    }

    /// Whether the client's bodies never get through.
    var isStarving: Bool { fault == .noWindow }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        socket.served = self
        ticket = loop.pacer.register(self)
        wake(in: loop.core.limits.idleTime)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leaveAmidHead()
        state = .closed
        self.context = nil
        if let ticket { loop.pacer.unregister(ticket) }
        ticket = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        heads.see(bytes)
        guard !entrance.isOver else { return context.fireChannelRead(data) }
        let passed = entrance.pass(bytes)
        if passed.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(passed)) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var bytes) = unwrapOutboundIn(data) else {
            return context.write(data, promise: promise)
        }
        if frames.isFirst, HTTP2Bytes.setStreamLimit(streamLimit.said, in: &bytes) {
            frames.see(bytes)
            return context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: promise)
        }
        frames.see(bytes)
        if let head = headToSplit {
            headToSplit = nil
            let split = HTTP2Bytes.split(bytes, behind: head)
            return context.write(wrapOutboundOut(.byteBuffer(split)), promise: promise)
        }
        if !byteStreams.isEmpty, let stream = HTTP2Bytes.streamOfLongData(bytes),
            byteStreams.contains(stream)
        {
            headToSplit = bytes
            promise?.succeed()
            return
        }
        context.write(data, promise: promise)
    }

    /// From here on every byte of a stream's body has a frame of its own.
    func frameBytes(of stream: HTTP2Stream) {
        byteStreams.insert(stream.id)
    }

    /// NIOHTTP2 says GOAWAY when the client has broken HTTP/2, and leaves the rest to us.
    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard frames.sawGoAway, case .open = state else { return }
        loop.journal(.notHTTP2, from: socket, status: nil, bytes: 0)
        linger()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The socket's, or that of TLS; those of HTTP/2 come from the handlers above.
        socket.close()
    }

    /// The client has left, perhaps amid the head of a request. A stream that is open tells of its
    /// own end, also where that came amid trailers.
    private func leaveAmidHead() {
        guard let stream = heads.stream, streams[stream] == nil else { return }
        switch state {
        case .open, .leaving: loop.journal(.clientLeft, from: socket, status: nil, bytes: 0)
        case .lingering, .closed: break
        }
    }

    // MARK: Streams

    /// False when the stream is one too many, or came too late.
    func admit(_ stream: HTTP2Stream) -> Bool {
        switch state {
        case .open: break
        case .leaving(let lastStream) where stream.id <= lastStream: break
        case .leaving, .lingering, .closed: return false
        }
        guard streams.count < (entrance.isOver ? streamLimit.said : streamLimit.before) else {
            countRefusal()
            return false
        }
        lastStream = max(lastStream, stream.id)
        streams[stream.id] = stream
        idleEnd = nil
        return true
    }

    /// A client that goes on opening streams beyond the limit is told to be calm.
    private func countRefusal() {
        let (limit, now) = (loop.core.limits.resetStreams, loop.now)
        if (now - refused.since).nanoseconds > limit.time.inNanoseconds { refused = (0, now) }
        refused.count += 1
        guard refused.count > limit.count, case .open = state else { return }
        goAway(lastStream: lastStream, code: HTTP2Code.enhanceYourCalm.rawValue)
        loop.journal(.notHTTP2, from: socket, status: nil, bytes: 0)
        linger()
    }

    /// Whether a further answer may be made; if not, its stream is called back once it may.
    func hasRoom(for stream: HTTP2Stream) -> Bool {
        if held < loop.core.limits.heldBytesOfConnection { return true }
        crowded.append(stream)
        return false
    }

    /// Counts bytes that an answer holds in, or out when negative.
    func hold(_ change: Int) {
        held += change
        loop.hold(change)
        guard change < 0, !crowded.isEmpty, held < loop.core.limits.heldBytesOfConnection else {
            return
        }
        let waiting = crowded
        crowded = []
        for stream in waiting { loop.waitForTurn(stream) }
    }

    func forget(_ stream: HTTP2Stream) {
        byteStreams.remove(stream.id)
        guard streams.removeValue(forKey: stream.id) != nil, streams.isEmpty else { return }
        switch state {
        case .open: rest()
        case .leaving: linger()
        case .lingering, .closed: break
        }
    }

    func prepare(_ planned: inout PlannedExchange) {
        if resetsNextRequest { planned.resetInstead() }
    }

    /// What becomes of the connection behind an answer.
    func follow(_ exchange: Exchange, on stream: HTTP2Stream) {
        switch exchange.afterwards {
        case nil: break
        case .finAfterAnswer?: closeWrite(by: stream)
        case .finWhileIdle(let time)?: idleEnd = exchange.due + time
        case .resetNextRequest?: resetsNextRequest = true
        }
    }

    // MARK: Ends

    /// GOAWAY. Without an error the streams go on, and the connection closes after them.
    func goAway(lastStream: Int, code: UInt32) {
        let bytes = HTTP2Bytes.goAway(lastStream: lastStream, code: code)
        context?.writeAndFlush(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
        if case .open = state { state = .leaving(lastStream: max(lastStream, self.lastStream)) }
    }

    /// FIN without a word of HTTP/2, in the middle of what other streams do.
    func closeWrite(by stream: HTTP2Stream) {
        cutOff(besides: stream, ending: .fin)
        linger()
    }

    /// RST.
    func reset(by stream: HTTP2Stream) {
        cutOff(besides: stream, ending: .reset)
        reset()
    }

    private func cutOff(besides stream: HTTP2Stream, ending: ExchangeEnding) {
        for other in Array(streams.values) where other !== stream {
            other.cutOff(
                ending: ending, note: "the answer on stream \(stream.id) ended the connection")
        }
    }

    private func reset() {
        state = .closed
        socket.reset()
    }

    /// FIN, then reading what the client still sends, for a while.
    private func linger() {
        state = .lingering
        wake(in: loop.core.limits.lingerTime)
        context?.close(mode: .output, promise: nil)
    }

    /// Bytes that the peer's kernel has not acknowledged, of all streams.
    var unacknowledged: Int {
        guard let context else { return 0 }
        return (UnsafeSocket.unacknowledged(context) ?? 0) + UnsafeSocket.unwritten(context.channel)
    }

    func dropIncoming() -> Bool {
        context.map(UnsafeSocket.dropIncoming) ?? false
    }

    // MARK: Deadlines

    private func rest() {
        if let idleEnd {
            wake(at: idleEnd)
        } else {
            wake(in: loop.core.limits.idleTime)
        }
    }

    private func wake(in time: Duration) {
        if let ticket {
            loop.pacer.schedule(ticket, at: loop.now + .nanoseconds(time.inNanoseconds))
        }
    }

    private func wake(at instant: ScenarioInstant) {
        guard let ticket else { return }
        if let deadline = loop.core.clock.deadline(of: instant) {
            loop.pacer.schedule(ticket, at: deadline)
        } else {
            loop.pacer.schedule(ticket, atAdvanceTo: instant)
        }
    }

    func isDue(at now: NIODeadline) {
        switch state {
        case .open where streams.isEmpty && idleEnd != nil: linger()
        case .open where streams.isEmpty: closeIfIdle()
        case .lingering: socket.close()
        case .open, .leaving, .closed: break
        }
    }

    var exchanges: [Exchange] { streams.values.compactMap(\.exchange) }

    func abortUnreadAnswers() {
        for stream in Array(streams.values) { stream.abortIfUnread() }
    }

    // MARK: Stopping

    func closeIfIdle() {
        guard streams.isEmpty, case .open = state else { return }
        goAway(lastStream: lastStream, code: HTTP2Code.noError.rawValue)
        linger()
    }

    func closeWhenDone() {
        if case .open = state {
            goAway(lastStream: lastStream, code: HTTP2Code.noError.rawValue)
        }
        for stream in Array(streams.values) { stream.closeWhenDone() }
        switch state {
        case .leaving where streams.isEmpty: linger()
        case .lingering: abort()
        case .open, .leaving, .closed: break
        }
    }

    func abort() {
        for stream in Array(streams.values) { stream.cutOff(ending: .stopped, note: nil) }
        state = .closed
        // Over TLS with close_notify, and without waiting for the peer's.
        context?.close(mode: .output, promise: nil)
        socket.close()
    }
}
