import BrownoutJSON

/// The tools a chat completion request offers, and whether one has to be called.
struct OpenAITools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    /// Names of the tools that may be called; nil: all.
    private(set) var allowed: [String]?
    /// What the offer adds to the prompt.
    private(set) var tokens = 0

    private static let most = 128

    init(_ value: JSON?, choice: JSON?) throws(ProviderError) {
        try readTools(value)
        try readChoice(choice)
    }

    /// The names from before there were tools: `functions` and `function_call`.
    init(functions: JSON?, call: JSON?) throws(ProviderError) {
        if let functions, !functions.isNull { try readFunctions(functions) }
        if let call, !call.isNull { try readFunctionCall(call) }
    }

    private mutating func readFunctions(_ value: JSON) throws(ProviderError) {
        guard case .array(let items) = value else {
            throw OpenAIField.type("functions", "an array of objects", value)
        }
        guard !items.isEmpty else { throw OpenAIField.emptyArray("functions") }
        guard items.count <= Self.most else {
            throw OpenAIField.tooMany("functions", Self.most, items.count)
        }
        for (index, item) in items.enumerated() {
            var tool = try Self.function(item, "functions[\(index)]")
            tool.form = .legacy
            tools.append(tool)
        }
        tokens = PromptEstimate.tokens(value)
    }

    private mutating func readFunctionCall(_ value: JSON) throws(ProviderError) {
        var name: String?
        switch value {
        case .string:
            try OpenAIField.word(value, "function_call", of: ["none", "auto"])
            choice = value == "none" ? .none : .automatic
        case .object: name = try OpenAIField.string(value["name"], "function_call.name")
        default:
            throw OpenAIField.type("function_call", "one of a string or an object", value)
        }
        guard tokens > 0 else {
            throw OpenAIField.refusal(
                "Invalid value for 'function_call': 'function_call' is only allowed when "
                    + "'functions' are specified.", "function_call", nil)
        }
        guard let name else { return }
        guard offers(name, .legacy) else {
            throw OpenAIField.refusal(
                "Invalid value for 'function_call': no function named '\(name.prefix(100))' was "
                    + "specified in the 'functions' parameter.", "function_call", nil)
        }
        choice = .named(name)
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
                tools.append(try Self.custom(item["custom"], "tools[\(index)].custom"))
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

    /// A tool whose input is a text.
    private static func custom(
        _ value: JSON?, _ place: String
    ) throws(ProviderError) -> ChatRequest.Tool {
        try OpenAIField.object(value, place)
        var tool = ChatRequest.Tool(
            name: try OpenAIField.name(value?["name"], place + ".name"), schema: .null,
            form: .custom)
        if let text = value?["description"], !text.isNull {
            _ = try OpenAIField.string(text, place + ".description")
        }
        guard let format = value?["format"], !format.isNull else { return tool }
        try OpenAIField.object(format, place + ".format")
        try OpenAIField.word(format["type"], place + ".format.type", of: ["text", "grammar"])
        guard format["type"] == "grammar" else { return tool }
        let (grammar, inside) = (format["grammar"], place + ".format.grammar")
        try OpenAIField.object(grammar, inside)
        try OpenAIField.word(grammar?["syntax"], inside + ".syntax", of: ["lark", "regex"])
        _ = try OpenAIField.string(grammar?["definition"], inside + ".definition")
        tool.grammar = grammar ?? .null
        return tool
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
            guard offers(name, .function) else { throw unknownTool("function", name) }
            choice = .named(name)
        case "allowed_tools": try readAllowed(value["allowed_tools"])
        case "custom":
            let name = try OpenAIField.string(
                value["custom"]?["name"], "tool_choice.custom.name")
            guard offers(name, .custom) else { throw unknownTool("custom tool", name) }
            choice = .named(name)
        default:
            throw OpenAIField.value(
                "tool_choice.type", type, of: "'allowed_tools', 'function', and 'custom'")
        }
    }

    /// The tools of the offer among which the model may choose.
    private mutating func readAllowed(_ value: JSON?) throws(ProviderError) {
        let place = "tool_choice.allowed_tools"
        try OpenAIField.object(value, place)
        try OpenAIField.word(value?["mode"], place + ".mode", of: ["auto", "required"])
        guard let list = value?["tools"] else { throw OpenAIField.missing(place + ".tools") }
        guard case .array(let items) = list else {
            throw OpenAIField.type(place + ".tools", "an array of objects", list)
        }
        guard !items.isEmpty else { throw OpenAIField.emptyArray(place + ".tools") }
        var names: [String] = []
        for (index, item) in items.enumerated() {
            let inside = "\(place).tools[\(index)]"
            guard case .object = item else {
                throw OpenAIField.type(inside, "an object", item)
            }
            try OpenAIField.word(item["type"], inside + ".type", of: ["function", "custom"])
            let isCustom = item["type"] == "custom"
            let kind = isCustom ? "custom" : "function"
            let name = try OpenAIField.string(item[kind]?["name"], "\(inside).\(kind).name")
            guard offers(name, isCustom ? .custom : .function) else {
                throw unknownTool(isCustom ? "custom tool" : "function", name)
            }
            names.append(name)
        }
        allowed = names
        choice = value?["mode"] == "required" ? .required : .automatic
    }

    private func offers(_ name: String, _ form: Reply.ToolCall.Form) -> Bool {
        tools.contains { $0.name == name && $0.form == form }
    }

    private func unknownTool(_ kind: String, _ name: String) -> ProviderError {
        OpenAIField.refusal(
            "Invalid value for 'tool_choice': no \(kind) named '\(name.prefix(100))' was "
                + "specified in the 'tools' parameter.", "tool_choice", nil)
    }
}
