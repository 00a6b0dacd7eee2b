import NIOCore

/// Reads the first bytes of a connection without TLS: those that every client sends who knows
/// that the port speaks HTTP/2 (RFC 9113, 3.3), or those of an HTTP/1.1 request. Until they are in
/// the connection counts as one of HTTP/1.1 that is idle, or slow with its head.
final class PrefaceReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// RFC 9113, 3.4.
    private static let preface = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

    private let connection: Connection
    private let decoder: () -> RequestDecoder
    private var received: ByteBuffer?

    /// `connection` is the handler behind this one.
    init(_ connection: Connection, decoder: @escaping () -> RequestDecoder) {
        self.connection = connection
        self.decoder = decoder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = received ?? ByteBuffer()
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        received = bytes
        let preface = PrefaceReader.preface
        let count = min(bytes.readableBytes, preface.readableBytes)
        let isSame = bytes.readableBytesView.prefix(count)
            .elementsEqual(preface.readableBytesView.prefix(count))
        if isSame, count < preface.readableBytes { return }
        received = nil
        do {
            if isSame {
                try speakHTTP2(context)
            } else {
                connection.socket.opening?.speaksHTTP1()
                try context.pipeline.syncOperations.addHandler(
                    ByteToMessageHandler(decoder()), position: .after(self))
            }
        } catch {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(wrapInboundOut(bytes))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { breakOff() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        breakOff()
        context.fireChannelInactive()
    }

    /// What came so far is the beginning of a head, and all there will be.
    private func breakOff() {
        guard received != nil else { return }
        received = nil
        connection.breakOff()
    }

    private func speakHTTP2(_ context: ChannelHandlerContext) throws {
        connection.handOver()
        context.pipeline.syncOperations.removeHandler(connection, promise: nil)
        let socket = connection.socket
        try HTTP2Connection.install(
            in: context.channel, on: socket, fault: socket.opening?.speaksHTTP2())
    }
}
