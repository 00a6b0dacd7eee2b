import BrownoutEngine
import BrownoutJSON

extension Reply {
    /// What a recorded completion says.
    init?(completion json: JSON) {
        guard let choices = json["choices"]?.arrayValue else { return nil }
        self.init(
            choices: choices.enumerated().map { index, choice in
                Choice(completion: choice, index)
            },
            promptTokens: json.value(at: "/usage/prompt_tokens")?.intValue ?? 0)
    }
}

extension Reply.Choice {
    /// A choice of a chat's completion, or of an older one.
    fileprivate init(completion choice: JSON, _ index: Int) {
        let message = choice["message"]
        let calls = message?["tool_calls"]?.arrayValue ?? []
        let refusal = message?["refusal"]?.stringValue
        let parts = message?["content"]?.arrayValue ?? []
        let text =
            refusal ?? message?["content"]?.stringValue ?? choice["text"]?.stringValue
            ?? Self.joined(parts.compactMap { $0["text"]?.stringValue })
        // A list of parts is what Mistral's models say once they have thought (wire facts, 8).
        let thoughts = parts.flatMap { $0["thinking"]?.arrayValue ?? [] }
        self.init(
            thinking: Self.joined(thoughts.compactMap { $0["text"]?.stringValue }).map {
                TokenText($0)
            },
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

    /// Texts as one; nil where there are none.
    private static func joined(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts.joined()
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
}
