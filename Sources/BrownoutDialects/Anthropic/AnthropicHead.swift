import BrownoutEngine
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
        exhausted: Exhaustion? = nil, extra: [HeaderField] = []
    ) -> ResponseHead {
        let isWithoutTokens = exhausted?.countsTokens == true
        let input = window(inputTokenLimit, promptTokens, isWithoutTokens ? exhausted : nil)
        let requests = window(requestLimit, 1, isWithoutTokens ? nil : exhausted)
        let output = RateWindow(limit: outputTokenLimit, used: 0)
        let tokens = window(
            inputTokenLimit + outputTokenLimit, promptTokens, isWithoutTokens ? exhausted : nil)
        var fields: [HeaderField] = []
        fields.reserveCapacity(24 + extra.count)
        fields.append(HeaderField("date", context.date))
        fields.append(HeaderField("content-type", contentType))
        append(
            input, "anthropic-ratelimit-input-tokens-limit",
            "anthropic-ratelimit-input-tokens-remaining",
            "anthropic-ratelimit-input-tokens-reset", context.now, &fields)
        append(
            output, "anthropic-ratelimit-output-tokens-limit",
            "anthropic-ratelimit-output-tokens-remaining",
            "anthropic-ratelimit-output-tokens-reset", context.now, &fields)
        append(
            requests, "anthropic-ratelimit-requests-limit",
            "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
            context.now, &fields)
        append(
            tokens, "anthropic-ratelimit-tokens-limit",
            "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset",
            context.now, &fields)
        fields.append(contentsOf: extra)
        fields.append(HeaderField("request-id", RequestID.text(context.exchange, .anthropic)))
        fields.append(
            HeaderField(
                "strict-transport-security", "max-age=31536000; includeSubDomains; preload"))
        fields.append(
            HeaderField("anthropic-organization-id", "6272f0e7-b0d1-4e0a-8c1e-6f7574626f78"))
        fields.append(HeaderField("via", "1.1 google"))
        fields.append(HeaderField("cf-cache-status", "DYNAMIC"))
        fields.append(HeaderField("x-robots-tag", "none"))
        fields.append(HeaderField("server", "cloudflare"))
        fields.append(HeaderField("cf-ray", RequestID.ray(context.exchange)))
        return ResponseHead(status: status, reason: ReasonPhrase.of(status), fields: fields)
    }

    private static func window(_ limit: Int, _ used: Int, _ exhausted: Exhaustion?) -> RateWindow {
        guard let exhausted else { return RateWindow(limit: limit, used: used) }
        return RateWindow(limit: limit, exhaustedFor: exhausted.delay)
    }

    /// Resets are RFC 3339 with whole seconds (wire facts, 6.4).
    private static func append(
        _ window: RateWindow, _ limitName: String, _ remainingName: String,
        _ resetName: String, _ now: Int64, _ fields: inout [HeaderField]
    ) {
        fields.append(HeaderField(limitName, String(window.limit)))
        fields.append(HeaderField(remainingName, String(window.remaining)))
        fields.append(
            HeaderField(resetName, WireTime.rfc3339(now + window.reset.roundedUpSeconds)))
    }
}
