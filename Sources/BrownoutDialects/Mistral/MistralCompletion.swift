import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A chat completion of Mistral's: what its plain body and its chunks have in common (wire facts, 8).
struct MistralCompletion: Sendable {
    let model: String
    let reply: Reply
    /// 32 hexadecimal digits.
    let id: String
    let created: Int
    let exchange: ExchangeID

    init(_ request: ChatRequest, _ reply: Reply, _ context: AnswerContext) {
        model = request.model
        self.reply = reply
        exchange = context.exchange
        var words = WordStream(context.exchange, salt: .completion)
        id = words.next().hex + words.next().hex
        created = OpenAICompletion.created(context)
    }

    /// Mistral's word for why a choice ended.
    func finish(_ choice: Reply.Choice) -> String {
        switch choice.finish {
        case .stop, .stopSequence, .refusal: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .verbatim(let word): word
        }
    }

    func appendUsage(to bytes: inout [UInt8]) {
        let completion = reply.completionTokens
        bytes.append(text: "{\"prompt_tokens\":")
        bytes.append(decimal: reply.promptTokens)
        bytes.append(text: ",\"total_tokens\":")
        bytes.append(decimal: reply.promptTokens + completion)
        bytes.append(text: ",\"completion_tokens\":")
        bytes.append(decimal: completion)
        bytes.append(text: ",\"prompt_tokens_details\":{\"cached_tokens\":")
        bytes.append(decimal: min(reply.cache.read, reply.promptTokens))
        bytes.append(text: "}}")
    }

    /// What stands before the arguments of a call, in bodies and in chunks.
    var toolMark: StaticString? {
        reply.choices.contains { !$0.toolCalls.isEmpty } ? "\"arguments\":\"" : nil
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + reply.choices.reduce(0) { $0 + room($1) })
        var spans: [TokenSpan] = []
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: id)
        bytes.append(text: "\",\"created\":")
        bytes.append(decimal: created)
        bytes.append(text: ",\"model\":\"")
        bytes.appendJSON(escaping: model)
        bytes.append(text: "\",\"usage\":")
        appendUsage(to: &bytes)
        bytes.append(text: ",\"object\":\"chat.completion\",\"choices\":[")
        for (index, choice) in reply.choices.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: "{\"index\":")
            bytes.append(decimal: index)
            bytes.append(text: ",\"finish_reason\":")
            bytes.appendJSON(string: finish(choice))
            bytes.append(text: ",\"message\":{\"role\":\"assistant\",\"tool_calls\":")
            appendCalls(of: choice, to: &bytes, &spans)
            bytes.append(text: ",\"content\":")
            appendContent(of: choice, to: &bytes, &spans)
            bytes.append(text: "}}")
        }
        bytes.append(text: "]}")
        let tokens = spans.reduce(0) { $0 + $1.text.ends.count }
        var body = WholeBody(bytes, tokens: tokens) { [spans] in TokenSpan.ends(spans) }
        body.toolMark = toolMark
        return body
    }

    private func room(_ choice: Reply.Choice) -> Int {
        200 + (choice.text?.text.utf8.count ?? 0) + (choice.thinking?.text.utf8.count ?? 0)
            + choice.toolCalls.reduce(0) { $0 + 120 + $1.arguments.text.utf8.count }
    }

    private func appendCalls(
        of choice: Reply.Choice, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        guard !choice.toolCalls.isEmpty else { return bytes.append(text: "null") }
        for (index, call) in choice.toolCalls.enumerated() {
            bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
            Self.appendBeginning(of: call, to: &bytes)
            bytes.appendJSON(escaping: call.arguments, noting: &spans)
            Self.appendEnd(ofCall: index, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A text, or where the model has thought, a list of what it thought and what it says.
    private func appendContent(
        of choice: Reply.Choice, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        guard let thinking = choice.thinking else {
            bytes.append(UInt8(ascii: "\""))
            if let text = choice.text { bytes.appendJSON(escaping: text, noting: &spans) }
            return bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(text: "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"")
        bytes.appendJSON(escaping: thinking, noting: &spans)
        bytes.append(text: "\"}],\"closed\":true}")
        if let text = choice.text {
            bytes.append(text: ",{\"type\":\"text\",\"text\":\"")
            bytes.appendJSON(escaping: text, noting: &spans)
            bytes.append(text: "\"}")
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Nine letters and digits.
    static func callID(_ call: Reply.ToolCall) -> String {
        var words = WordStream(state: call.id)
        return words.text("", length: 9)
    }

    /// A call up to its arguments.
    static func appendBeginning(of call: Reply.ToolCall, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: callID(call))
        bytes.append(text: "\",\"function\":{\"name\":")
        bytes.appendJSON(string: call.name)
        bytes.append(text: ",\"arguments\":\"")
    }

    static func appendEnd(ofCall index: Int, to bytes: inout [UInt8]) {
        bytes.append(text: "\"},\"index\":")
        bytes.append(decimal: index)
        bytes.append(UInt8(ascii: "}"))
    }
}
