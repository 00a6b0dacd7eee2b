import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A message of Anthropic's API: what its plain body and its events have in common (wire facts,
/// 6.2 and 6.3).
struct AnthropicMessage: Sendable {
    /// A content block.
    enum Block: Sendable {
        case thinking(TokenText)
        case text(TokenText)
        case tool(Reply.ToolCall)

        /// The text that streams piece by piece.
        var tokens: TokenText {
            switch self {
            case .thinking(let text), .text(let text): text
            case .tool(let call): call.arguments
            }
        }
    }

    let model: String
    let id: String
    let blocks: [Block]
    let finish: Reply.Finish
    /// Tokens of the whole prompt; the usage tells the cached ones apart.
    let promptTokens: Int
    let cache: CacheUse
    let completionTokens: Int
    let exchange: ExchangeID
    /// Why a refusal refuses.
    let explanation: String?

    init(
        _ request: ChatRequest, _ reply: Reply, _ context: AnswerContext,
        explanation: String? = nil
    ) {
        model = request.model
        exchange = context.exchange
        var words = WordStream(context.exchange, salt: .message)
        id = words.text("msg_01", length: 22)
        // The API has no way to ask for more than one answer.
        let choice = reply.choices.first ?? Reply.Choice(finish: .stop)
        var blocks: [Block] = []
        if let thinking = choice.thinking { blocks.append(.thinking(thinking)) }
        // The API sends no empty text blocks.
        if let text = choice.text, !text.ends.isEmpty { blocks.append(.text(text)) }
        blocks.append(contentsOf: choice.toolCalls.map { .tool($0) })
        self.blocks = blocks
        finish = choice.finish
        promptTokens = reply.promptTokens
        cache = reply.cache
        completionTokens = reply.completionTokens
        self.explanation = explanation
    }

    var callsTools: Bool {
        blocks.contains { block in
            if case .tool = block { true } else { false }
        }
    }

    static func callID(_ call: Reply.ToolCall) -> String {
        var words = WordStream(state: call.id)
        return words.text("toolu_01", length: 22)
    }

    /// Thinking is signed with some kilobyte of base64; ours is shorter, and as opaque.
    var signature: String {
        var words = WordStream(exchange, salt: .signature)
        return words.text("EqQBCkYICxgCKkA", length: 140) + "gBIQ=="
    }

    private var stopReason: String {
        switch finish {
        case .stop: "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .stopSequence: "stop_sequence"
        case .refusal: "refusal"
        case .verbatim(let word): word
        }
    }

    /// `"stop_reason":…,"stop_sequence":…`, and `stop_details` of a refusal.
    func appendStop(to bytes: inout [UInt8]) {
        bytes.append(text: "\"stop_reason\":")
        bytes.appendJSON(string: stopReason)
        bytes.append(text: ",\"stop_sequence\":")
        if case .stopSequence(let sequence) = finish {
            bytes.appendJSON(string: sequence)
        } else {
            bytes.append(text: "null")
        }
        guard finish == .refusal else { return }
        bytes.append(
            text: ",\"stop_details\":{\"type\":\"refusal\",\"category\":null,\"explanation\":")
        if let explanation {
            bytes.appendJSON(string: explanation)
        } else {
            bytes.append(text: "null")
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The tokens of the prompt, in three parts that add up: neither read nor kept by the cache,
    /// kept, read (Anthropic's guide to prompt caching).
    func appendInputTokens(to bytes: inout [UInt8]) {
        bytes.append(text: "\"input_tokens\":")
        bytes.append(decimal: max(promptTokens - cache.read - cache.allWritten, 0))
        bytes.append(text: ",\"cache_creation_input_tokens\":")
        bytes.append(decimal: cache.allWritten)
        bytes.append(text: ",\"cache_read_input_tokens\":")
        bytes.append(decimal: cache.read)
    }

    /// The usage of a plain answer, and of the start of a stream.
    func appendUsage(outputTokens: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        appendInputTokens(to: &bytes)
        bytes.append(text: ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":")
        bytes.append(decimal: cache.written)
        bytes.append(text: ",\"ephemeral_1h_input_tokens\":")
        bytes.append(decimal: cache.writtenForLong)
        bytes.append(text: "},\"output_tokens\":")
        bytes.append(decimal: outputTokens)
        bytes.append(text: ",\"service_tier\":\"standard\"}")
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            640 + blocks.reduce(0) { $0 + 160 + $1.tokens.text.utf8.count })
        var spans: [TokenSpan] = []
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: id)
        bytes.append(text: "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"")
        bytes.appendJSON(escaping: model)
        bytes.append(text: "\",\"content\":[")
        for (index, block) in blocks.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(block, to: &bytes, &spans)
        }
        bytes.append(text: "],")
        appendStop(to: &bytes)
        bytes.append(text: ",\"usage\":")
        appendUsage(outputTokens: completionTokens, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        let tokens = spans.reduce(0) { $0 + $1.text.ends.count }
        var body = WholeBody(bytes, tokens: tokens) { [spans] in TokenSpan.ends(spans) }
        body.toolMark = callsTools ? "\"input\":{" : nil
        return body
    }

    private func append(
        _ block: Block, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        switch block {
        case .thinking(let text):
            bytes.append(text: "{\"type\":\"thinking\",\"thinking\":\"")
            bytes.appendJSON(escaping: text, noting: &spans)
            bytes.append(text: "\",\"signature\":\"")
            bytes.append(text: signature)
            bytes.append(text: "\"}")
        case .text(let text):
            bytes.append(text: "{\"type\":\"text\",\"text\":\"")
            bytes.appendJSON(escaping: text, noting: &spans)
            bytes.append(text: "\"}")
        case .tool(let call):
            bytes.append(text: "{\"type\":\"tool_use\",\"id\":\"")
            bytes.append(text: Self.callID(call))
            bytes.append(text: "\",\"name\":")
            bytes.appendJSON(string: call.name)
            bytes.append(text: ",\"input\":")
            appendInput(call.arguments, to: &bytes, &spans)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A plain answer holds a tool's input as JSON, not as text. Scripted arguments that are no
    /// JSON become a string, so that the message around them stays whole; what the token limit cut
    /// off becomes an empty input.
    private func appendInput(
        _ arguments: TokenText, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        if arguments.ends.isEmpty { return bytes.append(text: "{}") }
        let isJSON: Bool
        do throws(JSONParseError) {
            _ = try JSON.parse(arguments.text)
            isJSON = true
        } catch {
            isJSON = false
        }
        if isJSON {
            spans.append(TokenSpan(start: bytes.count, text: arguments, isEscaped: false))
            bytes.append(text: arguments.text)
        } else if finish == .length {
            bytes.append(text: "{}")
        } else {
            bytes.append(UInt8(ascii: "\""))
            bytes.appendJSON(escaping: arguments, noting: &spans)
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
