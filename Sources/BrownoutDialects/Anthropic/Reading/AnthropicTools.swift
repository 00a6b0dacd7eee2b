import BrownoutJSON

/// The tools a request to Anthropic offers, and whether one has to be called.
struct AnthropicTools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    private(set) var parallel = true
    /// What the offer adds to the prompt.
    private(set) var tokens = 0
    /// Names of all tools, the server's too.
    private var names: Set<String> = []

    init(_ value: JSON?, choice: JSON?) throws(ProviderError) {
        if let value, !value.isNull { try readTools(value) }
        if let choice, !choice.isNull { try readChoice(choice) }
    }

    private mutating func readTools(_ value: JSON) throws(ProviderError) {
        let items = try AnthropicField.array(value, "tools")
        for (index, item) in items.enumerated() {
            let place = "tools.\(index)"
            try AnthropicField.object(item, place)
            let type = item["type"].flatMap { $0.isNull ? nil : $0 } ?? "custom"
            var name = item["name"]?.stringValue
            if type == "custom" {
                let tool = try Self.custom(item, place + ".custom")
                tools.append(tool)
                name = tool.name
            } else {
                let type = try Self.typed(item, type, place)
                if let name, let schema = AnthropicClientTools.schema(ofType: type, item) {
                    tools.append(ChatRequest.Tool(name: name, schema: schema))
                }
            }
            if let name, !names.insert(name).inserted {
                throw AnthropicField.refusal("tools", "Tool names must be unique.")
            }
        }
        if !items.isEmpty, items.allSatisfy({ $0["defer_loading"] == true }) {
            throw AnthropicField.refusal(
                "All tools have defer_loading set. At least one tool must be non-deferred.")
        }
        tokens = PromptEstimate.tokens(value)
    }

    /// A tool of the client's.
    private static func custom(
        _ item: JSON, _ place: String
    ) throws(ProviderError) -> ChatRequest.Tool {
        try AnthropicBlocks.keys(
            item, place,
            [
                "allowed_callers", "cache_control", "defer_loading", "description",
                "eager_input_streaming", "input_examples", "input_schema", "name", "strict",
            ])
        let name = try AnthropicField.name(item["name"], place + ".name", atMost: 128)
        if let text = item["description"], !text.isNull {
            _ = try AnthropicField.string(text, place + ".description")
        }
        let schema = item["input_schema"] ?? .null
        let schemaPlace = place + ".input_schema"
        if schema.isNull { throw AnthropicField.missing(schemaPlace) }
        try AnthropicField.object(schema, schemaPlace)
        guard let type = schema["type"] else {
            throw AnthropicField.missing(schemaPlace + ".type")
        }
        try AnthropicField.word(type, schemaPlace + ".type", ["object"])
        let isStrict = try AnthropicField.bool(item["strict"], place + ".strict") ?? false
        try AnthropicSchema.check(tool: schema, isStrict: isStrict, place)
        return ChatRequest.Tool(name: name, schema: schema)
    }

    /// The type of a tool that Anthropic knows (`web_search_20250305`): it has a date, and the
    /// tool no schema; sets of tools have no name.
    private static func typed(
        _ item: JSON, _ type: JSON, _ place: String
    ) throws(ProviderError) -> String {
        let text = try AnthropicField.string(type, place + ".type")
        let families = [
            "advisor", "bash", "browser_toolset", "code_execution", "computer",
            "computer_toolset", "mcp_toolset", "memory", "text_editor", "tool_search_tool",
            "web_fetch", "web_search",
        ]
        guard families.contains(where: { text == $0 || text.hasPrefix($0 + "_") }) else {
            throw AnthropicField.refusal(
                place,
                "Input tag '\(text.prefix(100))' found using 'type' does not match any of the "
                    + "expected tags: 'bash_20250124', 'custom', 'text_editor_20250124', "
                    + "'text_editor_20250429', 'text_editor_20250728', 'web_search_20250305'")
        }
        if !text.contains("toolset") {
            _ = try AnthropicField.string(item["name"], "\(place).\(text).name")
        }
        return text
    }

    private mutating func readChoice(_ value: JSON) throws(ProviderError) {
        guard case .object = value else {
            throw AnthropicField.refusal(
                "tool_choice", "Input should be a valid dictionary or object")
        }
        let type = try AnthropicField.string(value["type"], "tool_choice.type")
        guard tokens > 0 || type == "none" else {
            throw AnthropicField.refusal(
                "tool_choice may only be specified while providing tools")
        }
        switch type {
        case "auto": choice = .automatic
        case "any": choice = .required
        case "none": choice = .none
        case "tool":
            let name = try AnthropicField.string(value["name"], "tool_choice.tool.name")
            guard names.contains(name) else {
                throw AnthropicField.refusal(
                    "Tool '\(name.prefix(100))' not found in provided tools")
            }
            choice = .named(name)
        default:
            throw AnthropicField.refusal(
                "tool_choice",
                "Input tag '\(type.prefix(100))' found using 'type' does not match any of the "
                    + "expected tags: 'any', 'auto', 'none', 'tool'")
        }
        let isSerial = try AnthropicField.bool(
            value["disable_parallel_tool_use"], "tool_choice.disable_parallel_tool_use")
        parallel = isSerial != true
    }
}
