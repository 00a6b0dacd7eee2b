import NIOCore
import NIOHTTP1

/// Reads requests of HTTP/1 by llhttp, also behind one that offers to speak another protocol.
///
/// A server may ignore the offer (RFC 9110, 7.8), and the connection goes on as it was. NIO's
/// decoder reads nothing behind such a request, so that another takes its place.
final class WholeRequestDecoder {
    private let limits: ServerLimits
    private var decoder: HTTPRequestDecoder
    /// The request in progress makes the decoder stop.
    private var offersUpgrade = false
    private var hasStopped = false

    init(_ limits: ServerLimits) {
        self.limits = limits
        decoder = WholeRequestDecoder.make(limits)
    }

    private static func make(_ limits: ServerLimits) -> HTTPRequestDecoder {
        var configuration = NIOHTTPDecoderLimitConfiguration()
        configuration.maxHeaderFieldSize = limits.headBytes
        configuration.maxHeaderListSize = limits.headBytes
        configuration.maxHeaderFieldCount = limits.headFields
        return HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
            limitConfiguration: configuration)
    }

    /// Is told of what was read.
    func see(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): offersUpgrade = WholeRequestDecoder.stops(behind: head)
        case .body: break
        case .end: hasStopped = offersUpgrade
        }
    }

    /// Both fields make an offer; `upgrade` alone makes none.
    private static func stops(behind head: HTTPRequestHead) -> Bool {
        guard head.method != .CONNECT, head.headers.contains(name: "upgrade") else { return false }
        return head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let state = try decoder.decode(context: context, buffer: &buffer)
        guard hasStopped else { return state }
        hasStopped = false
        decoder.decoderRemoved(context: context)
        decoder = WholeRequestDecoder.make(limits)
        decoder.decoderAdded(context: context)
        return buffer.readableBytes > 0 ? .continue : .needMoreData
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
    }

    func decoderAdded(context: ChannelHandlerContext) {
        decoder.decoderAdded(context: context)
    }

    func decoderRemoved(context: ChannelHandlerContext) {
        decoder.decoderRemoved(context: context)
    }
}
