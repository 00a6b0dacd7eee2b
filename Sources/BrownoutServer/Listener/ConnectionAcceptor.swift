import BrownoutEngine
import Glibc
import NIOCore

/// On the listener, where connections still come one after the other: each is counted and decided
/// here, in the order in which it was accepted, and goes on to a loop with its decision.
final class ConnectionAcceptor: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let core: Core
    private let setup: ConnectionSetup
    private let loops: [LoopBox]
    private var lastNotice: NIODeadline?
    /// How long nothing is accepted when that has failed, and how often it is said.
    private static let pause = TimeAmount.milliseconds(100)
    private static let silence = TimeAmount.seconds(60)

    init(_ core: Core, _ setup: ConnectionSetup, _ loops: [LoopBox]) {
        self.core = core
        self.setup = setup
        self.loops = loops
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        let address = channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) }
        let decision = core.engine.decideConnection(from: address, at: core.now)
        let eventLoop = channel.eventLoop
        guard let box = loops.first(where: { $0.eventLoop === eventLoop }) else {
            preconditionFailure("a connection on a loop that is not ours")
        }
        if eventLoop === context.eventLoop {
            ConnectionAcceptor.open(channel, box, setup, decision)
        } else {
            // Before what the listener asks of that loop next, which is to make it active.
            eventLoop.execute { [setup] in ConnectionAcceptor.open(channel, box, setup, decision) }
        }
        context.fireChannelRead(data)
    }

    /// Accepting fails for want of descriptors or memory: it is tried again after a while. NIO goes
    /// on reading, and the kernel tells it at once that a client is still there.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError,
            [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode)
        else { return context.fireErrorCaught(error) }
        let now = context.eventLoop.now
        if lastNotice.map({ now - $0 > ConnectionAcceptor.silence }) ?? true {
            lastNotice = now
            setup.notice("clients wait: accepting a connection fails: \(error)")
        }
        let listener = context.channel
        try? listener.syncOptions?.setOption(ChannelOptions.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: ConnectionAcceptor.pause) {
            try? listener.syncOptions?.setOption(ChannelOptions.autoRead, value: true)
        }
    }

    private static func open(
        _ channel: any Channel, _ box: LoopBox, _ setup: ConnectionSetup,
        _ decision: ConnectionDecision?
    ) {
        let socket = AcceptedSocket(loop: box.state.value, setup: setup, decision: decision)
        do {
            try channel.pipeline.syncOperations.addHandler(socket)
        } catch {
            channel.close(promise: nil)
        }
    }
}

/// A loop's state, which only the loop may touch.
struct LoopBox: Sendable {
    let eventLoop: any EventLoop
    let state: NIOLoopBound<LoopState>
}
