import NIOCore
import NIOSSL

/// Hands an upstream's bytes on a unit at a time, so that a chunk stays one though it came in
/// several reads. What is not whole waits for its rest, for a few milliseconds at most.
final class ChunkAligner: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let patience = TimeAmount.milliseconds(5)
    /// Bytes of a chunk that is waited for.
    private static let mostHeld = 1 << 20

    private var units = ResponseUnits()
    private var held = ByteBuffer()
    private var flush: Scheduled<Void>?

    /// In front of everything that reads HTTP.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let operations = channel.pipeline.syncOperations
            if let tls = try? operations.handler(type: NIOSSLClientHandler.self) {
                try operations.addHandler(ChunkAligner(), position: .after(tls))
            } else {
                try operations.addHandler(ChunkAligner(), position: .first)
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        var taken = 0
        for end in units.take(bytes.readableBytesView) {
            guard var unit = bytes.readSlice(length: end - taken) else { break }
            taken = end
            if held.readableBytes > 0 {
                held.writeBuffer(&unit)
                release(context)
            } else {
                context.fireChannelRead(wrapInboundOut(unit))
            }
        }
        guard bytes.readableBytes > 0 else { return }
        held.writeBuffer(&bytes)
        if held.readableBytes > ChunkAligner.mostHeld { return release(context) }
        guard flush == nil else { return }
        flush = context.eventLoop.assumeIsolated().scheduleTask(in: ChunkAligner.patience) {
            self.flush = nil
            self.release(context)
            context.fireChannelReadComplete()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        release(context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        release(context)
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { release(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        flush?.cancel()
        flush = nil
    }

    private func release(_ context: ChannelHandlerContext) {
        flush?.cancel()
        flush = nil
        guard held.readableBytes > 0 else { return }
        let bytes = held
        held = ByteBuffer()
        context.fireChannelRead(wrapInboundOut(bytes))
    }
}
