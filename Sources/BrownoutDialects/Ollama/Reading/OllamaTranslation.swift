import BrownoutEngine
import BrownoutJSON

/// Requests of OpenAI's form as those of Ollama's own that it makes of them (Ollama's
/// `openai/openai.go`).
enum OllamaTranslation {
    /// Options that are called the same, and those that are not.
    private static let options: [(theirs: String, ours: String)] = [
        ("max_completion_tokens", "num_predict"), ("max_tokens", "num_predict"),
        ("temperature", "temperature"), ("top_p", "top_p"), ("seed", "seed"),
        ("frequency_penalty", "frequency_penalty"), ("presence_penalty", "presence_penalty"),
    ]

    /// The body of a chat.
    static func chat(_ body: JSON, _ field: GoField) throws(ProviderError) -> JSON {
        let messages = try field.array(body["messages"], "messages", of: "openai.Message")
        if messages.isEmpty {
            throw OllamaErrors.refusal("[] is too short - 'messages'")
        }
        var turns: [JSON] = []
        for message in messages { turns += try self.turns(message, field) }
        var members = try common(body, field)
        members.append(JSONMember("messages", .array(turns)))
        if let tools = body["tools"] { members.append(JSONMember("tools", tools)) }
        if let format = try format(body["response_format"]) {
            members.append(JSONMember("format", format))
        }
        switch body["reasoning_effort"] {
        case nil, .null?: break
        case .string("none")?: members.append(JSONMember("think", false))
        case let effort?: members.append(JSONMember("think", effort))
        }
        return .object(members)
    }

    /// The body of a prompt. An empty one would load the model, for which there is no form here.
    static func prompt(_ body: JSON, _ field: GoField) throws(ProviderError) -> JSON {
        let prompt = try field.string(body["prompt"], "prompt")
        var members = try common(body, field)
        members.append(JSONMember("prompt", .string(prompt.isEmpty ? " " : prompt)))
        members.append(
            JSONMember("suffix", .string(try field.string(body["suffix"], "suffix"))))
        members.append(JSONMember("think", false))
        return .object(members)
    }

    private static func common(
        _ body: JSON, _ field: GoField
    ) throws(ProviderError) -> [JSONMember] {
        var options: [JSONMember] = []
        for (theirs, ours) in Self.options {
            guard let value = body[theirs], !value.isNull else { continue }
            options.set(ours, value)
        }
        switch body["stop"] {
        case .string(let text)?: options.append(JSONMember("stop", [.string(text)]))
        case let list?: options.append(JSONMember("stop", list))
        case nil: break
        }
        return [
            JSONMember("model", .string(try field.string(body["model"], "model"))),
            JSONMember("stream", .bool(try field.bool(body["stream"], "stream") ?? false)),
            JSONMember("options", .object(options)),
        ]
    }

    // MARK: - Messages

    /// A message's parts are messages of their own.
    private static func turns(_ message: JSON, _ field: GoField) throws(ProviderError) -> [JSON] {
        let role = JSONMember(
            "role", .string(try field.string(message["role"], "messages.role")))
        var calls: [JSON] = []
        for call in try field.array(
            message["tool_calls"], "messages.tool_calls", of: "openai.ToolCall")
        {
            calls.append(try self.call(call))
        }
        let called = calls.isEmpty ? [] : [JSONMember("tool_calls", .array(calls))]
        switch message["content"] {
        case .string(let text)?:
            return [.object([role, JSONMember("content", .string(text))] + called)]
        case .array(let parts)?:
            var turns: [JSON] = []
            for part in parts {
                turns.append(.object([role, try self.part(part)]))
            }
            return turns
        case nil where !calls.isEmpty, .null? where !calls.isEmpty:
            return [.object([role] + called)]
        default: throw OllamaErrors.refusal("invalid message content type: <nil>")
        }
    }

    private static func part(_ part: JSON) throws(ProviderError) -> JSONMember {
        switch part["type"] {
        case .string("text")?:
            guard let text = part["text"]?.stringValue else { break }
            return JSONMember("content", .string(text))
        case .string("image_url")?:
            let url = part["image_url"]?["url"] ?? part["image_url"] ?? .null
            guard let image = url.stringValue.flatMap({ DataURL($0) }) else {
                throw OllamaErrors.refusal("invalid image input")
            }
            return JSONMember("images", [.string(String(image.content))])
        default: break
        }
        throw OllamaErrors.refusal("invalid message format")
    }

    /// A call's arguments are a text there and an object here.
    private static func call(_ call: JSON) throws(ProviderError) -> JSON {
        let function = call["function"]
        let arguments: JSON
        do throws(JSONParseError) {
            arguments = try JSON.parse(function?["arguments"]?.stringValue ?? "")
        } catch {
            throw OllamaErrors.refusal("invalid tool call arguments")
        }
        return ["function": ["name": function?["name"] ?? "", "arguments": arguments]]
    }

    private static func format(_ value: JSON?) throws(ProviderError) -> JSON? {
        switch value?["type"] {
        case .string("json_object")?: "json"
        case .string("json_schema")?: value?["json_schema"]?["schema"]
        default: nil
        }
    }
}
