import BrownoutEngine

/// OpenAI's words for a limit that was hit (wire facts, 4: 429).
enum OpenAIRateLimit {
    /// What a rule's `rate-limited` says was hit: all of a scenario's limit, or of a large
    /// account's.
    static func hit(
        countsTokens: Bool, _ promptTokens: Int, _ limits: LimitStatus
    ) -> LimitHit {
        let limit =
            countsTokens
            ? limits.tokens?.limit ?? OpenAIHead.tokenLimit
            : limits.requests?.limit ?? OpenAIHead.requestLimit
        return LimitHit(
            dimension: countsTokens ? .inputTokens : .requests,
            rate: LimitRate(limit, per: .seconds(60)), limit: limit, used: limit,
            requested: countsTokens ? max(promptTokens, 1) : 1, wait: .suggested(.zero))
    }

    /// `delay` is what the text asks the client to wait.
    static func error(_ hit: LimitHit, _ facts: RequestFacts, _ delay: Duration) -> ProviderError {
        let isNever = hit.wait == .never
        let numbers =
            isNever
            ? "Limit \(hit.limit), Requested \(hit.requested). The input or output tokens must be "
                + "reduced in order to run successfully."
            : "Limit \(hit.limit), Used \(hit.used), Requested \(hit.requested). Please try again "
                + "in \(WireTime.goDuration(delay))."
        return ProviderError(
            status: 429, type: hit.dimension.countsTokens ? "tokens" : "requests",
            message: (isNever ? "Request too large for " : "Rate limit reached for ")
                + "\(facts.model.prefix(200)) in organization \(OpenAIHead.organization) on "
                + "\(window(hit)): \(numbers) Visit "
                + "https://platform.openai.com/account/rate-limits to learn more.",
            code: "rate_limit_exceeded")
    }

    /// `requests per min (RPM)`. OpenAI has these words for minutes and days; what it has no
    /// limit of is put in the same form.
    private static func window(_ hit: LimitHit) -> String {
        guard let rate = hit.rate else { return "concurrent requests" }
        let (noun, letter) = hit.dimension.countsTokens ? ("tokens", "TP") : ("requests", "RP")
        return switch rate.named {
        case .minute?: "\(noun) per min (\(letter)M)"
        case .day?: "\(noun) per day (\(letter)D)"
        case .second?: "\(noun) per second (\(letter)S)"
        case .hour?: "\(noun) per hour (\(letter)H)"
        case nil: "\(noun) per \(rate.periodText)"
        }
    }
}
