import BrownoutEngine

/// Anthropic's errors in its own words (wire facts, 6.4 and 14; design, 6).
enum AnthropicErrors {
    /// The answer to a body that broke off.
    static let cutShort = AnthropicField.refusal("The request body ended before it was whole")

    static let tooLarge = ProviderError(
        status: 413, type: "request_too_large", message: "Request exceeds the maximum size")

    /// What the edge refuses before anyone reads the body. The codes in `details`, and that a
    /// coding it does not know is a 400, are the SDK's (`request_body_encoding_*_error.py`).
    static func checkCoding(
        _ problem: IncomingRequest.BodyProblem
    ) throws(ProviderError) {
        switch problem {
        case .tooLarge: throw tooLarge
        case .tooLargeDecoded:
            var error = tooLarge
            error.detail = "request_body_too_large_after_decoding"
            throw error
        case .notDecodable(let coding):
            var error = AnthropicField.refusal(
                "The request body is not valid for its `Content-Encoding`: \(coding)")
            error.detail = "request_body_encoding_invalid"
            throw error
        case .unsupportedCoding(let name):
            var error = AnthropicField.refusal(
                "The request's `Content-Encoding` is not supported: \(name.prefix(60))")
            error.detail = "request_body_encoding_unsupported"
            throw error
        case .notJSON, .cutShort: break
        }
    }

    static func checkKey(_ headers: RequestHeaders) throws(ProviderError) {
        if headers.value(of: "x-api-key") == nil, headers.bearer == nil {
            throw ProviderError(
                status: 401, type: "authentication_error",
                message: "x-api-key header is required")
        }
    }

    static func checkVersion(_ headers: RequestHeaders) throws(ProviderError) {
        if headers.anthropicVersion == nil {
            throw AnthropicField.refusal("anthropic-version", "header is required")
        }
    }

    static func unknownModel(_ model: String) -> ProviderError {
        ProviderError(
            status: 404, type: "not_found_error", message: "model: \(model.prefix(200))")
    }

    /// What a cause is here; `content-policy` is no error but a refusal, so this is only its
    /// explanation.
    static func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, _ limits: LimitStatus
    ) -> ProviderError {
        let error =
            switch fault.cause.family {
            case .request:
                request(fault.cause, facts, promptTokens: promptTokens)
            case .account:
                account(fault)
            case .rate:
                AnthropicRateLimit.error(
                    fault.limit
                        ?? AnthropicRateLimit.hit(countsTokens: fault.countsTokens, limits))
            case .server:
                server(fault.cause)
            }
        return error.saying(fault.message)
    }

    private static func request(
        _ cause: Cause, _ facts: RequestFacts, promptTokens: Int
    ) -> ProviderError {
        switch cause {
        case .contextLengthExceeded: promptTooLong(facts, promptTokens)
        case .requestTooLarge: tooLarge
        case .modelNotFound: unknownModel(facts.model)
        case .contentPolicy:
            AnthropicField.refusal(
                "This request was declined because it appears to violate our Usage Policy.")
        case .conflict:
            ProviderError(
                status: 409, type: "conflict_error",
                message: "The resource was modified by another request. Please try again.")
        case .unprocessable:
            ProviderError(
                status: 422, type: "invalid_request_error",
                message: "The request was well-formed but could not be processed.")
        case .requestTimeout:
            ProviderError(status: 408, type: "timeout_error", message: "Request timed out")
        default:
            AnthropicField.refusal(
                "There was an issue with the format or content of your request.")
        }
    }

    private static func promptTooLong(
        _ facts: RequestFacts, _ promptTokens: Int
    ) -> ProviderError {
        let family = AnthropicModelFamily(facts.model)
        let window = family?.limits(beta: facts.header("anthropic-beta") ?? "").window ?? 200_000
        return AnthropicField.refusal(
            "prompt is too long: \(window + max(promptTokens, 1)) tokens > \(window) maximum")
    }

    private static func account(_ fault: CauseFault) -> ProviderError {
        switch fault.cause {
        case .invalidAPIKey:
            ProviderError(
                status: 401, type: "authentication_error", message: "invalid x-api-key")
        case .permissionDenied where fault.grounds == .address || fault.grounds == .country:
            ProviderError(
                status: 403, type: "permission_error", message: "Request not allowed")
        case .permissionDenied:
            ProviderError(
                status: 403, type: "permission_error",
                message: "Your API key does not have permission to use the specified resource.")
        case .billing:
            ProviderError(
                status: 402, type: "billing_error",
                message: "There's an issue with your billing or payment information. Please "
                    + "update your payment details.")
        default:
            // A 400, recognisable by its text only (wire facts, 6.4).
            AnthropicField.refusal(
                "Your credit balance is too low to access the Anthropic API. Please go to Plans "
                    + "& Billing to upgrade or purchase credits.")
        }
    }

    private static func server(_ cause: Cause) -> ProviderError {
        switch cause {
        case .unavailable:
            ProviderError(
                status: 503, type: "api_error", message: "Service temporarily unavailable")
        case .overloaded:
            ProviderError(status: 529, type: "overloaded_error", message: "Overloaded")
        case .badGateway:
            ProviderError(
                status: 502, type: "api_error", message: "Bad gateway", page: GatewayPage.bad)
        case .gatewayTimeout:
            ProviderError(status: 504, type: "timeout_error", message: "Request timed out")
        default: ProviderError(status: 500, type: "api_error", message: "Internal server error")
        }
    }
}
