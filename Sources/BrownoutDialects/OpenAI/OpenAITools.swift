import BrownoutJSON

/// The tools a chat completion request offers, and whether one has to be called.
struct OpenAITools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    /// What the offer adds to the prompt.
    private(set) var tokens = 0
    /// Names of tools whose input is a text.
    private var custom: [String] = []

    private static let most = 128

    init(_ value: JSON?, choice: JSON?) throws(ProviderError) {
        try readTools(value)
        try readChoice(choice)
    }

    private mutating func readTools(_ value: JSON?) throws(ProviderError) {
        guard let value, !value.isNull else { return }
        guard case .array(let items) = value else {
            throw OpenAIField.type("tools", "an array of objects", value)
        }
        guard !items.isEmpty else { throw OpenAIField.emptyArray("tools") }
        guard items.count <= Self.most else {
            throw OpenAIField.tooMany("tools", Self.most, items.count)
        }
        for (index, item) in items.enumerated() {
            guard case .object = item else {
                throw OpenAIField.type("tools[\(index)]", "an object", item)
            }
            let type = try OpenAIField.string(item["type"], "tools[\(index)].type")
            switch type {
            case "function":
                tools.append(try Self.function(item["function"], "tools[\(index)].function"))
            case "custom":
                try OpenAIField.object(item["custom"], "tools[\(index)].custom")
                custom.append(
                    try OpenAIField.name(
                        item["custom"]?["name"], "tools[\(index)].custom.name"))
            default:
                throw OpenAIField.value("tools[\(index)].type", type, of: "'function' and 'custom'")
            }
        }
        tokens = PromptEstimate.tokens(value)
    }

    /// A function's definition, checked; `place` says where it stands.
    static func function(
        _ value: JSON?, _ place: String
    ) throws(ProviderError) -> ChatRequest.Tool {
        try OpenAIField.object(value, place)
        let name = try OpenAIField.name(value?["name"], place + ".name")
        if let text = value?["description"], !text.isNull {
            _ = try OpenAIField.string(text, place + ".description")
        }
        let isStrict = try OpenAIField.bool(value?["strict"], place + ".strict") ?? false
        let schema = value?["parameters"] ?? .null
        if schema.isNull { return ChatRequest.Tool(name: name, schema: schema) }
        try OpenAIField.object(schema, place + ".parameters")
        if let problem = OpenAISchema.problem(schema, isStrict: isStrict, needsItems: true) {
            throw OpenAIField.refusal(
                "Invalid schema for function '\(name)': \(problem)", place + ".parameters",
                "invalid_function_parameters")
        }
        return ChatRequest.Tool(name: name, schema: schema)
    }

    private mutating func readChoice(_ value: JSON?) throws(ProviderError) {
        guard let value, !value.isNull else { return }
        guard tokens > 0 else {
            throw OpenAIField.refusal(
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
                    + "specified.", "tool_choice", nil)
        }
        switch value {
        case .string("auto"): choice = .automatic
        case .string("none"): choice = .none
        case .string("required"): choice = .required
        case .string(let other):
            throw OpenAIField.value("tool_choice", other, of: "'none', 'auto', and 'required'")
        case .object: try readNamedChoice(value)
        default: throw OpenAIField.type("tool_choice", "one of a string or an object", value)
        }
    }

    private mutating func readNamedChoice(_ value: JSON) throws(ProviderError) {
        let type = try OpenAIField.string(value["type"], "tool_choice.type")
        switch type {
        case "function":
            let name = try OpenAIField.string(
                value["function"]?["name"], "tool_choice.function.name")
            guard tools.contains(where: { $0.name == name }) else {
                throw unknownTool("function", name)
            }
            choice = .named(name)
        case "allowed_tools":
            let allowed = value["allowed_tools"]
            try OpenAIField.object(allowed, "tool_choice.allowed_tools")
            try OpenAIField.word(
                allowed?["mode"], "tool_choice.allowed_tools.mode", of: ["auto", "required"])
            choice = allowed?["mode"] == "required" ? .required : .automatic
        case "custom":
            let name = try OpenAIField.string(
                value["custom"]?["name"], "tool_choice.custom.name")
            guard custom.contains(name) else { throw unknownTool("custom tool", name) }
            choice = .automatic
        default:
            throw OpenAIField.value(
                "tool_choice.type", type, of: "'allowed_tools', 'function', and 'custom'")
        }
    }

    private func unknownTool(_ kind: String, _ name: String) -> ProviderError {
        OpenAIField.refusal(
            "Invalid value for 'tool_choice': no \(kind) named '\(name.prefix(100))' was "
                + "specified in the 'tools' parameter.", "tool_choice", nil)
    }
}
