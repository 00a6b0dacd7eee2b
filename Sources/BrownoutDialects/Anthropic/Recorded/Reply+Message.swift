import BrownoutEngine
import BrownoutJSON

extension Reply {
    /// What a recorded message says.
    init?(message json: JSON) {
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

extension Reply.Finish {
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
