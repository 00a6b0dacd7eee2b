import BrownoutEngine
import NIOCore

/// What serves a connection, as far as the server that stops has to know it.
protocol Served: AnyObject {
    /// The server stops: what is in progress may end, what never ends is cut off.
    func closeWhenDone()
    /// The port is closed for a while: a connection that waits for a request ends.
    func closeIfIdle()
    /// The connection is about to be closed, now.
    func abort()
}

/// The TCP connection under whatever protocol is spoken on it, at the bottom of the pipeline: it
/// is counted, it can be reset or closed at once, and everything that ends it passes here.
final class AcceptedSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    let loop: LoopState
    private let setup: ConnectionSetup
    private var context: ChannelHandlerContext?
    /// What serves the connection; nil before it is known who does.
    weak var served: (any Served)?
    /// The client's address as text, for the journal.
    private(set) var addressText = ""
    private(set) var address: NetworkAddress?

    init(loop: LoopState, setup: ConnectionSetup) {
        self.loop = loop
        self.setup = setup
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
            try setup.serve(context.channel, on: self)
        } catch {
            // The pipeline is gone, and with it the connection.
            close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.forget(self)
        context.fireChannelInactive()
        self.context = nil
    }

    // MARK: Endings

    /// Closes the socket, without a word of any protocol above.
    func close() {
        context?.close(promise: nil)
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

    func abort() {
        served?.abort()
        close()
    }
}
