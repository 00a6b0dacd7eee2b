import BrownoutEngine
import BrownoutRecords
import NIOCore

/// What serves a connection, as far as the server that stops has to know it.
protocol Served: AnyObject {
    /// The server stops: what is in progress may end, what never ends is cut off.
    func closeWhenDone()
    /// The port is closed for a while: a connection that waits for a request ends.
    func closeIfIdle()
    /// The answers in progress.
    var exchanges: [Exchange] { get }
    /// Memory is short: answers of which nothing leaves end.
    func abortUnreadAnswers()
    /// The connection is about to be closed, now.
    func abort()
}

extension Served {
    var exchanges: [Exchange] { [] }

    func abortUnreadAnswers() {}
}

/// The TCP connection under whatever protocol is spoken on it, at the bottom of the pipeline: it
/// is counted, it can be reset or closed at once, and everything that ends it passes here.
final class AcceptedSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    let loop: LoopState
    private let setup: ConnectionSetup
    /// What was decided about the connection when it was accepted; nil: nothing is wrong with it.
    private let decision: ConnectionDecision?
    private var context: ChannelHandlerContext?
    /// What serves the connection, until it is over; nil before it is known who does.
    var served: (any Served)?
    /// Of a connection with TLS: its records.
    var records: RecordHandler?
    /// What is wrong with the connection before any request; nil: nothing.
    private(set) var opening: DecidedConnection?
    /// Whether the client has asked for something large.
    var isDemanding = false
    /// Whether the client has said anything.
    private(set) var isHeard = false
    /// The client's address as text, for the journal.
    private(set) var addressText = ""
    private(set) var address: NetworkAddress?
    /// Its place among all that the server has accepted, from 1.
    var number = 0

    init(loop: LoopState, setup: ConnectionSetup, decision: ConnectionDecision? = nil) {
        self.loop = loop
        self.setup = setup
        self.decision = decision
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        guard loop.admit(self) else {
            loop.core.counters.connectionRefused()
            close()
            return
        }
        addressText = context.remoteAddress?.ipAddress ?? ""
        address = NetworkAddress(addressText)
        do {
            opening = decision.map { DecidedConnection($0, on: self) }
            try setup.open(context.channel, on: self)
        } catch {
            // The pipeline is gone, and with it the connection.
            close()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isHeard = true
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.forget(self)
        if isHeard {
            loop.core.record(
                ClosedConnection(connection: number, at: loop.wallMicroseconds(at: loop.now)))
        }
        context.fireChannelInactive()
        opening?.finish(injected: false, ending: .clientLeft)
        opening = nil
        served = nil
        self.context = nil
    }

    // MARK: Endings

    /// Closes the socket, without a word of any protocol above.
    func close() {
        context?.close(promise: nil)
    }

    /// FIN, without a word of any protocol above: over TLS, no close_notify.
    func closeWrite() {
        context?.close(mode: .output, promise: nil)
    }

    /// RST, without a word of any protocol above.
    func reset() {
        guard let context else { return }
        UnsafeSocket.resetOnClose(context.channel)
        context.close(promise: nil)
    }

    // MARK: Stopping

    func closeWhenDone() {
        if let served { served.closeWhenDone() } else { close() }
    }

    func closeIfIdle() { served?.closeIfIdle() }

    func abortUnreadAnswers() { served?.abortUnreadAnswers() }

    func abort() {
        served?.abort()
        close()
    }
}
