import BrownoutEngine
import BrownoutJSON

/// Ollama's errors in its own words (wire facts, 10 and 14; its `server/routes.go`). It has no keys,
/// limits and bills: what those refuse is said as ollama.com does, which serves the same API, or as
/// the proxy does that people put before it. Where neither is known to say anything, the text is
/// that of the status.
enum OllamaErrors {
    static func refusal(_ message: String) -> ProviderError { error(400, message) }

    /// The types are those of the paths that speak OpenAI's form (Ollama's `openai/openai.go`).
    static func error(_ status: Int, _ message: String, page: String? = nil) -> ProviderError {
        let type =
            switch status {
            case 400: "invalid_request_error"
            case 404: "not_found_error"
            default: "api_error"
            }
        return ProviderError(status: status, type: type, message: message, page: page)
    }

    /// What the router says before any handler is asked, which is text.
    static func text(_ status: Int, _ text: String) -> ProviderError {
        ProviderError(status, in: .text, text)
    }

    static let cutShort = refusal("unexpected EOF")
    static let noBody = refusal("missing request body")
    static let noModel = refusal("model is required")
    static let tooLong = refusal("the input length exceeds the context length")

    /// The page of the proxy, and what a stream says in its place.
    static let tooLarge = error(
        413, "http: request body too large",
        page: GatewayPage.page("413 Request Entity Too Large", by: "nginx"))

    static func unknownModel(_ model: String) -> ProviderError {
        error(404, "model '\(model.prefix(200))' not found")
    }

    /// What the scheduler says, which embeddings ask without a look before.
    static func notPulled(_ model: String) -> ProviderError {
        error(404, "model \"\(model.prefix(200))\" not found, try pulling it first")
    }

    /// What is read of a body that Go's parser does not take.
    static func unreadable(_ problem: IncomingRequest.BodyProblem) -> ProviderError {
        switch problem {
        case .notJSON(let error): error.isBlank ? noBody : refusal(error.goText)
        case .tooLarge, .tooLargeDecoded: tooLarge
        case .notDecodable, .unsupportedCoding:
            // Codings are not undone, so that the first byte is none of JSON.
            refusal("invalid character '\\x1f' looking for beginning of value")
        case .cutShort: cutShort
        }
    }

    /// What a cause is here. `isBegun`: the stream has begun, so that it is a runner that fails.
    static func error(
        _ fault: CauseFault, _ facts: RequestFacts, isBegun: Bool = false
    ) -> ProviderError {
        let error =
            switch fault.cause.family {
            case .account, .rate:
                account(fault)
            case .server:
                server(fault.cause, isBegun)
            case .request:
                request(fault.cause, facts)
            }
        return error.saying(fault.message)
    }

    private static func request(_ cause: Cause, _ facts: RequestFacts) -> ProviderError {
        switch cause {
        case .contextLengthExceeded: tooLong
        case .requestTooLarge: tooLarge
        case .modelNotFound: unknownModel(facts.model)
        case .conflict: error(409, "Conflict")
        case .unprocessable: error(422, "Unprocessable Entity")
        case .requestTimeout: error(408, "Request Timeout")
        // There is no filter, so the words are ours.
        case .contentPolicy: error(400, "the prompt was refused by the content policy")
        default:
            refusal(
                "json: cannot unmarshal string into Go struct field ChatRequest.options of type "
                    + "map[string]interface {}")
        }
    }

    /// What ollama.com says, as users report it.
    private static func account(_ fault: CauseFault) -> ProviderError {
        switch fault.cause {
        case .invalidAPIKey: error(401, "unauthorized")
        case .permissionDenied where fault.grounds == .address || fault.grounds == .country:
            error(403, "Forbidden")
        case .permissionDenied:
            error(
                403,
                "this model requires a subscription, upgrade for access: "
                    + "https://ollama.com/upgrade")
        case .billing: error(402, "Payment Required")
        case .insufficientQuota:
            error(
                429,
                "you (brownout) have reached your weekly usage limit, upgrade for higher limits: "
                    + "https://ollama.com/upgrade")
        default:
            error(
                429,
                "you've reached your hourly usage limit, please wait or upgrade to continue")
        }
    }

    private static func server(_ cause: Cause, _ isBegun: Bool) -> ProviderError {
        switch cause {
        case .overloaded:
            error(503, "server busy, please try again.  maximum pending requests exceeded")
        case .unavailable: error(503, "Service Temporarily Unavailable")
        case .badGateway:
            error(
                502, "Bad Gateway",
                page: GatewayPage.page("502 Bad Gateway", by: "nginx"))
        case .gatewayTimeout:
            error(
                504, "Gateway Timeout",
                page: GatewayPage.page("504 Gateway Time-out", by: "nginx"))
        default:
            error(
                500,
                isBegun
                    ? "an error was encountered while running the model: unexpected EOF"
                    : "llama runner process has terminated: exit status 2")
        }
    }
}
