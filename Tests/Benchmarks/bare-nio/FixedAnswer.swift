import NIOCore
import NIOHTTP1

/// When the chunks of a paced stream are due.
struct Pace: Sendable {
    var first: TimeAmount
    var between: TimeAmount
}

/// Answers every request with fixed bytes.
final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let answers: Answers
    private let pacer: Pacer
    private var path = ""

    init(_ answers: Answers, _ pacer: Pacer) {
        self.answers = answers
        self.pacer = pacer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): path = head.uri
        case .body: break
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        switch path {
        case "/stream":
            for part in answers.stream { context.write(wrapOutboundOut(part), promise: nil) }
            context.flush()
        case "/paced":
            pacer.start(PacedStream(context.channel, answers.stream))
        default:
            context.writeAndFlush(wrapOutboundOut(answers.plain), promise: nil)
        }
    }
}
