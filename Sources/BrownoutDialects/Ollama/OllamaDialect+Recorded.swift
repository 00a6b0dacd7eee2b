import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension OllamaDialect {
    func reply(recorded json: JSON) -> Reply? {
        json["choices"] == nil ? Reply(ollama: json) : OllamaCompatible().reply(recorded: json)
    }

    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer? {
        if OllamaCompatible.serves(endpoint) {
            return OllamaCompatible().plain(ofStream: body, form, endpoint, promptTokens)
        }
        var assembly = OllamaAssembly(isChat: endpoint.operation == .chat)
        RecordedAnswer.eachFrame(body, form.framing) { assembly.take($0) }
        return assembly.answer()
    }

    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer? {
        if OllamaCompatible.serves(endpoint) {
            return OllamaCompatible().stream(
                ofPlain: json, endpoint, includesUsage: includesUsage)
        }
        return OllamaUnfolding(json)?.answer()
    }

    /// A line of which nothing is filled in, as Go writes it.
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent? {
        if form.framing == .sse { return OllamaCompatible().emptyFirstEvent(of: form) }
        return StreamEvent(
            nil,
            [
                "model": "", "created_at": "0001-01-01T00:00:00Z",
                "message": ["role": "", "content": ""], "response": "", "done": false,
            ])
    }
}

extension Reply {
    /// What a recorded answer says.
    init?(ollama json: JSON) {
        let isChat = json["message"]?.objectValue != nil
        guard isChat || json["response"]?.stringValue != nil else { return nil }
        let message = (isChat ? json["message"] : json) ?? .null
        func text(_ name: String) -> TokenText? {
            message[name]?.stringValue.flatMap { $0.isEmpty ? nil : TokenText($0) }
        }
        let calls = (message["tool_calls"]?.arrayValue ?? []).enumerated().map { index, call in
            ToolCall(
                id: SipHash.word(call["id"]?.stringValue ?? "\(index)"),
                name: call["function"]?["name"]?.stringValue ?? "",
                arguments: TokenText((call["function"]?["arguments"] ?? .object([])).text))
        }
        let finish: Finish =
            switch json["done_reason"]?.stringValue {
            case "stop"?, nil: calls.isEmpty ? .stop : .toolCalls
            case "length"?: .length
            case let word?: .verbatim(word)
            }
        self.init(
            choices: [
                Choice(
                    thinking: text("thinking"), text: text(isChat ? "content" : "response"),
                    toolCalls: calls, finish: finish)
            ],
            promptTokens: json["prompt_eval_count"]?.intValue ?? 0)
    }
}
