import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Fields of Anthropic's, wrong in one way each, and the answer to them.
@Suite struct AnthropicParameterTests {
    private static let guide =
        "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/"
        + "extended-thinking"
    private static let thinking: JSON = ["type": "enabled", "budget_tokens": 1024]
    private static let tool: JSON = ["name": "f", "input_schema": ["type": "object"]]
    /// A schema that an answer can be held to.
    private static let closed: JSON = ["type": "object", "additionalProperties": false]

    private static func tools(_ changes: (String, JSON)...) -> [(String, JSON)] {
        var members: [JSONMember] = []
        for (key, value) in [("name", "f"), ("input_schema", ["type": "object"])]
            as [(String, JSON)]
        where !changes.contains(where: { $0.0 == key }) {
            members.append(JSONMember(key, value))
        }
        for (key, value) in changes { members.append(JSONMember(key, value)) }
        return [("tools", [.object(members)])]
    }

    private static let marked: JSON = [
        "type": "text", "text": "x", "cache_control": ["type": "ephemeral"],
    ]

    private static let rows: [([(String, JSON)], String)] = [
        ([("foo", 1)], "foo: Extra inputs are not permitted"),
        ([("n", .null)], "n: Extra inputs are not permitted"),
        ([("metadata", ["user": "x"])], "metadata.user: Extra inputs are not permitted"),
        ([("metadata", ["user_id": 5])], "metadata.user_id: Input should be a valid string"),
        (
            [("metadata", ["user_id": .string(String(repeating: "x", count: 257))])],
            "metadata.user_id: String should have at most 256 characters"
        ),
        ([("service_tier", "gold")], "service_tier: Input should be 'auto' or 'standard_only'"),
        ([("speed", "slow")], "speed: Input should be 'standard' or 'fast'"),
        ([("top_k", -1)], "top_k: Input should be greater than or equal to 0"),
        (
            [("stop_sequences", [" \n"])],
            "stop_sequences: each stop sequence must contain non-whitespace"
        ),
        (
            [("max_tokens", 64_001)],
            "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for "
                + "claude-sonnet-4-5"
        ),
        (
            [("model", "claude-3-5-haiku-20241022"), ("max_tokens", 9000)],
            "max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens for "
                + "claude-3-5-haiku-20241022"
        ),
        (
            [("thinking", ["type": "sometimes"])],
            "thinking: Input tag 'sometimes' found using 'type' does not match any of the expected "
                + "tags: 'adaptive', 'between_tools', 'disabled', 'enabled'"
        ),
        (
            [("thinking", ["type": "enabled"])],
            "thinking.enabled.budget_tokens: Field required"
        ),
        (
            [("thinking", thinking), ("max_tokens", 1024)],
            "`max_tokens` must be greater than `thinking.budget_tokens`. "
                + "\(guide)#max-tokens-and-context-window-size"
        ),
        (
            [("thinking", thinking), ("max_tokens", 2000), ("temperature", 0.5)],
            "`temperature` may only be set to 1 when thinking is enabled. "
                + "\(guide)#important-considerations-when-using-extended-thinking"
        ),
        (
            [("thinking", thinking), ("max_tokens", 2000), ("top_k", 5)],
            "`top_k` must be unset when thinking is enabled. "
                + "\(guide)#important-considerations-when-using-extended-thinking"
        ),
        (
            [
                ("thinking", thinking), ("max_tokens", 2000), ("tools", [tool]),
                ("tool_choice", ["type": "any"]),
            ],
            "Thinking may not be enabled when tool_choice forces tool use."
        ),
        (
            tools(("name", "a b")),
            "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"
        ),
        (
            tools(("input_schema", ["type": "string"])),
            "tools.0.custom.input_schema.type: Input should be 'object'"
        ),
        (
            tools(("input_schema", [:])),
            "tools.0.custom.input_schema.type: Field required"
        ),
        (tools(("parameters", [:])), "tools.0.custom.parameters: Extra inputs are not permitted"),
        ([("tools", [tool, tool])], "tools: Tool names must be unique."),
        (
            [("tools", [["type": "function", "function": [:]]])],
            "tools.0: Input tag 'function' found using 'type' does not match any of the expected "
                + "tags: 'bash_20250124', 'custom', 'text_editor_20250124', "
                + "'text_editor_20250429', 'text_editor_20250728', 'web_search_20250305'"
        ),
        (
            [("tools", [tool]), ("tool_choice", ["type": "required"])],
            "tool_choice: Input tag 'required' found using 'type' does not match any of the "
                + "expected tags: 'any', 'auto', 'none', 'tool'"
        ),
        (
            [("system", [["type": "text", "text": ""]])],
            "system: text content blocks must be non-empty"
        ),
        (
            [("system", .array(Array(repeating: marked, count: 5)))],
            "A maximum of 4 blocks with cache_control may be provided. Found 5."
        ),
        (
            [("output_config", ["effort": "huge"])],
            "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
        ),
        (
            [("output_config", ["format": ["type": "xml"]])],
            "output_config.format: Input tag 'xml' found using 'type' does not match any of the "
                + "expected tags: 'json_schema'"
        ),
    ]

    @Test(arguments: rows.indices)
    func aWrongFieldIsRefusedInAnthropicsWords(_ index: Int) throws {
        let (changes, message) = Self.rows[index]
        let refusal = try #require(Samples.request(.anthropic, changes).refusal)
        #expect(
            refusal
                == ProviderError(status: 400, type: "invalid_request_error", message: message))
    }

    /// A request with every field that the SDK knows, beta included, once.
    @Test func everyFieldOfTheSDKIsTaken() {
        let changes: [(String, JSON)] = [
            ("cache_control", ["type": "ephemeral"]), ("container", "container_1"),
            ("context_management", ["edits": [["type": "clear_tool_uses_20250919"]]]),
            ("diagnostics", ["previous_message_id": nil]), ("inference_geo", "us"),
            ("mcp_servers", [["type": "url", "name": "m", "url": "https://x.org"]]),
            ("metadata", ["user_id": "u"]),
            (
                "output_config",
                [
                    "effort": "low",
                    "format": ["type": "json_schema", "schema": Self.closed],
                ]
            ),
            ("service_tier", "auto"), ("speed", "fast"), ("stop_sequences", ["END"]),
            ("stream", true), ("temperature", 1), ("thinking", ["type": "disabled"]),
            ("system", [Self.marked]), ("tool_choice", ["type": "tool", "name": "bash"]),
            (
                "tools",
                [
                    Self.tool, ["type": "bash_20250124", "name": "bash"],
                    ["type": "web_search_20250305", "name": "web_search", "max_uses": 3],
                    ["type": "mcp_toolset", "mcp_server_name": "m"],
                    ["type": "browser_toolset_20260801"],
                    [
                        "type": "custom", "name": "g", "description": "does it", "strict": true,
                        "input_schema": Self.closed, "defer_loading": false,
                        "eager_input_streaming": nil, "input_examples": [[:]],
                        "cache_control": ["type": "ephemeral"], "allowed_callers": ["direct"],
                    ],
                ]
            ),
            ("top_k", 5), ("top_p", 0.9), ("user_profile_id", "p"), ("workspace_id", "w"),
            ("fallbacks", []), ("billing_policy", ["type": "billing_policy"]),
            ("compaction", ["type": "summarize"]),
            ("fallback_credit_token", ["token": "t"]),
        ]
        #expect(Samples.request(.anthropic, changes).refusal == nil)
    }

    @Test func manyKindsOfThinkingAreTaken() {
        for thinking: JSON in [
            ["type": "adaptive", "display": "omitted"], ["type": "between_tools"],
            ["type": "disabled"],
            ["type": "enabled", "budget_tokens": 1024, "display": "summarized"],
        ] {
            let request = Samples.request(
                .anthropic,
                [
                    ("max_tokens", 2000), ("thinking", thinking), ("temperature", 1),
                    ("top_p", 0.95),
                ])
            #expect(request.refusal == nil, "\(thinking.text)")
        }
    }
}
