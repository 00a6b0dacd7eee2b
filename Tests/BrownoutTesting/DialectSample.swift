package import BrownoutEngine
package import BrownoutJSON

/// What tests that run over all dialects have to know of one, to ask it and to read what it says.
package struct DialectSample: Sendable {
    /// Fields of a healthy request.
    package var headers = [HeaderField("Authorization", "Bearer sk-good")]
    /// A body that the provider takes.
    package var body: [JSONMember]
    /// Bodies for the other endpoints whose requests have one, by the endpoints' names.
    package var bodies: [String: JSON]
    /// What a request for a stream says beside, so that the stream tells the usage.
    package var streamOptions: [JSONMember] = []
    /// The form of what it answers.
    package var form = Form.choices
    /// Words for why an answer ends.
    package var length = "length"
    package var toolCalls = "tool_calls"
    package var filter = "content_filter"
    /// A declined answer has a member of its own, and ends as any other.
    package var hasRefusals = false
    /// Its own answers have ids.
    package var hasIDs = true
    /// What it escapes in JSON though nothing asks for that, and how.
    package var escapes: [(text: String, escape: String)] = []
    /// The member of a request that names stop sequences.
    package var stop = "stop"
    /// The status of a body that is not JSON, and what its message begins with.
    package var notJSON: (status: Int, message: String)
    /// The type of an error about a body that is too large.
    package var tooLarge: String
    /// What ids of requests and of calls begin with, and how long the first are.
    package var requestID: (prefix: String, length: Int)
    package var callID: String
    /// The end of a stream that can be missing alone.
    package var end: MissingPart

    package enum Form: Sendable {
        case choices
        case blocks
        /// Ollama's: a line says what is new, and calls are JSON.
        case lines
    }

    package static func of(_ dialect: DialectName) -> DialectSample {
        switch dialect {
        case .openai: openAI
        case .anthropic: anthropic
        case .mistral: mistral
        case .ollama: ollama
        }
    }

    private static let usageOfStreams = [
        JSONMember("stream_options", ["include_usage": true])
    ]

    private static let openAI = DialectSample(
        body: [JSONMember("model", "gpt-4o-mini"), JSONMember("messages", Samples.messages)],
        bodies: [
            "completions": ["model": "gpt-3.5-turbo-instruct", "prompt": Samples.prompt],
            "embeddings": ["model": "text-embedding-3-small", "input": Samples.prompt],
            "moderations": ["model": "omni-moderation-latest", "input": Samples.prompt],
        ],
        streamOptions: usageOfStreams,
        hasRefusals: true,
        notJSON: (400, "We could not parse the JSON body of your request. (HINT: "),
        tooLarge: "invalid_request_error", requestID: ("req_", 36), callID: "call_", end: .done)

    private static let anthropic = DialectSample(
        headers: [
            HeaderField("x-api-key", "sk-ant-good"),
            HeaderField("anthropic-version", "2023-06-01"),
        ],
        body: [
            JSONMember("model", "claude-sonnet-4-5"), JSONMember("max_tokens", 1024),
            JSONMember("messages", Samples.messages),
        ],
        bodies: [
            "count-tokens": ["model": "claude-sonnet-4-5", "messages": Samples.messages]
        ],
        form: .blocks, length: "max_tokens", toolCalls: "tool_use", filter: "refusal",
        stop: "stop_sequences", notJSON: (400, "The request body is not valid JSON: "),
        tooLarge: "request_too_large", requestID: ("req_011", 28), callID: "toolu_01",
        end: .messageStop)

    private static let mistral = DialectSample(
        body: [
            JSONMember("model", "mistral-small-latest"), JSONMember("messages", Samples.messages),
        ],
        bodies: [
            "fim-completions": ["model": "codestral-latest", "prompt": Samples.prompt],
            "embeddings": ["model": "mistral-embed", "input": [Samples.prompt]],
            "moderations": ["model": "mistral-moderation-latest", "input": [Samples.prompt]],
        ],
        filter: "error", notJSON: (422, #"[{"type":"json_invalid""#),
        tooLarge: "",
        requestID: ("", 36), callID: "", end: .done)

    private static let ollama = DialectSample(
        headers: [],
        body: [
            JSONMember("model", "llama3.2"), JSONMember("stream", false),
            JSONMember("messages", Samples.messages),
        ],
        bodies: [
            "generate": ["model": "llama3.2", "prompt": Samples.prompt],
            "embed": ["model": "all-minilm", "input": Samples.prompt],
            "embedding": ["model": "all-minilm", "prompt": Samples.prompt],
            "show": ["model": "llama3.2"],
            "chat-completions": ["model": "llama3.2", "messages": Samples.messages],
            "completions": ["model": "llama3.2", "prompt": Samples.prompt],
            "embeddings": ["model": "all-minilm", "input": Samples.prompt],
        ],
        streamOptions: usageOfStreams, form: .lines, toolCalls: "stop", hasIDs: false,
        // Go's, which its server is written in.
        escapes: [("\u{2028}", #"\u2028"#)],
        notJSON: (400, ""), tooLarge: "", requestID: ("", 0),
        callID: "call_", end: .done)
}

extension DialectSample {
    /// A tool that a chat offers.
    package func tool(_ name: String, _ schema: JSON) -> JSON {
        switch form {
        case .choices, .lines:
            ["type": "function", "function": ["name": .string(name), "parameters": schema]]
        case .blocks: ["name": .string(name), "input_schema": schema]
        }
    }

    /// The member that holds the list of what an answer says.
    package var list: String {
        switch form {
        case .choices: "choices"
        case .blocks: "content"
        case .lines: "message"
        }
    }

    /// Where the text stands in a plain answer and in an event.
    package var text: (plain: String, event: String) {
        switch form {
        case .choices: ("/choices/0/message/content", "/choices/0/delta/content")
        case .blocks: ("/content/0/text", "/delta/text")
        case .lines: ("/message/content", "/message/content")
        }
    }

    /// Where an event has arguments of a call, or a piece of them.
    package var arguments: String {
        switch form {
        case .choices: "/choices/0/delta/tool_calls/0/function/arguments"
        case .blocks: "/delta/partial_json"
        case .lines: "/message/tool_calls/0/function/arguments"
        }
    }

    /// A schema that the answer has to fit.
    package func format(_ schema: JSON) -> (String, JSON) {
        switch form {
        case .choices:
            (
                "response_format",
                ["type": "json_schema", "json_schema": ["name": "x", "schema": schema]]
            )
        case .blocks:
            ("output_config", ["format": ["type": "json_schema", "schema": schema]])
        case .lines: ("format", schema)
        }
    }
}
