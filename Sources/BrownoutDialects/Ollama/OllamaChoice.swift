import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A completion in OpenAI's form as Ollama writes it: one choice, with `reasoning`, and calls that
/// come whole (Ollama's `openai/openai.go`).
struct OllamaChoice: Sendable {
    let isChat: Bool
    let includesUsage: Bool
    let thinking: TokenText?
    let text: TokenText?
    let calls: [Reply.ToolCall]
    private let model: String
    private let number: Int
    private let created: Int
    private let finish: Reply.Finish
    private let promptTokens: Int
    private let tokens: Int

    init(_ chat: ChatRequest, _ reply: Reply, _ context: AnswerContext, isChat: Bool) {
        self.isChat = isChat
        includesUsage = chat.includeUsage
        model = chat.model
        let choice = reply.choices.first ?? Reply.Choice(finish: .stop)
        thinking = isChat ? choice.thinking : nil
        text = choice.text
        // A call that the limit of tokens broke off is none.
        let isCut = choice.finish == .length
        calls =
            isChat
            ? choice.toolCalls.filter {
                !isCut || EventData.json(Array($0.arguments.text.utf8)) != nil
            }
            : []
        finish = choice.finish
        promptTokens = reply.promptTokens
        tokens = reply.completionTokens
        var words = WordStream(context.exchange, salt: .completion)
        number = words.below(999)
        created = OpenAICompletion.created(context)
    }

    var toolMark: StaticString? { calls.isEmpty ? nil : "\"arguments\":\"" }

    private var reason: String {
        switch finish {
        case .length: "length"
        case .verbatim(let word): word
        default: calls.isEmpty ? "stop" : "tool_calls"
        }
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        var spans: [GoSpan] = []
        func add(_ text: TokenText?) {
            guard let text else { return }
            spans.append(GoSpan(start: bytes.count, text: text, isEscaped: true))
            bytes.appendGo(escaping: text.text)
        }
        appendOpening(isChunk: false, to: &bytes)
        if isChat {
            bytes.append(text: "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"")
            add(text)
            bytes.append(UInt8(ascii: "\""))
            if let thinking {
                bytes.append(text: ",\"reasoning\":\"")
                add(thinking)
                bytes.append(UInt8(ascii: "\""))
            }
            if !calls.isEmpty { bytes.append(text: ",\"tool_calls\":[") }
            for (index, call) in calls.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendCallStart(index, to: &bytes)
                add(call.arguments)
                bytes.append(text: "\"}}")
            }
            bytes.append(text: calls.isEmpty ? "}" : "]}")
        } else {
            bytes.append(text: "{\"text\":\"")
            add(text)
            bytes.append(text: "\",\"index\":0")
        }
        appendReason(to: &bytes)
        bytes.append(text: "}],")
        appendUsage(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        let count = spans.reduce(0) { $0 + $1.text.ends.count }
        var body = WholeBody(bytes, tokens: count) { [spans] in GoSpan.ends(spans) }
        body.toolMark = toolMark
        return body
    }

    // MARK: - Parts

    /// Up to the first choice.
    func appendOpening(isChunk: Bool, to bytes: inout [UInt8]) {
        bytes.append(text: isChat ? "{\"id\":\"chatcmpl-" : "{\"id\":\"cmpl-")
        bytes.append(decimal: number)
        bytes.append(text: "\",\"object\":\"")
        let object = isChunk ? "chat.completion.chunk" : "chat.completion"
        bytes.append(text: isChat ? object : "text_completion")
        bytes.append(text: "\",\"created\":")
        bytes.append(decimal: created)
        bytes.append(text: ",\"model\":")
        bytes.appendGo(string: model)
        bytes.append(text: ",\"system_fingerprint\":\"fp_ollama\",\"choices\":[")
    }

    func appendReason(to bytes: inout [UInt8]) {
        bytes.append(text: ",\"finish_reason\":")
        bytes.appendGo(string: reason)
    }

    /// Up to the inside of the arguments.
    func appendCallStart(_ index: Int, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"id\":\"")
        OllamaCompletion.appendID(calls[index].id, to: &bytes)
        bytes.append(text: "\",\"index\":")
        bytes.append(decimal: index)
        bytes.append(text: ",\"type\":\"function\",\"function\":{\"name\":")
        bytes.appendGo(string: calls[index].name)
        bytes.append(text: ",\"arguments\":\"")
    }

    func appendUsage(to bytes: inout [UInt8]) {
        bytes.append(text: "\"usage\":{\"prompt_tokens\":")
        bytes.append(decimal: promptTokens)
        bytes.append(text: ",\"completion_tokens\":")
        bytes.append(decimal: tokens)
        bytes.append(text: ",\"total_tokens\":")
        bytes.append(decimal: promptTokens + tokens)
        bytes.append(UInt8(ascii: "}"))
    }
}

/// The chunks of a completion in OpenAI's form, each written by its index.
final class OllamaChunks: Sendable {
    private let choice: OllamaChoice
    /// Where the chunks of the text begin, those of the calls, where the reason is, and the end.
    private let textStart: Int
    private let callStart: Int
    private let reason: Int
    private let end: Int

    init(_ choice: OllamaChoice) {
        self.choice = choice
        textStart = choice.thinking?.ends.count ?? 0
        callStart = textStart + (choice.text?.ends.count ?? 0)
        reason = callStart + choice.calls.count
        end = reason + (choice.includesUsage ? 2 : 1)
    }

    var stream: EventStream {
        var stream = EventStream(
            .openAI, count: end + 1, terminal: end, tokens: tokens, write: write)
        stream.toolMark = choice.toolMark
        return stream
    }

    private func tokens(_ index: Int) -> Int {
        if index < callStart { return 1 }
        return index < reason ? choice.calls[index - callStart].arguments.ends.count : 0
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        writer.begin()
        append(index, &writer.bytes)
        writer.end()
    }

    private func append(_ index: Int, _ bytes: inout [UInt8]) {
        if index == end { return bytes.append(text: "[DONE]") }
        choice.appendOpening(isChunk: true, to: &bytes)
        if index > reason {
            bytes.append(text: "],")
            choice.appendUsage(to: &bytes)
            return bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(
            text: choice.isChat
                ? "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" : "{\"text\":\"")
        if index < callStart, index >= textStart, let text = choice.text {
            bytes.appendGo(escaping: text, token: index - textStart)
        }
        bytes.append(UInt8(ascii: "\""))
        if index < textStart, let thinking = choice.thinking {
            bytes.append(text: ",\"reasoning\":\"")
            bytes.appendGo(escaping: thinking, token: index)
            bytes.append(UInt8(ascii: "\""))
        }
        if index >= callStart, index < reason {
            bytes.append(text: ",\"tool_calls\":[")
            choice.appendCallStart(index - callStart, to: &bytes)
            bytes.appendGo(escaping: choice.calls[index - callStart].arguments.text)
            bytes.append(text: "\"}}]")
        }
        bytes.append(text: choice.isChat ? "}" : ",\"index\":0")
        if index == reason {
            choice.appendReason(to: &bytes)
        } else {
            bytes.append(text: ",\"finish_reason\":null")
        }
        bytes.append(text: "}]}")
    }
}
