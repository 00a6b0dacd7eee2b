import BrownoutEngine

/// Anthropic's words for a limit that was hit (wire facts, 6.4: 429).
enum AnthropicRateLimit {
    /// What a rule's `rate-limited` says was hit: a scenario's limit, or a large account's.
    static func hit(countsTokens: Bool, _ limits: LimitStatus) -> LimitHit {
        let limit =
            countsTokens
            ? limits.inputTokens?.limit ?? AnthropicHead.inputTokenLimit
            : limits.requests?.limit ?? AnthropicHead.requestLimit
        return LimitHit(
            dimension: countsTokens ? .inputTokens : .requests,
            rate: LimitRate(limit, per: .seconds(60)), limit: limit, used: limit, requested: 1,
            wait: .suggested(.zero))
    }

    static func error(_ hit: LimitHit) -> ProviderError {
        ProviderError(status: 429, type: "rate_limit_error", message: message(hit))
    }

    private static func message(_ hit: LimitHit) -> String {
        guard let rate = hit.rate else {
            return "Number of concurrent connections has exceeded your rate limit. Please try "
                + "again later or contact sales at https://www.anthropic.com/contact-sales to "
                + "discuss your options for a rate limit increase."
        }
        return "This request would exceed your organization's rate limit of "
            + "\(grouped(hit.limit)) \(noun(hit.dimension)) per \(rate.periodText). For "
            + "details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the "
            + "response headers for current usage. Please reduce the prompt length or the "
            + "maximum tokens requested, or try again later. You may also contact sales at "
            + "https://www.anthropic.com/contact-sales to discuss your options for a rate "
            + "limit increase."
    }

    private static func noun(_ dimension: Limit.Dimension) -> String {
        switch dimension {
        case .requests, .concurrent: "requests"
        case .inputTokens: "input tokens"
        case .outputTokens: "output tokens"
        }
    }

    /// `80,000`
    private static func grouped(_ value: Int) -> String {
        if value < 1000 { return String(value) }
        return grouped(value / 1000) + "," + String(value % 1000 + 1000).dropFirst()
    }
}
