import BrownoutWire
import NIOCore
import NIOHTTP1

/// Reads requests of HTTP/1.1: heads as nearly all clients write them by our own parser, and from
/// the first other one on by llhttp, to the end of the connection.
final class RequestDecoder: ByteToMessageDecoder {
    typealias InboundOut = HTTPServerRequestPart

    private enum Reading {
        case head(RequestHeadParser)
        case body(RequestBodyReader, isLast: Bool)
        /// The connection ends behind the request that was read.
        case nothing
        case whole(WholeRequestDecoder)
    }

    private var reading: Reading
    /// Takes what was read; what the whole parser reads comes to it through the pipeline.
    private unowned let connection: Connection

    init(_ limits: ServerLimits, for connection: Connection) {
        self.connection = connection
        reading = .head(RequestDecoder.parser(limits))
    }

    private var limits: ServerLimits { connection.loop.core.limits }

    private static func parser(_ limits: ServerLimits) -> RequestHeadParser {
        RequestHeadParser(mostBytes: limits.headBytes, mostFields: limits.headFields)
    }

    /// Is told of what came through the pipeline.
    func see(_ part: HTTPServerRequestPart) {
        if case .whole(let decoder) = reading { decoder.see(part) }
    }

    func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        switch reading {
        case .head(var parser):
            let outcome = parser.parse(buffer.readableBytesSpan)
            switch outcome {
            case .incomplete:
                reading = .head(parser)
                return .needMoreData
            case .uncommon:
                let decoder = WholeRequestDecoder(limits)
                reading = .whole(decoder)
                decoder.decoderAdded(context: context)
                return try decoder.decode(context: context, buffer: &buffer)
            case .head(let head):
                take(head, of: &buffer)
                return .continue
            }
        case .body(var reader, let isLast):
            take(&reader, isLast: isLast, of: &buffer)
            return buffer.readableBytes > 0 ? .continue : .needMoreData
        case .nothing:
            // As llhttp has it, which takes empty lines there.
            if buffer.readableBytesView.contains(where: { $0 != 13 && $0 != 10 }) {
                throw HTTPParserError.closedConnection
            }
            buffer.moveReaderIndex(to: buffer.writerIndex)
            return .needMoreData
        case .whole(let decoder):
            return try decoder.decode(context: context, buffer: &buffer)
        }
    }

    private func take(_ head: RequestHead, of buffer: inout ByteBuffer) {
        let received = ReceivedHead(head, in: buffer.readableBytesSpan)
        buffer.moveReaderIndex(forwardBy: head.length)
        var reader = RequestBodyReader(head.bodyLength)
        reading = .body(reader, isLast: !head.isKeepAlive)
        connection.take(.head(received))
        // Most bodies come with their head.
        take(&reader, isLast: !head.isKeepAlive, of: &buffer)
    }

    private func take(
        _ reader: inout RequestBodyReader, isLast: Bool, of buffer: inout ByteBuffer
    ) {
        let count = reader.take(upTo: buffer.readableBytes)
        if reader.isWhole {
            reading = isLast ? .nothing : .head(RequestDecoder.parser(limits))
        } else {
            reading = .body(reader, isLast: isLast)
        }
        if count > 0, let bytes = buffer.readSlice(length: count) {
            connection.take(.body(bytes))
        }
        if reader.isWhole { connection.take(.end) }
    }

    func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        while buffer.readableBytes > 0 {
            if case .whole = reading { break }
            if try decode(context: context, buffer: &buffer) == .needMoreData { break }
        }
        switch reading {
        case .whole(let decoder):
            return try decoder.decodeLast(context: context, buffer: &buffer, seenEOF: seenEOF)
        case .head:
            guard seenEOF, buffer.readableBytes > 0 else { return .needMoreData }
        case .body:
            guard seenEOF else { return .needMoreData }
        case .nothing: return .needMoreData
        }
        // The bytes end within a request.
        reading = .nothing
        buffer.moveReaderIndex(to: buffer.writerIndex)
        throw HTTPParserError.invalidEOFState
    }

    func decoderRemoved(context: ChannelHandlerContext) {
        if case .whole(let decoder) = reading { decoder.decoderRemoved(context: context) }
    }
}
