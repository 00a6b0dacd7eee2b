import AsyncHTTPClient
import NIOCore
import NIOPosix

/// How upstreams are asked.
enum Upstreams {
    /// Connections to one upstream at a time: as many as clients may have here.
    private static let connections = 16_384
    /// What a provider takes to accept a connection.
    private static let connectTime = TimeAmount.seconds(15)
    /// The silence after which an answer is given up: as long as the official clients wait.
    private static let silence = TimeAmount.seconds(600)

    /// A client that changes nothing: no redirect is followed, no coding undone, nothing tried
    /// again.
    static func client(on group: MultiThreadedEventLoopGroup) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: connectTime, read: silence),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.http1_1ConnectionDebugInitializer = ChunkAligner.add(to:)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }
}
