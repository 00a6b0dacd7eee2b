import BrownoutEngine
import BrownoutJSON

/// Mistral's errors in its own words (wire facts, 8 and 14). What is marked so is made in the form of
/// the others, as nobody has shown Mistral's own.
enum MistralErrors {
    static let unauthorized = ProviderError(401, in: .gateway, "Unauthorized")

    /// The answer to a body that is not JSON, or breaks off.
    static let notJSON = invalid([
        MistralProblem(
            "json_invalid", [0], "JSON decode error", input: .object([]),
            context: ["error": "Expecting value"])
    ])

    /// The answer to a body with members that are wrong, missing or not known.
    static func invalid(_ problems: [MistralProblem]) -> ProviderError {
        let list = JSON.array(problems.map(\.json))
        return ProviderError(
            status: 422, type: "invalid_request_error", message: list.text,
            problems: .object([JSONMember("detail", list)]))
    }

    static func refusal(
        _ message: String, type: String = "invalid_request_error", code: String? = nil,
        status: Int = 400
    ) -> ProviderError {
        ProviderError(status: status, type: type, message: message, code: code)
    }

    static func order(_ message: String) -> ProviderError {
        refusal(message, type: "invalid_request_message_order", code: "3230")
    }

    static func unknownModel(_ model: String) -> ProviderError {
        refusal(
            "Invalid model: \(model.prefix(200))", type: "invalid_model",
            code: "1500")
    }

    static func tooLong(_ model: String, prompt: Int) -> ProviderError {
        refusal(
            "Prompt contains \(prompt) tokens and 0 draft tokens, too large for model with "
                + "\(MistralModels.window(of: model)) maximum context length", code: "3051")
    }

    static func tooLarge() -> ProviderError {
        ProviderError(413, in: .gateway, "Request size limit exceeded")
    }

    /// What the gateway refuses before anyone reads the body.
    static func checkCoding(_ problem: IncomingRequest.BodyProblem) throws(ProviderError) {
        switch problem {
        case .tooLarge, .tooLargeDecoded: throw tooLarge()
        case .unsupportedCoding, .notJSON, .notDecodable, .cutShort: break
        }
    }

    /// What a cause is here.
    static func error(
        _ fault: CauseFault, _ facts: RequestFacts, promptTokens: Int
    ) -> ProviderError {
        let error =
            switch fault.cause.family {
            case .request:
                request(fault.cause, facts, promptTokens: promptTokens)
            case .account:
                account(fault)
            case .rate:
                refusal(
                    "Rate limit exceeded", type: "rate_limited", code: "1300", status: 429)
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
            return tooLong(
                facts.model,
                prompt: MistralModels.window(of: facts.model) + max(promptTokens, 1))
        case .requestTooLarge: return tooLarge()
        case .modelNotFound: return unknownModel(facts.model)
        case .unprocessable:
            return invalid([
                MistralProblem("missing", ["messages"], "Field required", input: facts.body)
            ])
        // In the form of the others.
        case .contentPolicy:
            return refusal(
                "The request was refused by a guardrail.", type: "guardrail_violation",
                status: 403)
        case .conflict:
            return refusal("The resource was updated by another request.", status: 409)
        case .requestTimeout:
            return ProviderError(408, in: .gateway, "Request Time-out")
        default:
            return order(
                "Expected last role User or Tool (or Assistant with prefix True) for serving but "
                    + "got assistant")
        }
    }

    private static func account(_ fault: CauseFault) -> ProviderError {
        switch fault.cause {
        case .invalidAPIKey: return unauthorized
        case .permissionDenied:
            guard fault.grounds == .model else {
                // What Kong says to an address that it does not let in.
                return ProviderError(403, in: .gateway, "IP address not allowed")
            }
            return refusal(
                "This model is not available in your subscription tier",
                type: "tier_not_allowed", code: "1910", status: 403)
        // In the form of the others.
        case .billing:
            return refusal(
                "Your workspace has no active subscription.", type: "payment_required",
                status: 402)
        default:
            return refusal(
                "Monthly token limit exceeded", type: "rate_limited", code: "1300", status: 429)
        }
    }

    private static func server(_ cause: Cause) -> ProviderError {
        switch cause {
        case .unavailable:
            refusal(
                "Internal server error", type: "unreachable_backend", code: "1100", status: 503)
        case .overloaded:
            refusal(
                "Service tier capacity exceeded for this model.",
                type: "service_tier_capacity_exceeded", code: "3505", status: 429)
        case .badGateway:
            ProviderError(
                status: 502, type: "internal_server_error", message: "Bad gateway",
                page: GatewayPage.bad)
        case .gatewayTimeout:
            ProviderError(
                status: 504, type: "internal_server_error", message: "Gateway timeout",
                page: GatewayPage.timeout)
        default:
            refusal(
                "Service unavailable.", type: "internal_server_error", code: "1000", status: 500)
        }
    }
}

/// What is wrong with one member of a body, as pydantic says it.
struct MistralProblem {
    var kind: String
    var place: [JSON]
    var message: String
    var input: JSON
    var context: JSON?

    init(_ kind: String, _ place: [JSON], _ message: String, input: JSON, context: JSON? = nil) {
        self.kind = kind
        self.place = place
        self.message = message
        self.input = input
        self.context = context
    }

    var json: JSON {
        var members = [
            JSONMember("type", .string(kind)), JSONMember("loc", .array(["body"] + place)),
            JSONMember("msg", .string(message)), JSONMember("input", input),
        ]
        if let context { members.append(JSONMember("ctx", context)) }
        return .object(members)
    }
}
