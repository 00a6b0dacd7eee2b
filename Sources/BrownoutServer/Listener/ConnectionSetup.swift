import BrownoutEngine
import NIOCore

/// Puts the handlers of a new connection in place: one function for each protocol.
///
/// At the bottom of every pipeline is an ``AcceptedSocket``; what it is not told of, it passes.
/// The handlers above it are added once the connection is active, so none of them waits for
/// `channelActive`.
final class ConnectionSetup: Sendable {
    let limits: ServerLimits
    /// Whether clients may speak HTTP/2: by prior knowledge without TLS, by ALPN with it.
    let http2: Bool
    /// Nil: connections are plain TCP.
    let tls: TLSIdentities?

    /// Hears what who runs the server should know.
    let notice: @Sendable (String) -> Void

    init(
        limits: ServerLimits, http2: Bool, tls: TLSIdentities? = nil,
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.notice = notice
        self.limits = limits
        self.http2 = http2
        self.tls = tls
    }

    /// The same as scenarios are held against.
    var transport: Transport { Transport(tls: tls != nil, http2: http2) }

    /// The connection is accepted, and its socket knows what was decided about it.
    func open(_ channel: any Channel, on socket: AcceptedSocket) throws {
        if let opening = socket.opening, let broken = BrokenConnection(opening, on: socket) {
            try channel.pipeline.syncOperations.addHandler(broken)
        } else if let tls {
            try secure(channel, on: socket, tls)
        } else if http2 {
            try undecided(channel, on: socket)
        } else {
            try http1(channel, on: socket)
        }
    }

    // MARK: With TLS

    private func secure(
        _ channel: any Channel, on socket: AcceptedSocket, _ tls: TLSIdentities
    ) throws {
        var fault: TLSFault?
        if case .tls(let word, _)? = socket.opening?.decision.fault { fault = word }
        let records = RecordHandler()
        socket.records = records
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(records)
        // In place before the handler whose events it hears.
        try pipeline.addHandler(Handshake(on: socket, setup: self))
        try pipeline.addHandler(tls.handler(fault), position: .after(records))
    }

    /// The handshake is over; `name` is the protocol that was agreed on by ALPN, if any was.
    func negotiated(_ name: String?, _ channel: any Channel, on socket: AcceptedSocket) throws {
        if name == "h2" {
            try HTTP2Connection.install(
                in: channel, on: socket, fault: socket.opening?.speaksHTTP2())
        } else {
            try http1(channel, on: socket)
        }
    }

    // MARK: Without TLS

    /// HTTP/1.1 or HTTP/2, as the first bytes tell.
    private func undecided(_ channel: any Channel, on socket: AcceptedSocket) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = Connection(socket: socket)
        try pipeline.addHandler(PrefaceReader(connection) { self.reader(of: connection) })
        try pipeline.addHandler(connection)
    }

    private func http1(_ channel: any Channel, on socket: AcceptedSocket) throws {
        socket.opening?.speaksHTTP1()
        let pipeline = channel.pipeline.syncOperations
        let connection = Connection(socket: socket)
        try pipeline.addHandler(ByteToMessageHandler(reader(of: connection)))
        try pipeline.addHandler(connection)
    }

    private func reader(of connection: Connection) -> RequestDecoder {
        let decoder = RequestDecoder(limits, for: connection)
        connection.decoder = decoder
        return decoder
    }
}
