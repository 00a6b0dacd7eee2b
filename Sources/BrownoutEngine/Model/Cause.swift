/// The categories a client's own classification of an error is held against.
package enum ErrorCategory: String, CaseIterable, Sendable {
    case rateLimit = "rate_limit"
    case timeout
    case auth
    case validation
    case apiError = "api_error"
    case networkError = "network_error"
    case quotaExceeded = "quota_exceeded"
    case modelOverloaded = "model_overloaded"
    case unknown
}

/// A named reason for an error answer. Each provider has its own status and body for it; the
/// truth about it (category, retryable) is the same for all.
package enum Cause: String, CaseIterable, Sendable {
    case badRequest = "bad-request"
    case contextLengthExceeded = "context-length-exceeded"
    case invalidAPIKey = "invalid-api-key"
    case permissionDenied = "permission-denied"
    case modelNotFound = "model-not-found"
    case requestTooLarge = "request-too-large"
    case rateLimited = "rate-limited"
    case insufficientQuota = "insufficient-quota"
    case serverError = "server-error"
    case badGateway = "bad-gateway"
    case unavailable
    case overloaded
    case gatewayTimeout = "gateway-timeout"
    case requestTimeout = "request-timeout"
    case conflict
    case unprocessable
    case contentPolicy = "content-policy"
    case billing

    /// Whose the trouble is.
    package enum Family: Sendable {
        /// The request's: its form, its content, its size.
        case request
        /// The account's: its key, its rights, its money.
        case account
        /// That of the rate.
        case rate
        /// The provider's own.
        case server
    }

    /// Whose the trouble is. OpenAI's and Anthropic's dialects group their errors by it.
    package var family: Family {
        switch self {
        case .badRequest, .contextLengthExceeded, .requestTooLarge, .conflict, .unprocessable,
            .contentPolicy, .modelNotFound, .requestTimeout:
            .request
        case .invalidAPIKey, .permissionDenied, .insufficientQuota, .billing: .account
        case .rateLimited: .rate
        case .serverError, .badGateway, .unavailable, .overloaded, .gatewayTimeout: .server
        }
    }

    /// What a client should call an error answer with this cause. The journal keeps it as
    /// `category`.
    package var category: ErrorCategory {
        switch self {
        case .badRequest, .contextLengthExceeded, .modelNotFound, .requestTooLarge, .conflict,
            .unprocessable, .contentPolicy:
            .validation
        case .invalidAPIKey, .permissionDenied: .auth
        case .rateLimited: .rateLimit
        case .insufficientQuota, .billing: .quotaExceeded
        case .serverError, .badGateway, .unavailable: .apiError
        case .overloaded: .modelOverloaded
        case .gatewayTimeout, .requestTimeout: .timeout
        }
    }

    /// Whether a well-behaved client tries the same request again.
    package var isRetryable: Bool {
        switch self {
        case .rateLimited, .serverError, .badGateway, .unavailable, .overloaded, .gatewayTimeout,
            .requestTimeout, .conflict:
            true
        case .badRequest, .contextLengthExceeded, .invalidAPIKey, .permissionDenied,
            .modelNotFound, .requestTooLarge, .insufficientQuota, .unprocessable, .contentPolicy,
            .billing:
            false
        }
    }

    /// The Retry-After a provider sends with this cause when the scenario names none.
    package var suggestedDelay: Duration? {
        self == .rateLimited ? .seconds(1) : nil
    }

    /// One line for the reference and for messages.
    package var summary: String {
        switch self {
        case .badRequest: "the request is malformed"
        case .contextLengthExceeded: "the prompt does not fit the model's context window"
        case .invalidAPIKey: "the key is not accepted"
        case .permissionDenied: "the key may not do this"
        case .modelNotFound: "the model does not exist for this key"
        case .requestTooLarge: "the body is larger than the provider takes"
        case .rateLimited: "too many requests or tokens in this window"
        case .insufficientQuota: "the account's quota is used up; retrying does not help"
        case .serverError: "the provider failed"
        case .badGateway: "an HTML page from a proxy that cannot reach the provider"
        case .unavailable: "the provider is down for now"
        case .overloaded: "the model has no capacity for now"
        case .gatewayTimeout: "the provider took too long"
        case .requestTimeout: "the provider gave up waiting for the request"
        case .conflict: "the request collides with another; the SDKs retry it"
        case .unprocessable: "well-formed, but not acceptable"
        case .contentPolicy: "refused for its content"
        case .billing: "the account must pay first"
        }
    }
}
