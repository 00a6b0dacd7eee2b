package import BrownoutEngine
package import BrownoutJSON

/// What is to be known of a provider's requests without its parser: what tells two calls apart, who
/// says what, and whether a stream is wanted.
///
/// A member means the same in every API that has it, so a table begins with what is common, and a
/// provider adds its own. Journals and recordings hold digests of requests: a member that was
/// counted once, or was not, stays so.
package struct RequestReading: Sendable {
    /// The members of a chat that tell calls apart.
    package var chat = common
    /// Those of one of its messages.
    package var message = commonOfMessages
    /// Members that say only how the answer is sent.
    package var sending = ["stream", "stream_options"]
    /// Members of other requests than chats that say only how the answer is sent, or for whom.
    package var asides = ["stream", "stream_options", "user", "encoding_format"]
    /// Members of a part of a message's content that do not count.
    package var partAsides = ["id", "tool_use_id", "cache_control"]
    /// Members of a call of a tool that do not count.
    package var callAsides = ["id", "index"]
    /// Members that hold what the user and the model said, here and in APIs that are only passed
    /// on: OpenAI's responses, Gemini's.
    package var turns = ["messages", "input", "prompt", "contents"]
    /// Members that hold what the system says.
    package var systems = ["system", "instructions", "systemInstruction", "system_instruction"]
    /// How a request says that it wants a stream, unless its path says it.
    package var stream = StreamChoice.member("stream", absent: false)
    /// Where it says that the stream is to tell the usage; nil: nobody is asked.
    package var usageSwitch: JSONPath?
}

/// How a request says whether it wants its answer as a stream.
package enum StreamChoice: Sendable {
    case always
    case never
    /// By a member of its body; absent: what a request for a completion gets then.
    case member(String, absent: Bool)

    /// Whether a request to an endpoint wants a stream.
    package func isTaken(_ endpoint: Endpoint, _ body: JSON) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .member(let name, let absent):
            body[name]?.boolValue ?? (absent && endpoint.operation.writesTokens)
        }
    }

    /// The member that says it, if one does.
    package var members: [String] {
        guard case .member(let name, _) = self else { return [] }
        return [name]
    }
}

extension RequestReading {
    /// Whether a request says that its stream is to tell the usage.
    package func wantsUsage(_ body: JSON) -> Bool {
        usageSwitch.map { body.values(at: $0) == [true] } ?? false
    }

    static let common: MemberTable = [
        .init("n", .plain, tag: 1),
        .init("stop", .list, tag: 2), .init("stop_sequences", .list, tag: 2),
        .init("seed", .plain, tag: 3),
        .init("model", .plain, tag: 4),
        .init("tools", .plain, tag: 5),
        .init("top_p", .plain, tag: 6),
        .init("top_k", .plain, tag: 7),
        .init("system", .content, tag: 8),
        .init("messages", .messages, tag: 9),
        .init("logprobs", .plain, tag: 10),
        .init("thinking", .plain, tag: 11),
        .init("functions", .plain, tag: 12),
        .init("verbosity", .plain, tag: 13),
        .init("max_tokens", .plain, tag: 14), .init("max_completion_tokens", .plain, tag: 14),
        .init("logit_bias", .plain, tag: 15),
        .init("modalities", .plain, tag: 16),
        .init("prediction", .plain, tag: 17),
        .init("temperature", .rounded, tag: 18),
        .init("tool_choice", .plain, tag: 19),
        .init("top_logprobs", .plain, tag: 20),
        .init("function_call", .plain, tag: 21),
        .init("output_config", .plain, tag: 22), .init("output_format", .plain, tag: 22),
        .init("response_format", .plain, tag: 23),
        .init("presence_penalty", .plain, tag: 24),
        .init("reasoning_effort", .plain, tag: 25),
        .init("frequency_penalty", .plain, tag: 26),
        .init("parallel_tool_calls", .plain, tag: 27),
    ]

    static let commonOfMessages: MemberTable = [
        .init("role", .plain), .init("name", .plain), .init("refusal", .plain),
        .init("function_call", .plain), .init("content", .content), .init("tool_calls", .calls),
    ]
}

extension ProviderProfile {
    /// Whether a request wants its answer as a stream, as far as can be told without the provider's
    /// own parser.
    package func wantsStream(_ endpoint: Endpoint, _ body: JSON) -> Bool {
        let own = paths.first { $0.stream != nil && $0.endpoint == endpoint }?.stream
        return (own ?? requests.stream).isTaken(endpoint, body)
    }
}

extension RequestReading {
    /// The member of a message that holds calls of tools, in the APIs that have one.
    static let calls = "tool_calls"
    /// The type of a part that is a call of a tool, in the APIs whose calls are parts.
    static let callPart = "tool_use"
}
