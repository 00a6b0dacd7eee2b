import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// An answer of a model's: what the lines of a stream and the one body of a plain answer have in
/// common (wire facts, 10; the order of members is that of Ollama's `api/types.go`).
struct OllamaCompletion: Sendable {
    /// A call of a tool. Arguments that are no JSON are sent as a text, which Ollama never does.
    struct Call: Sendable {
        var id: UInt64
        var name: String
        var arguments: TokenText
        var isJSON: Bool
    }

    /// Whether it answers a conversation, and not a prompt.
    let isChat: Bool
    let thinking: TokenText?
    let text: TokenText?
    let calls: [Call]
    let durations: OllamaDurations
    private let model: String
    private let finish: Reply.Finish
    private let promptTokens: Int
    private let tokens: Int
    private let start: OllamaTime
    /// The numbers of the conversation's tokens, for a prompt that goes on with it.
    private let context: [Int]

    /// Tokens that a context has at most: those of the usual window.
    private static let window = 4_096
    private static let vocabulary = 128_000

    init(
        _ request: ChatRequest, _ reply: Reply, _ context: AnswerContext, isChat: Bool,
        keepsContext: Bool = false
    ) {
        self.isChat = isChat
        model = request.model
        let choice = reply.choices.first ?? Reply.Choice(finish: .stop)
        thinking = choice.thinking
        text = choice.text
        finish = choice.finish
        calls = isChat ? choice.toolCalls.compactMap { Self.call($0, choice.finish) } : []
        promptTokens = reply.promptTokens
        tokens = reply.completionTokens
        durations = OllamaDurations(
            context.exchange, promptTokens: promptTokens, tokens: tokens)
        start = OllamaTime(context)
        var words = WordStream(context.exchange, salt: .context)
        let kept = keepsContext ? min(promptTokens + tokens, Self.window) : 0
        self.context = (0..<kept).map { _ in words.below(Self.vocabulary) }
    }

    /// Go writes JSON anew, so that nothing stands between its parts. A call that the limit of
    /// tokens broke off is none.
    private static func call(_ call: Reply.ToolCall, _ finish: Reply.Finish) -> Call? {
        var arguments = call.arguments
        var isJSON = true
        if arguments.text.isEmpty {
            arguments = TokenText("{}")
        } else {
            do throws(JSONParseError) {
                let text = try JSON.parse(arguments.text).text
                if text != arguments.text { arguments = TokenText(text) }
            } catch {
                if finish == .length { return nil }
                isJSON = false
            }
        }
        return Call(id: call.id, name: call.name, arguments: arguments, isJSON: isJSON)
    }

    /// What stands before the arguments of its calls.
    var toolMark: StaticString? {
        guard let call = calls.first else { return nil }
        return call.isJSON ? "\"arguments\":{" : "\"arguments\":\""
    }

    private var doneReason: String {
        switch finish {
        case .stop, .toolCalls, .stopSequence, .refusal: "stop"
        case .length: "length"
        case .verbatim(let word): word
        }
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        var spans: [GoSpan] = []
        func add(_ text: TokenText, isEscaped: Bool = true) {
            spans.append(GoSpan(start: bytes.count, text: text, isEscaped: isEscaped))
            if isEscaped {
                bytes.appendGo(escaping: text.text)
            } else {
                bytes.appendGo(json: text.text)
            }
        }
        bytes.reserveCapacity(
            640 + (text?.text.utf8.count ?? 0) + (thinking?.text.utf8.count ?? 0))
        appendOpening(at: durations.total, to: &bytes)
        if let text { add(text) }
        bytes.append(UInt8(ascii: "\""))
        if let thinking {
            bytes.append(text: ",\"thinking\":\"")
            add(thinking)
            bytes.append(UInt8(ascii: "\""))
        }
        if !calls.isEmpty {
            bytes.append(text: ",\"tool_calls\":[")
            for index in calls.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendCallStart(index, to: &bytes)
                add(calls[index].arguments, isEscaped: !calls[index].isJSON)
                appendCallEnd(index, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        appendEnd(to: &bytes)
        let count = spans.reduce(0) { $0 + $1.text.ends.count }
        var body = WholeBody(bytes, tokens: count) { [spans] in GoSpan.ends(spans) }
        body.toolMark = toolMark
        return body
    }

    // MARK: - Parts

    /// Up to the inside of the content, `wait` nanoseconds after the request.
    func appendOpening(at wait: Int64, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"model\":\"")
        bytes.appendGo(escaping: model)
        bytes.append(text: "\",\"created_at\":\"")
        start.adding(wait).append(to: &bytes)
        bytes.append(
            text: isChat
                ? "\",\"message\":{\"role\":\"assistant\",\"content\":\"" : "\",\"response\":\"")
    }

    /// Behind the content of a line that is not the last.
    func appendGoingOn(to bytes: inout [UInt8]) {
        bytes.append(text: isChat ? "},\"done\":false}" : ",\"done\":false}")
    }

    /// `call_` and eight letters or digits.
    static func appendID(_ word: UInt64, to bytes: inout [UInt8]) {
        var words = WordStream(state: word)
        bytes.append(text: "call_")
        for _ in 0..<8 {
            let digit = UInt8(truncatingIfNeeded: words.below(36))
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    func appendCallStart(_ index: Int, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"id\":\"")
        Self.appendID(calls[index].id, to: &bytes)
        bytes.append(text: "\",\"function\":{\"index\":")
        bytes.append(decimal: index)
        bytes.append(text: ",\"name\":")
        bytes.appendGo(string: calls[index].name)
        bytes.append(text: ",\"arguments\":")
        if !calls[index].isJSON { bytes.append(UInt8(ascii: "\"")) }
    }

    func appendCallEnd(_ index: Int, to bytes: inout [UInt8]) {
        bytes.append(text: calls[index].isJSON ? "}}" : "\"}}")
    }

    /// Behind the content of the last line, and of a plain body. Go leaves out what is zero.
    func appendEnd(to bytes: inout [UInt8]) {
        if isChat { bytes.append(UInt8(ascii: "}")) }
        bytes.append(text: ",\"done\":true,\"done_reason\":")
        bytes.appendGo(string: doneReason)
        if !context.isEmpty {
            bytes.append(text: ",\"context\":[")
            for (index, token) in context.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(decimal: token)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        let numbers: [(name: String, value: Int64)] = [
            ("total_duration", durations.total), ("load_duration", durations.load),
            ("prompt_eval_count", Int64(promptTokens)),
            ("prompt_eval_duration", durations.prompt), ("eval_count", Int64(tokens)),
            ("eval_duration", durations.answer),
        ]
        for (name, value) in numbers where value > 0 {
            bytes.append(text: ",\"")
            bytes.append(text: name)
            bytes.append(text: "\":")
            bytes.append(decimal: Int(value))
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
