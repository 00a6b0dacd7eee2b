import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The head of OpenAI's answers: its fields in its order (wire facts, 4).
enum OpenAIHead {
    static let requestLimit = 10_000
    static let tokenLimit = 2_000_000
    static let organization = "org-brownout"
    static let project = "proj_brownout"

    /// `extra` comes first of the fields that are not on every answer.
    static func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext, promptTokens: Int,
        exhausted: Exhaustion? = nil, extra: HeaderBlock = HeaderBlock()
    ) -> ResponseHead {
        let isWithoutTokens = exhausted?.countsTokens == true
        let requests = RateWindow(
            context.limits.requests, account: requestLimit, used: 1,
            exhausted: isWithoutTokens ? nil : exhausted)
        let tokens = RateWindow(
            context.limits.tokens, account: tokenLimit, used: promptTokens,
            exhausted: isWithoutTokens ? exhausted : nil)
        var lines: [UInt8] = []
        lines.reserveCapacity(1024 + extra.lines.count)
        lines.append(text: "date: ")
        lines.append(text: context.date)
        lines.append(text: "\r\ncontent-type: ")
        lines.append(text: contentType)
        lines.append(text: beforeProcessing)
        lines.append(decimal: max(context.processing.roundedUp(toMilliseconds: 1), 0))
        lines.append(text: afterProcessing)
        lines.append(decimal: requests.limit)
        lines.append(text: "\r\nx-ratelimit-limit-tokens: ")
        lines.append(decimal: tokens.limit)
        lines.append(text: "\r\nx-ratelimit-remaining-requests: ")
        lines.append(decimal: requests.remaining)
        lines.append(text: "\r\nx-ratelimit-remaining-tokens: ")
        lines.append(decimal: tokens.remaining)
        lines.append(text: "\r\nx-ratelimit-reset-requests: ")
        lines.append(text: WireTime.goDuration(requests.reset))
        lines.append(text: "\r\nx-ratelimit-reset-tokens: ")
        lines.append(text: WireTime.goDuration(tokens.reset))
        lines.append(text: "\r\nx-request-id: ")
        RequestID.append(context.exchange, OpenAIDialect.requestIDs, to: &lines)
        lines.append(text: "\r\n")
        lines.append(contentsOf: extra.lines)
        lines.append(text: beforeRay)
        RequestID.appendRay(context.exchange, to: &lines)
        lines.append(text: "\r\nalt-svc: h3=\":443\"; ma=86400\r\n")
        return ResponseHead(
            status: status, reason: ReasonPhrase.of(status),
            fields: HeaderBlock(lines: lines))
    }

    // What stands between the fields that change, from one line's end to the next one's name.

    private static let beforeProcessing =
        "\r\naccess-control-expose-headers: X-Request-ID\r\nopenai-organization: \(organization)"
        + "\r\nopenai-processing-ms: "
    private static let afterProcessing =
        "\r\nopenai-project: \(project)\r\nopenai-version: 2020-10-01"
        + "\r\nx-ratelimit-limit-requests: "
    private static let beforeRay =
        "cf-cache-status: DYNAMIC\r\n"
        + "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
        + "x-content-type-options: nosniff\r\nserver: cloudflare\r\ncf-ray: "
}
