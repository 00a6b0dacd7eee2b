import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The head of Mistral's answers: Envoy's and Kong's fields behind Cloudflare (wire facts, 8).
enum MistralHead {
    static let requestLimit = 3_600
    static let tokenLimit = 5_000_000
    /// Tokens of a month, which nothing here uses up.
    private static let monthLimit = 10_000_000_000

    /// `extra` comes first of the fields that are not on every answer.
    static func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion?, extra: HeaderBlock
    ) -> ResponseHead {
        let isWithoutTokens = exhausted?.countsTokens == true
        let requests = RateWindow(
            context.limits.requests, account: requestLimit, used: 1,
            exhausted: isWithoutTokens ? nil : exhausted)
        let tokens = RateWindow(
            context.limits.tokens, account: tokenLimit, used: promptTokens,
            exhausted: isWithoutTokens ? exhausted : nil)
        var lines: [UInt8] = []
        lines.reserveCapacity(1280 + extra.lines.count)
        func field(_ name: String, _ value: Int) {
            lines.append(text: name)
            lines.append(decimal: value)
        }
        lines.append(text: "date: ")
        lines.append(text: context.date)
        lines.append(text: "\r\ncontent-type: ")
        lines.append(text: contentType)
        lines.append(text: "\r\nmistral-correlation-id: ")
        RequestID.append(context.exchange, .uuid, to: &lines)
        lines.append(text: "\r\nx-kong-request-id: ")
        RequestID.append(context.exchange, .uuid, to: &lines)
        let processing = max(context.processing.roundedUp(toMilliseconds: 1), 0)
        field("\r\nx-envoy-upstream-service-time: ", processing)
        field("\r\nratelimitbysize-limit: ", tokens.limit)
        field("\r\nratelimitbysize-remaining: ", tokens.remaining)
        field("\r\nratelimitbysize-reset: ", Int(tokens.reset.roundedUpSeconds))
        field("\r\nratelimitbysize-query-cost: ", promptTokens)
        field("\r\nx-ratelimitbysize-limit-minute: ", tokens.limit)
        field("\r\nx-ratelimitbysize-remaining-minute: ", tokens.remaining)
        field("\r\nx-ratelimitbysize-limit-month: ", monthLimit)
        field("\r\nx-ratelimitbysize-remaining-month: ", monthLimit - promptTokens)
        field("\r\nx-ratelimit-limit-req-minute: ", requests.limit)
        field("\r\nx-ratelimit-remaining-req-minute: ", requests.remaining)
        field("\r\nx-ratelimit-limit-tokens-minute: ", tokens.limit)
        field("\r\nx-ratelimit-remaining-tokens-minute: ", tokens.remaining)
        field("\r\nx-ratelimit-tokens-query-cost: ", promptTokens)
        lines.append(text: "\r\n")
        lines.append(contentsOf: extra.lines)
        field("x-kong-upstream-latency: ", processing)
        lines.append(text: beforeRay)
        RequestID.appendRay(context.exchange, to: &lines)
        lines.append(text: "\r\nalt-svc: h3=\":443\"; ma=86400\r\n")
        return ResponseHead(
            status: status, reason: ReasonPhrase.of(status), fields: HeaderBlock(lines: lines))
    }

    private static let beforeRay =
        "\r\nx-kong-proxy-latency: 3\r\ncf-cache-status: DYNAMIC\r\n"
        + "strict-transport-security: max-age=15552000; includeSubDomains; preload\r\n"
        + "x-content-type-options: nosniff\r\nserver: cloudflare\r\ncf-ray: "
}
