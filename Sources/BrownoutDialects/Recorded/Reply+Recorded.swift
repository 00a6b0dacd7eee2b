package import BrownoutEngine
import BrownoutJSON

extension Reply {
    /// What a recorded plain body says, so that it can be said in another way; nil for a body
    /// that is no completion of its dialect's. What a ``Reply`` does not know of is left out.
    package init?(recorded body: [UInt8], _ dialect: DialectName) {
        guard let json = try? JSON.parse(body) else { return nil }
        switch dialect {
        case .openai: self.init(completion: json)
        case .anthropic: self.init(message: json)
        }
    }

    private init?(completion json: JSON) {
        guard let choices = json["choices"]?.arrayValue else { return nil }
        self.init(
            choices: choices.enumerated().map { index, choice in
                Choice(completion: choice, index)
            },
            promptTokens: json.value(at: "/usage/prompt_tokens")?.intValue ?? 0)
    }

    private init?(message json: JSON) {
        guard json["type"] == "message", let blocks = json["content"]?.arrayValue else {
            return nil
        }
        func joined(_ type: JSON, _ key: String) -> TokenText? {
            let texts = blocks.filter { $0["type"] == type }.compactMap { $0[key]?.stringValue }
            return texts.isEmpty ? nil : TokenText(texts.joined())
        }
        let calls = blocks.filter { $0["type"] == "tool_use" }.enumerated().map { index, block in
            ToolCall(
                id: SipHash.word(block["id"]?.stringValue ?? "\(index)"),
                name: block["name"]?.stringValue ?? "",
                arguments: TokenText((block["input"] ?? .object([])).text))
        }
        let usage = json["usage"]
        let prompt = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
        self.init(
            choices: [
                Choice(
                    thinking: joined("thinking", "thinking"), text: joined("text", "text"),
                    toolCalls: calls, finish: Finish(message: json))
            ],
            promptTokens: prompt.reduce(0) { $0 + (usage?[$1]?.intValue ?? 0) })
    }
}

extension Reply.Choice {
    /// A choice of a chat's completion, or of an older one.
    fileprivate init(completion choice: JSON, _ index: Int) {
        let message = choice["message"]
        let calls = message?["tool_calls"]?.arrayValue ?? []
        let refusal = message?["refusal"]?.stringValue
        let text = refusal ?? message?["content"]?.stringValue ?? choice["text"]?.stringValue
        self.init(
            text: text.map { TokenText($0) },
            toolCalls: calls.enumerated().map { place, call in
                Self.call(
                    call, call["custom"] == nil ? .function : .custom,
                    id: call["id"]?.stringValue ?? "\(index).\(place)")
            }, finish: Reply.Finish(completion: choice))
        isRefusal = refusal != nil
        if calls.isEmpty, let call = message?["function_call"], !call.isNull {
            toolCalls = [Self.call(["function": call], .legacy, id: "\(index)")]
        }
    }

    private static func call(
        _ call: JSON, _ form: Reply.ToolCall.Form, id: String
    ) -> Reply.ToolCall {
        let body = call[form == .custom ? "custom" : "function"]
        return Reply.ToolCall(
            id: SipHash.word(id), name: body?["name"]?.stringValue ?? "",
            arguments: TokenText(
                body?[form == .custom ? "input" : "arguments"]?.stringValue ?? ""), form: form)
    }
}

extension Reply.Finish {
    fileprivate init(completion choice: JSON) {
        self =
            switch choice["finish_reason"]?.stringValue {
            case "stop"?, nil: .stop
            case "length"?: .length
            case "tool_calls"?, "function_call"?: .toolCalls
            case let word?: .verbatim(word)
            }
    }

    fileprivate init(message json: JSON) {
        self =
            switch json["stop_reason"]?.stringValue {
            case "end_turn"?, nil: .stop
            case "max_tokens"?: .length
            case "tool_use"?: .toolCalls
            case "stop_sequence"?: .stopSequence(json["stop_sequence"]?.stringValue ?? "")
            case "refusal"?: .refusal
            case let word?: .verbatim(word)
            }
    }
}
