import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The head of Anthropic's answers: its fields in its order (wire facts, 6.1 and 6.4).
enum AnthropicHead {
    static let requestLimit = 4_000
    static let inputTokenLimit = 2_000_000
    static let outputTokenLimit = 400_000
    static let json = "application/json"
    static let events = "text/event-stream; charset=utf-8"

    static func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion? = nil, extra: HeaderBlock = HeaderBlock()
    ) -> ResponseHead {
        let isWithoutTokens = exhausted?.countsTokens == true
        let (ofTokens, ofRequests) = isWithoutTokens ? (exhausted, nil) : (nil, exhausted)
        let limits = context.limits
        let input = RateWindow(
            limits.inputTokens, account: inputTokenLimit, used: promptTokens, exhausted: ofTokens)
        let requests = RateWindow(
            limits.requests, account: requestLimit, used: 1, exhausted: ofRequests)
        let output = RateWindow(limits.outputTokens, account: outputTokenLimit, used: 0)
        // The most restrictive limit of tokens (wire facts, 6.4).
        let tokens = RateWindow(
            limits.tokens, account: inputTokenLimit + outputTokenLimit, used: promptTokens,
            exhausted: ofTokens)
        var lines: [UInt8] = []
        lines.reserveCapacity(1280 + extra.lines.count)
        lines.append(text: "date: ")
        lines.append(text: context.date)
        lines.append(text: "\r\ncontent-type: ")
        lines.append(text: contentType)
        lines.append(text: "\r\n")
        append(input, "input-tokens", context, to: &lines)
        append(output, "output-tokens", context, to: &lines)
        append(requests, "requests", context, to: &lines)
        append(tokens, "tokens", context, to: &lines)
        lines.append(contentsOf: extra.lines)
        lines.append(text: "request-id: ")
        RequestID.append(context.exchange, AnthropicDialect.requestIDs, to: &lines)
        lines.append(text: beforeRay)
        RequestID.appendRay(context.exchange, to: &lines)
        lines.append(text: "\r\n")
        return ResponseHead(
            status: status, reason: ReasonPhrase.of(status), fields: HeaderBlock(lines: lines))
    }

    private static let beforeRay =
        "\r\nstrict-transport-security: max-age=31536000; includeSubDomains; preload"
        + "\r\nanthropic-organization-id: 6272f0e7-b0d1-4e0a-8c1e-6f7574626f78"
        + "\r\nvia: 1.1 google\r\ncf-cache-status: DYNAMIC\r\nx-robots-tag: none"
        + "\r\nserver: cloudflare\r\ncf-ray: "

    /// Resets are RFC 3339 with whole seconds (wire facts, 6.4).
    private static func append(
        _ window: RateWindow, _ name: String, _ context: AnswerContext, to lines: inout [UInt8]
    ) {
        lines.append(text: "anthropic-ratelimit-")
        lines.append(text: name)
        lines.append(text: "-limit: ")
        lines.append(decimal: window.limit)
        lines.append(text: "\r\nanthropic-ratelimit-")
        lines.append(text: name)
        lines.append(text: "-remaining: ")
        lines.append(decimal: window.remaining)
        lines.append(text: "\r\nanthropic-ratelimit-")
        lines.append(text: name)
        lines.append(text: "-reset: ")
        lines.append(text: WireTime.rfc3339(context.second(after: window.reset)))
        lines.append(text: "\r\n")
    }
}
