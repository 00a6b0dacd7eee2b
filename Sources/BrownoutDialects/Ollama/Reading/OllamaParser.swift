import BrownoutEngine
import BrownoutJSON

/// Reads and checks the bodies of `POST /api/chat` and `POST /api/generate` (Ollama's
/// `server/routes.go`).
struct OllamaParser {
    private let body: JSON
    private let field: GoField
    private let isChat: Bool
    /// The model's own provider is asked for it.
    private let isOwn: Bool
    /// What the model can do; nil: anything, as it is a scenario's own.
    private let abilities: OllamaFamily.Abilities?
    private let model: String

    /// What is to be done with a request.
    static func intent(
        _ request: RoutedRequest, isChat: Bool
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let field = GoField(name: isChat ? "ChatRequest" : "GenerateRequest")
        return try intent(field.body(of: request), request, isChat: isChat)
    }

    /// The same, with a body that was made of the request's.
    static func intent(
        _ body: JSON, _ request: RoutedRequest, isChat: Bool
    ) throws(ProviderError) -> ParsedRequest.Intent {
        let parser = try OllamaParser(body, request, isChat: isChat)
        return try parser.intent()
    }

    private init(
        _ body: JSON, _ request: RoutedRequest, isChat: Bool
    ) throws(ProviderError) {
        field = GoField(name: isChat ? "ChatRequest" : "GenerateRequest")
        self.body = body
        self.isChat = isChat
        model = try field.string(body["model"], "model")
        if model.isEmpty, isChat { throw OllamaErrors.noModel }
        guard !model.isEmpty, model.utf8.count <= ChatRequest.longestModel else {
            throw OllamaErrors.unknownModel(model)
        }
        isOwn = request.isOfItsOwnModels
        abilities = isOwn ? OllamaFamily(model)?.abilities : nil
    }

    private func intent() throws(ProviderError) -> ParsedRequest.Intent {
        let isUnloaded = try OllamaKeepAlive.isOver(body["keep_alive"])
        var chat = ChatRequest(
            model: model, stream: try field.bool(body["stream"], "stream") ?? true)
        let prompt = isChat ? try readMessages(&chat) : try readPrompt(&chat)
        if prompt.isEmpty, isOwn, abilities == nil { throw OllamaErrors.unknownModel(model) }
        if let top = try field.integer(body["top_logprobs"], "top_logprobs"),
            !(0...20).contains(top)
        {
            throw OllamaErrors.refusal("top_logprobs must be between 0 and 20")
        }
        // Nothing to be said is how a model is loaded, or let go.
        if prompt.isEmpty, isUnloaded { return .info(model: model) }
        chat.thinks = try thinks()
        try checkAbilities(chat)
        let options = try OllamaOptions(
            field.object(body["options"], "options", of: "map[string]interface {}"))
        chat.maxTokens = options.limit
        chat.stop = options.stop
        if prompt.isEmpty { return .info(model: model) }
        if let window = options.window, chat.promptTokens > window {
            if body["truncate"] == false { throw OllamaErrors.tooLong }
            chat.promptTokens = window
        }
        chat.responseFormat = try format()
        if prompt.mayHoldSchema {
            chat.readShape(of: prompt.messages, system: .string(prompt.system))
        }
        return .chat(chat)
    }

    // MARK: - Prompts

    /// What of a prompt is asked for once more.
    private struct Prompt {
        var isEmpty: Bool
        /// Whether it has the words of a JSON Schema.
        var mayHoldSchema: Bool
        var messages: JSON
        var system = ""
    }

    private func readMessages(_ chat: inout ChatRequest) throws(ProviderError) -> Prompt {
        let messages = try field.array(body["messages"], "messages", of: "api.Message")
        let conversation = try OllamaConversation(messages, field)
        chat.userText = conversation.userText
        chat.endsWithToolResult = conversation.endsWithToolResult
        chat.calledTools = conversation.calledTools
        chat.promptTokens = conversation.tokens
        try readTools(&chat)
        return Prompt(
            isEmpty: messages.isEmpty, mayHoldSchema: conversation.mayHoldSchema,
            messages: .array(messages))
    }

    private func readPrompt(_ chat: inout ChatRequest) throws(ProviderError) -> Prompt {
        let prompt = try field.string(body["prompt"], "prompt")
        let system = try field.string(body["system"], "system")
        let template = try field.string(body["template"], "template")
        let suffix = try field.string(body["suffix"], "suffix")
        let context = try field.array(body["context"], "context", of: "int")
        for token in context { _ = try field.integer(token, "context") }
        let images = try OllamaImages.count(body["images"], "images", field)
        if try field.bool(body["raw"], "raw") == true,
            !template.isEmpty || !system.isEmpty || !context.isEmpty
        {
            throw OllamaErrors.refusal(
                "raw mode does not support template, system, or context")
        }
        chat.userText = prompt
        chat.promptTokens =
            8 + TokenEstimate.count(prompt) + TokenEstimate.count(system)
            + TokenEstimate.count(suffix) + context.count
            + images * OllamaConversation.pictureTokens
        return Prompt(
            isEmpty: prompt.isEmpty,
            mayHoldSchema: PromptSchema.mayBe(in: prompt) || PromptSchema.mayBe(in: system),
            messages: [["role": "user", "content": .string(prompt)]], system: system)
    }

    private func readTools(_ chat: inout ChatRequest) throws(ProviderError) {
        let tools = try field.array(body["tools"], "tools", of: "api.Tool")
        for tool in tools {
            _ = try field.object(tool, "tools", of: "api.Tool")
            let function = tool["function"]
            _ = try field.object(function, "tools.function", of: "api.ToolFunction")
            let parameters = function?["parameters"] ?? .null
            _ = try field.object(
                parameters, "tools.function.parameters", of: "api.ToolFunctionParameters")
            chat.tools.append(
                ChatRequest.Tool(
                    name: try field.string(function?["name"], "tools.function.name"),
                    schema: parameters))
        }
        chat.promptTokens += tools.isEmpty ? 0 : PromptEstimate.tokens(.array(tools))
    }

    // MARK: - What the model is to do

    /// Models that can think do so unless they are told not to.
    private func thinks() throws(ProviderError) -> Bool {
        let asked: Bool?
        switch body["think"] {
        case nil, .null?: asked = nil
        case .bool(let bool)?: asked = bool
        case .string(let level)? where ["high", "medium", "low", "max"].contains(level):
            asked = true
        case .string(let level)?:
            throw OllamaErrors.refusal(
                "invalid think value: \"\(level.prefix(100))\" (must be \"high\", \"medium\", "
                    + "\"low\", \"max\", true, or false)")
        default:
            throw OllamaErrors.refusal(
                "think must be a boolean or string (\"high\", \"medium\", \"low\", \"max\", true, "
                    + "or false)")
        }
        guard let abilities else { return asked ?? false }
        if abilities.contains(.thinking) { return asked ?? true }
        guard asked != true else {
            throw OllamaErrors.refusal("\"\(model)\" does not support thinking")
        }
        return false
    }

    /// That a model does not chat at all is said where models are looked up.
    private func checkAbilities(_ chat: ChatRequest) throws(ProviderError) {
        guard let abilities else { return }
        if !isChat, !abilities.contains(.completion) {
            throw OllamaErrors.refusal("\"\(model)\" does not support generate")
        }
        guard abilities.contains(.completion) else { return }
        if !chat.tools.isEmpty, !abilities.contains(.tools) {
            throw OllamaErrors.refusal("\(OllamaFamily.fullName(model)) does not support tools")
        }
        if let suffix = body["suffix"]?.stringValue, !isChat, !suffix.isEmpty,
            !abilities.contains(.insert)
        {
            throw OllamaErrors.refusal("\(OllamaFamily.fullName(model)) does not support insert")
        }
    }

    /// `format` in OpenAI's terms. What it is, the runner asks, whose errors are the server's.
    private func format() throws(ProviderError) -> JSON {
        switch body["format"] {
        case nil, .null?, .string("")?: return .null
        case .string("json")?: return ["type": "json_object"]
        case .object(let members)?:
            return ["type": "json_schema", "json_schema": ["schema": .object(members)]]
        case let other?:
            let shown = JSON.string(String(other.text.prefix(100))).text
            throw OllamaErrors.error(
                500,
                "invalid format: \(shown); expected \"json\" or a valid JSON Schema object")
        }
    }
}

/// `keep_alive`: how long a model stays in memory behind a request.
enum OllamaKeepAlive {
    /// Whether it is to go at once. A number counts seconds, a text is a Go duration; what is
    /// negative stands for ever.
    static func isOver(_ value: JSON?) throws(ProviderError) -> Bool {
        switch value {
        case nil, .null?: return false
        case .number(let number)?: return number.double == 0
        case .string(let text)?:
            guard let isZero = isZero(text) else {
                throw OllamaErrors.refusal("time: invalid duration \"\(text.prefix(100))\"")
            }
            return isZero
        case let other?:
            throw OllamaErrors.refusal("Unsupported type: '\(other.kind)'")
        }
    }

    /// Whether a Go duration is nothing: `0`, `0s`; nil for a text that is none.
    private static func isZero(_ text: String) -> Bool? {
        var rest = Substring(text)
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return true }
        var isZero = true
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            guard let value = Double(number) else { return nil }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !($0.isNumber || $0 == ".") }
            guard ["ns", "us", "µs", "ms", "s", "m", "h"].contains(String(unit)) else {
                return nil
            }
            rest = rest.dropFirst(unit.count)
            if value != 0 { isZero = false }
        }
        return isZero
    }
}
