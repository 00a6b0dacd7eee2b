import BrownoutEngine
import BrownoutWire

/// The head of OpenAI's answers: its fields in its order (wire facts, 4).
enum OpenAIHead {
    static let requestLimit = 10_000
    static let tokenLimit = 2_000_000
    static let organization = "org-brownout"
    static let json = "application/json"
    static let events = "text/event-stream; charset=utf-8"

    /// `extra` comes first of the fields that are not on every answer.
    static func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion? = nil, extra: [HeaderField] = []
    ) -> ResponseHead {
        var requests = RateWindow(limit: requestLimit, used: 1)
        var tokens = RateWindow(limit: tokenLimit, used: promptTokens)
        if let exhausted {
            if exhausted.countsTokens {
                tokens = RateWindow(limit: tokenLimit, exhaustedFor: exhausted.delay)
            } else {
                requests = RateWindow(limit: requestLimit, exhaustedFor: exhausted.delay)
            }
        }
        var fields: [HeaderField] = []
        fields.reserveCapacity(22 + extra.count)
        fields.append(HeaderField("date", context.date))
        fields.append(HeaderField("content-type", contentType))
        fields.append(HeaderField("access-control-expose-headers", "X-Request-ID"))
        fields.append(HeaderField("openai-organization", organization))
        fields.append(
            HeaderField(
                "openai-processing-ms",
                String(max(context.processing.roundedUp(toMilliseconds: 1), 0))))
        fields.append(HeaderField("openai-project", "proj_brownout"))
        fields.append(HeaderField("openai-version", "2020-10-01"))
        fields.append(HeaderField("x-ratelimit-limit-requests", String(requestLimit)))
        fields.append(HeaderField("x-ratelimit-limit-tokens", String(tokenLimit)))
        fields.append(HeaderField("x-ratelimit-remaining-requests", String(requests.remaining)))
        fields.append(HeaderField("x-ratelimit-remaining-tokens", String(tokens.remaining)))
        fields.append(
            HeaderField("x-ratelimit-reset-requests", WireTime.goDuration(requests.reset)))
        fields.append(HeaderField("x-ratelimit-reset-tokens", WireTime.goDuration(tokens.reset)))
        fields.append(HeaderField("x-request-id", RequestID.text(context.exchange, .openai)))
        fields.append(contentsOf: extra)
        fields.append(HeaderField("cf-cache-status", "DYNAMIC"))
        fields.append(
            HeaderField(
                "strict-transport-security", "max-age=31536000; includeSubDomains; preload"))
        fields.append(HeaderField("x-content-type-options", "nosniff"))
        fields.append(HeaderField("server", "cloudflare"))
        fields.append(HeaderField("cf-ray", RequestID.ray(context.exchange)))
        fields.append(HeaderField("alt-svc", "h3=\":443\"; ma=86400"))
        return ResponseHead(status: status, reason: ReasonPhrase.of(status), fields: fields)
    }
}
