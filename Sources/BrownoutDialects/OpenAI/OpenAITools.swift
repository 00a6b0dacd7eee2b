import BrownoutJSON

/// The tools a chat completion request offers, and whether one has to be called.
struct OpenAITools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    /// What the offer adds to the prompt.
    private(set) var tokens = 0

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
        for (index, item) in items.enumerated() {
            guard case .object = item else {
                throw OpenAIField.type("tools[\(index)]", "an object", item)
            }
            let type = try OpenAIField.string(item["type"], "tools[\(index)].type")
            switch type {
            case "function": try readFunction(item["function"], "tools[\(index)].function")
            case "custom":
                _ = try OpenAIField.string(
                    item["custom"]?["name"], "tools[\(index)].custom.name")
            default:
                throw OpenAIField.value("tools[\(index)].type", type, of: "'function' and 'custom'")
            }
        }
        tokens = PromptEstimate.tokens(value)
    }

    private mutating func readFunction(_ value: JSON?, _ name: String) throws(ProviderError) {
        guard let value else { throw OpenAIField.missing(name) }
        guard case .object = value else { throw OpenAIField.type(name, "an object", value) }
        let function = try OpenAIField.string(value["name"], name + ".name")
        guard Self.isName(function) else {
            throw OpenAIField.refusal(
                "Invalid '\(name).name': string does not match pattern. Expected a string that "
                    + "matches the pattern '^[a-zA-Z0-9_-]+$'.", name + ".name", "invalid_value")
        }
        let schema = value["parameters"] ?? .null
        switch schema {
        case .object, .null: break
        default: throw OpenAIField.type(name + ".parameters", "an object", schema)
        }
        tools.append(ChatRequest.Tool(name: function, schema: schema))
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
                throw OpenAIField.refusal(
                    "Invalid value for 'tool_choice': no function named '\(name.prefix(100))' was "
                        + "specified in the 'tools' parameter.", "tool_choice", nil)
            }
            choice = .named(name)
        case "allowed_tools":
            choice = value["allowed_tools"]?["mode"] == "required" ? .required : .automatic
        case "custom": choice = .automatic
        default:
            throw OpenAIField.value(
                "tool_choice.type", type, of: "'allowed_tools', 'function', and 'custom'")
        }
    }

    /// `^[a-zA-Z0-9_-]{1,64}$`; dots are let through, which newer versions of the API allow.
    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                Alphabet.value(of: byte) != nil || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
    }
}
