import NIOCore
import NIOEmbedded
import NIOHTTP1

/// What is read of a connection's requests. Bytes of a body that follow each other are one part.
enum RequestPart: Equatable {
    case head(method: String, target: String, fields: [String], isKeepAlive: Bool)
    case body([UInt8])
    case end
    case error

    /// Adds a part to others.
    static func add(_ part: RequestPart, to parts: inout [RequestPart]) {
        if case .body(let bytes) = part, case .body(let before)? = parts.last {
            parts[parts.count - 1] = .body(before + bytes)
        } else {
            parts.append(part)
        }
    }
}

/// NIO's decoder of requests, with the limits that a server gives it.
final class WholeParser {
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        var parts: [RequestPart] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                parts.append(
                    .head(
                        method: head.method.rawValue, target: head.uri,
                        fields: head.headers.flatMap { [$0.name, $0.value] },
                        isKeepAlive: head.isKeepAlive))
            case .body(let bytes):
                RequestPart.add(.body(Array(bytes.readableBytesView)), to: &parts)
            case .end: parts.append(.end)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if parts.last != .error { parts.append(.error) }
        }
    }

    private let channel = EmbeddedChannel()
    private let listener = Listener()

    init(mostBytes: Int, mostFields: Int) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = mostBytes
        limits.maxHeaderListSize = mostBytes
        limits.maxHeaderFieldCount = mostFields
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
            limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(decoder), listener,
        ])
    }

    /// What is read of some bytes with the limits of ``MixedReading``.
    static func parts(_ bytes: some Sequence<UInt8>) throws -> [RequestPart] {
        let parser = try WholeParser(
            mostBytes: MixedReading.mostBytes, mostFields: MixedReading.mostFields)
        parser.read(bytes)
        return parser.parts
    }

    /// What was read so far.
    var parts: [RequestPart] { listener.parts }

    func read(_ bytes: some Sequence<UInt8>) {
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
    }
}
