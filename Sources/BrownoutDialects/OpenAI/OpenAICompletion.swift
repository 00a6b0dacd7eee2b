import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A chat completion: what its plain body and its chunks have in common (wire facts, 1).
struct OpenAICompletion: Sendable {
    /// What was asked, without the texts it was asked with: a stream keeps it to its end.
    let request: ChatRequest
    let reply: Reply
    let id: String
    let created: Int
    let model: String
    let fingerprint: String
    let exchange: ExchangeID
    /// What the odds of tokens are drawn from; 0 where nobody asks for them.
    let logprobsSeed: UInt64

    /// A drawn `created` lies in the four months from 2025-10-09.
    private static let epoch = 1_760_000_000

    init(_ request: ChatRequest, _ reply: Reply, _ context: AnswerContext) {
        var asked = request
        asked.tools = []
        asked.calledTools = []
        asked.promptShape = nil
        asked.userText = ""
        asked.responseFormat = .null
        self.request = asked
        self.reply = reply
        exchange = context.exchange
        logprobsSeed =
            request.wantsLogprobs ? context.dice.roll(.logprobs, rule: 0, key: context.key) : 0
        var words = WordStream(context.exchange, salt: .completion)
        id = words.text("chatcmpl-", length: 29)
        created = Self.created(context)
        model = OpenAIModels.snapshot(request.model)
        // The backend's configuration: the same for all answers of a model under one seed.
        let backend = (SipHash.word(model) ^ context.dice.seed).hex
        fingerprint = "fp_" + String(decoding: backend.utf8.prefix(10), as: UTF8.self)
    }

    /// The second of the answer's date, by which clients reckon its age, or a drawn one.
    static func created(_ context: AnswerContext) -> Int {
        guard context.drawsCreated else { return Int(context.now) }
        var instant = WordStream(context.exchange, salt: .created)
        return epoch + Dice.below(10_000_000, instant.next())
    }

    /// OpenAI's word for why a choice ended. A single forced function ends with `stop` (wire
    /// facts, 1.1).
    func finish(_ choice: Reply.Choice) -> String {
        switch choice.finish {
        case .stop, .stopSequence, .refusal: return "stop"
        case .length: return "length"
        case .toolCalls:
            if case .named = request.toolChoice { return "stop" }
            return choice.toolCalls.first?.form == .legacy ? "function_call" : "tool_calls"
        case .verbatim(let word): return word
        }
    }

    static func callID(_ call: Reply.ToolCall) -> String {
        var words = WordStream(state: call.id)
        return words.text("call_", length: 24)
    }

    func appendUsage(to bytes: inout [UInt8]) {
        let completion = reply.completionTokens
        let reasoning = reply.choices.reduce(0) { $0 + ($1.thinking?.ends.count ?? 0) }
        bytes.append(text: "{\"prompt_tokens\":")
        bytes.append(decimal: reply.promptTokens)
        bytes.append(text: ",\"completion_tokens\":")
        bytes.append(decimal: completion)
        bytes.append(text: ",\"total_tokens\":")
        bytes.append(decimal: reply.promptTokens + completion)
        bytes.append(text: ",\"prompt_tokens_details\":{\"cached_tokens\":")
        bytes.append(decimal: min(reply.cache.read, reply.promptTokens))
        bytes.append(text: Self.beforeReasoning)
        bytes.append(decimal: reasoning)
        bytes.append(text: Self.afterReasoning)
    }

    private static let beforeReasoning =
        ",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":"
    private static let afterReasoning =
        ",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
        + "\"rejected_prediction_tokens\":0}}"

    /// What stands before the arguments of a call, in bodies and in chunks; where only custom
    /// tools are called, before their input.
    var toolMark: StaticString? {
        var mark: StaticString?
        for choice in reply.choices {
            for call in choice.toolCalls {
                guard call.form == .custom else { return "\"arguments\":\"" }
                mark = "\"input\":\""
            }
        }
        return mark
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(640 + reply.choices.reduce(0) { $0 + room($1) })
        var spans: [TokenSpan] = []
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: id)
        bytes.append(text: "\",\"object\":\"chat.completion\",\"created\":")
        bytes.append(decimal: created)
        bytes.append(text: ",\"model\":\"")
        bytes.appendJSON(escaping: model)
        bytes.append(text: "\",\"choices\":[")
        for (index, choice) in reply.choices.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(choice, index, to: &bytes, &spans)
        }
        bytes.append(text: "],\"usage\":")
        appendUsage(to: &bytes)
        bytes.append(text: ",\"service_tier\":\"")
        bytes.append(text: request.serviceTier.rawValue)
        bytes.append(text: "\",\"system_fingerprint\":\"")
        bytes.append(text: fingerprint)
        bytes.append(text: "\"}")
        let tokens = spans.reduce(0) { $0 + $1.text.ends.count }
        var body = WholeBody(bytes, tokens: tokens) { [spans] in TokenSpan.ends(spans) }
        body.toolMark = toolMark
        return body
    }

    private func room(_ choice: Reply.Choice) -> Int {
        160 + (choice.text?.text.utf8.count ?? 0)
            + choice.toolCalls.reduce(0) { $0 + 120 + $1.arguments.text.utf8.count }
    }

    private func append(
        _ choice: Reply.Choice, _ index: Int, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        bytes.append(text: "{\"index\":")
        bytes.append(decimal: index)
        bytes.append(text: ",\"message\":{\"role\":\"assistant\",\"content\":")
        if let text = choice.text, !choice.isRefusal {
            bytes.append(UInt8(ascii: "\""))
            bytes.appendJSON(escaping: text, noting: &spans)
            bytes.append(UInt8(ascii: "\""))
        } else {
            let isNull = choice.isRefusal || !choice.toolCalls.isEmpty
            bytes.append(text: isNull ? "null" : "\"\"")
        }
        if let call = choice.toolCalls.first, call.form == .legacy {
            bytes.append(text: ",\"function_call\":")
            appendBody(of: call, to: &bytes, &spans)
        } else if !choice.toolCalls.isEmpty {
            bytes.append(text: ",\"tool_calls\":[")
            for (place, call) in choice.toolCalls.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(call, to: &bytes, &spans)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(text: ",\"refusal\":")
        if let text = choice.text, choice.isRefusal {
            bytes.append(UInt8(ascii: "\""))
            bytes.appendJSON(escaping: text, noting: &spans)
            bytes.append(UInt8(ascii: "\""))
        } else {
            bytes.append(text: "null")
        }
        bytes.append(text: ",\"annotations\":[]},\"logprobs\":")
        appendLogprobs(of: choice, index, to: &bytes)
        bytes.append(text: ",\"finish_reason\":")
        bytes.appendJSON(string: finish(choice))
        bytes.append(UInt8(ascii: "}"))
    }

    private func append(
        _ call: Reply.ToolCall, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: Self.callID(call))
        let isCustom = call.form == .custom
        bytes.append(text: isCustom ? Self.customType : Self.functionType)
        appendBody(of: call, to: &bytes, &spans)
        bytes.append(UInt8(ascii: "}"))
    }

    static let functionType = "\",\"type\":\"function\",\"function\":"
    static let customType = "\",\"type\":\"custom\",\"custom\":"

    /// The name of what is called, and what it is given.
    private func appendBody(
        of call: Reply.ToolCall, to bytes: inout [UInt8], _ spans: inout [TokenSpan]
    ) {
        bytes.append(text: "{\"name\":")
        bytes.appendJSON(string: call.name)
        bytes.append(text: call.form == .custom ? ",\"input\":\"" : ",\"arguments\":\"")
        bytes.appendJSON(escaping: call.arguments, noting: &spans)
        bytes.append(text: "\"}")
    }
}
