import BrownoutEngine

/// OpenAI's errors in its own words (wire facts, 4 and 14; design, 6).
enum OpenAIErrors {
    /// The answer to a body that is not a JSON object.
    static let notJSON = OpenAIField.refusal(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
            + "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what "
            + "was sent was not valid JSON. If you have trouble figuring out how to fix this, "
            + "please contact us through our help center at help.openai.com.)", nil, nil)

    static func tooLarge(limit: Int) -> ProviderError {
        ProviderError(
            status: 413, type: "invalid_request_error",
            message: "Maximum content size limit (\(limit)) exceeded.")
    }

    /// What the edge refuses before anyone reads the body.
    static func checkCoding(
        _ problem: IncomingRequest.BodyProblem
    ) throws(ProviderError) {
        switch problem {
        case .tooLarge(let limit), .tooLargeDecoded(let limit): throw tooLarge(limit: limit)
        case .unsupportedCoding(let name):
            throw ProviderError(
                status: 415, type: "invalid_request_error",
                message: "Unsupported content encoding: '\(name.prefix(60))'. Supported content "
                    + "encodings are: 'gzip', 'deflate', and 'zstd'.")
        case .notJSON, .notDecodable, .cutShort: break
        }
    }

    static func checkKey(_ headers: RequestHeaders) throws(ProviderError) {
        if headers.bearer == nil { throw missingKey }
    }

    private static let missingKey = ProviderError(
        status: 401, type: "invalid_request_error",
        message: "You didn't provide an API key. You need to provide your API key in an "
            + "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or "
            + "as the password field (with blank username) if you're accessing the API from your "
            + "browser and are prompted for a username and password. You can obtain an API key "
            + "from https://platform.openai.com/account/api-keys.")

    static func unknownModel(_ model: String) -> ProviderError {
        ProviderError(
            status: 404, type: "invalid_request_error",
            message: "The model `\(model.prefix(200))` does not exist or you do not have access "
                + "to it.", code: "model_not_found")
    }

    /// The answer to a chat with a model of another kind.
    static let noChatModel = ProviderError(
        status: 404, type: "invalid_request_error",
        message: "This is not a chat model and thus not supported in the v1/chat/completions "
            + "endpoint. Did you mean to use v1/completions?", param: "model")

    /// What a cause is here. `delay` is what a rate limit's text asks the client to wait.
    static func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int, delay: Duration,
        _ limits: LimitStatus
    ) -> ProviderError {
        let error =
            switch fault.cause.family {
            case .request:
                request(fault.cause, facts, promptTokens: promptTokens)
            case .account:
                account(fault, facts)
            case .rate:
                OpenAIRateLimit.error(
                    fault.limit
                        ?? OpenAIRateLimit.hit(
                            countsTokens: fault.countsTokens, promptTokens, limits),
                    facts, delay)
            case .server:
                server(fault.cause)
            }
        return error.saying(fault.message)
    }

    private static func request(
        _ cause: Cause, _ facts: RequestFacts, promptTokens: Int
    ) -> ProviderError {
        switch cause {
        case .contextLengthExceeded:
            let window = OpenAIModelFamily.window(of: facts.model)
            return OpenAIField.refusal(
                "This model's maximum context length is \(window) tokens. However, your messages "
                    + "resulted in \(window + max(promptTokens, 1)) tokens. Please reduce the "
                    + "length of the messages.", "messages", "context_length_exceeded")
        case .requestTooLarge: return tooLarge(limit: 26_214_400)
        case .modelNotFound: return unknownModel(facts.model)
        case .contentPolicy:
            return OpenAIField.refusal(
                "Your request was rejected as a result of our safety system. Your prompt may "
                    + "contain text that is not allowed by our safety system.", nil,
                "content_policy_violation")
        case .conflict:
            return ProviderError(
                status: 409, type: "invalid_request_error",
                message: "The resource was updated by another request. Please try again.")
        case .unprocessable:
            return ProviderError(
                status: 422, type: "invalid_request_error",
                message: "Unable to process the request despite the format being correct. Please "
                    + "try the request again.")
        case .requestTimeout:
            return ProviderError(
                status: 408, type: "server_error",
                message: "Timed out reading request body. Try again, or use a smaller request "
                    + "size.")
        default:
            return OpenAIField.refusal(
                "Your request was malformed or missing some required parameters, such as a token "
                    + "or an input.", nil, nil)
        }
    }

    private static func account(_ fault: CauseFault, _ facts: RequestFacts) -> ProviderError {
        switch fault.cause {
        case .invalidAPIKey:
            ProviderError(
                status: 401, type: "invalid_request_error",
                message: "Incorrect API key provided: \(masked(facts.credential)). You can find "
                    + "your API key at https://platform.openai.com/account/api-keys.",
                code: "invalid_api_key")
        case .permissionDenied: denied(fault.grounds, facts)
        case .billing:
            ProviderError(
                status: 429, type: "insufficient_quota",
                message: "Billing hard limit has been reached.",
                code: "billing_hard_limit_reached")
        default:
            ProviderError(
                status: 429, type: "insufficient_quota",
                message: "You exceeded your current quota, please check your plan and billing "
                    + "details. For more information on this error, read the docs: "
                    + "https://platform.openai.com/docs/guides/error-codes/api-errors.",
                code: "insufficient_quota")
        }
    }

    /// What an unsupported country and a project without the model are told is as users report
    /// it; a client outside a project's allow-list is told so in the words of its guide to errors.
    private static func denied(
        _ grounds: CauseFault.Grounds?, _ facts: RequestFacts
    ) -> ProviderError {
        switch grounds {
        case .country:
            ProviderError(
                status: 403, type: "request_forbidden",
                message: "Country, region, or territory not supported",
                code: "unsupported_country_region_territory")
        case .address:
            ProviderError(
                status: 403, type: "invalid_request_error",
                message: "Your request IP does not match the configured IP allowlist for your "
                    + "project or organization.", code: "ip_not_authorized")
        case .model:
            ProviderError(
                status: 403, type: "invalid_request_error",
                message: "Project `\(OpenAIHead.project)` does not have access to model "
                    + "`\(facts.model.prefix(200))`", code: "model_not_found")
        case nil:
            ProviderError(
                status: 403, type: "invalid_request_error",
                message: "You do not have access to the model `\(facts.model.prefix(200))`.",
                code: "access_denied")
        }
    }

    private static func server(_ cause: Cause) -> ProviderError {
        switch cause {
        case .unavailable:
            ProviderError(
                status: 503, type: "service_unavailable_error",
                message: "Service temporarily unavailable. Please try again later.")
        case .overloaded:
            ProviderError(
                status: 503, type: "server_error",
                message: "The engine is currently overloaded, please try again later")
        case .badGateway:
            ProviderError(
                status: 502, type: "server_error", message: "Bad gateway", page: GatewayPage.bad)
        case .gatewayTimeout:
            ProviderError(
                status: 504, type: "server_error", message: "Gateway timeout",
                page: GatewayPage.timeout)
        default:
            ProviderError(
                status: 500, type: "server_error",
                message: "The server had an error while processing your request. Sorry about "
                    + "that!")
        }
    }

    /// OpenAI shows the ends of a key it does not accept; we show less, because journals keep
    /// bodies: at most the `sk-` and the last four of a long one.
    private static func masked(_ key: String) -> String {
        let start = key.hasPrefix("sk-") ? "sk-" : ""
        let end = key.count >= 16 ? key.suffix(4) : ""
        let hidden = min(max(key.count - start.count - end.count, 0), 32)
        return start + String(repeating: "*", count: hidden) + end
    }
}
