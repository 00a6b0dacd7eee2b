import BrownoutJSON

/// The tools a request to Anthropic offers, and whether one has to be called.
struct AnthropicTools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    private(set) var parallel = true
    /// What the offer adds to the prompt.
    private(set) var tokens = 0

    init(_ value: JSON?, choice: JSON?) throws(ProviderError) {
        if let value, !value.isNull { try readTools(value) }
        if let choice, !choice.isNull { try readChoice(choice) }
    }

    private mutating func readTools(_ value: JSON) throws(ProviderError) {
        let items = try AnthropicField.array(value, "tools")
        for (index, item) in items.enumerated() {
            guard case .object = item else {
                throw AnthropicField.refusal(
                    "tools.\(index)", "Input should be a valid dictionary or object")
            }
            // Tools of the server (`web_search_20250305`) have a type and no schema.
            let isCustom = item["type"].map { $0.isNull || $0 == "custom" } ?? true
            let place = isCustom ? "tools.\(index).custom" : "tools.\(index)"
            let name = try AnthropicField.string(item["name"], place + ".name")
            guard isCustom else { continue }
            guard let schema = item["input_schema"] else {
                throw AnthropicField.missing(place + ".input_schema")
            }
            guard case .object = schema else {
                throw AnthropicField.refusal(
                    place + ".input_schema", "Input should be a valid dictionary or object")
            }
            tools.append(ChatRequest.Tool(name: name, schema: schema))
        }
        tokens = PromptEstimate.tokens(value)
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
            guard tools.contains(where: { $0.name == name }) else {
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
