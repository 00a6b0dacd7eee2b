import NIOCore
import NIOHTTP1

/// Puts the handlers of a new connection in place: one function for each protocol.
///
/// At the bottom of every pipeline is an ``AcceptedSocket``; what it is not told of, it passes.
/// The handlers above it are added once the connection is active, so none of them waits for
/// `channelActive`.
struct ConnectionSetup: Sendable {
    let limits: ServerLimits
    /// Whether clients may speak HTTP/2: by prior knowledge without TLS, by ALPN with it.
    let http2: Bool
    /// Nil: connections are plain TCP.
    let tls: TLSIdentities?

    init(limits: ServerLimits, http2: Bool, tls: TLSIdentities? = nil) {
        self.limits = limits
        self.http2 = http2
        self.tls = tls
    }

    /// A connection that the listener hands over.
    func accept(_ channel: any Channel, on loop: LoopState) throws {
        try channel.pipeline.syncOperations.addHandler(AcceptedSocket(loop: loop, setup: self))
    }

    /// The connection is one that is served.
    func serve(_ channel: any Channel, on socket: AcceptedSocket) throws {
        try plain(channel, on: socket)
    }

    /// Without TLS, before the client has said anything.
    private func plain(_ channel: any Channel, on socket: AcceptedSocket) throws {
        try http2 ? undecided(channel, on: socket) : http1(channel, on: socket)
    }

    /// HTTP/1.1 or HTTP/2, as the first bytes tell.
    private func undecided(_ channel: any Channel, on socket: AcceptedSocket) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = Connection(socket: socket)
        try pipeline.addHandler(PrefaceReader(connection) { decoder })
        try pipeline.addHandler(connection)
    }

    private func http1(_ channel: any Channel, on socket: AcceptedSocket) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(Connection(socket: socket))
    }

    private var decoder: HTTPRequestDecoder {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headBytes
        configuration.maxHeaderListSize = limits.headBytes
        configuration.maxHeaderFieldCount = limits.headFields
        return HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
            limitConfiguration: configuration)
    }
}
