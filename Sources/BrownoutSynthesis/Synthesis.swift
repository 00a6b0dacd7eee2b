package import BrownoutDialects
package import BrownoutEngine
import BrownoutJSON

/// Replies made up from draws: the same request, script and key say the same.
package enum Synthesis {
    /// What a healthy provider says to a request; a script has the first word, and the request's
    /// token limit and stop sequences the last. `wishes` is what faults need to find in it.
    package static func reply(
        to request: ChatRequest, script: ReplyScript?, dice: Dice, key: RollKey,
        generation: Int = 0, wishes: ReplyWishes = ReplyWishes()
    ) -> Reply {
        // Whoever asks the same again calls the same tools, and tells their results apart.
        let identity =
            generation == 0 ? 0 : dice.roll(.toolIDs, rule: 0, key: key, index: generation)
        var isShaped = false
        let choices = (0..<max(request.choices, 1)).map { index in
            var writer = ChoiceWriter(
                request: request, script: script, wishes: wishes,
                text: WordStream(state: dice.roll(.text, rule: 0, key: key, index: index)),
                tools: WordStream(state: dice.roll(.tools, rule: 0, key: key, index: index)),
                identity: identity)
            defer { isShaped = isShaped || writer.isShaped }
            return writer.choice()
        }
        var reply = Reply(choices: choices, promptTokens: request.promptTokens)
        reply.isShapedByPrompt = isShaped
        return reply
    }
}

/// Writes one choice.
private struct ChoiceWriter {
    let request: ChatRequest
    let script: ReplyScript?
    let wishes: ReplyWishes
    var text: WordStream
    var tools: WordStream
    /// What the ids of tool calls are mixed with.
    let identity: UInt64
    /// Whether the text is of the shape that the prompt asks for.
    private(set) var isShaped = false

    init(
        request: ChatRequest, script: ReplyScript?, wishes: ReplyWishes, text: WordStream,
        tools: WordStream, identity: UInt64
    ) {
        self.request = request
        self.script = script
        self.wishes = wishes
        self.text = text
        self.tools = tools
        self.identity = identity
    }

    /// The length of synthesised text where a script names none.
    private static let usualTokens = 12...40
    private static let thinkingTokens = 8...20
    /// No answer is longer, whatever a scenario asks for.
    private static let longestText = 200_000

    mutating func choice() -> Reply.Choice {
        let thinking = script?.thinking ?? (request.thinks ? thought() : nil)
        var choice = Reply.Choice(
            thinking: thinking.map { TokenText($0) }, finish: .stop)
        if let refusal = script?.refusal {
            choice.text = TokenText(refusal)
            choice.isRefusal = true
            choice.finish = .refusal
        } else if let script, script.text != nil || !script.toolCalls.isEmpty {
            choice.text = script.text.map { TokenText($0) }
            choice.toolCalls = script.toolCalls.map { call($0.name, $0.arguments) }
        } else if let picked = ToolChooser.calls(request, wishes, &tools) {
            choice.toolCalls = picked.map { call($0) }
            if wishes.isBeyondASCII { choice.text = TokenText(prose()) }
        } else {
            choice.text = TokenText(prose())
        }
        if !choice.isRefusal { addCalls(to: &choice) }
        // Before there were tools, an answer had one call at most.
        if request.callsFunctions { choice.toolCalls = Array(choice.toolCalls.prefix(1)) }
        if !choice.toolCalls.isEmpty { choice.finish = .toolCalls }
        choice.cut(before: request.stop)
        if let limit = request.maxTokens { choice.cut(toTokens: limit) }
        if let word = script?.finish { choice.finish = .verbatim(word) }
        return choice
    }

    /// Adds the calls of tools that are wished for: of what is called already, else of what is
    /// offered, in turns.
    private mutating func addCalls(to choice: inout Reply.Choice) {
        let called = choice.toolCalls
        while choice.toolCalls.count < wishes.toolCalls {
            let count = choice.toolCalls.count
            var offered = request.callableTools
            if wishes.wantsJSONArguments, offered.contains(where: { $0.form != .custom }) {
                offered.removeAll { $0.form == .custom }
            }
            if !offered.isEmpty, script?.toolCalls.isEmpty ?? true {
                let others = offered.filter { tool in
                    !called.contains { $0.name == tool.name }
                }
                let pool = others.isEmpty ? offered : others
                choice.toolCalls.append(call(pool[count % pool.count]))
            } else if let first = called.first {
                choice.toolCalls.append(call(first.name, first.arguments.text))
            } else {
                return
            }
        }
    }

    private mutating func call(_ tool: ChatRequest.Tool) -> Reply.ToolCall {
        let isCustom = tool.form == .custom
        return call(
            tool.name,
            isCustom
                ? CustomInput.text(tool.grammar, &tools)
                : SchemaSampler.arguments(tool.schema, &tools))
    }

    private mutating func call(_ name: String, _ arguments: String) -> Reply.ToolCall {
        Reply.ToolCall(
            id: tools.next() ^ identity, name: name, arguments: TokenText(arguments),
            form: request.form(ofTool: name))
    }

    private mutating func thought() -> String {
        let length = Self.thinkingTokens.lowerBound + text.below(Self.thinkingTokens.count)
        return Prose.text(tokens: length, &text)
    }

    /// Sentences, or JSON where the request asks for it.
    private mutating func prose() -> String {
        if let shape = request.promptShape {
            isShaped = true
            let value = SchemaSampler.value(shape.schema, &text).text
            return shape.isFenced ? "```json\n\(value)\n```" : value
        }
        switch request.responseFormat["type"]?.stringValue {
        case "json_schema":
            let schema = request.responseFormat["json_schema"]?["schema"] ?? .null
            return SchemaSampler.value(schema, &text).text
        case "json_object":
            let answer = sentences(of: length())
            return JSON.object([JSONMember("answer", .string(answer))]).text
        default: return sentences(of: length())
        }
    }

    private mutating func sentences(of tokens: Int) -> String {
        Prose.text(tokens: tokens, accented: wishes.isBeyondASCII, &text)
    }

    private mutating func length() -> Int {
        guard let range = script?.tokens else {
            return Self.usualTokens.lowerBound + text.below(Self.usualTokens.count)
        }
        let lower = min(range.lower, Self.longestText)
        // Without an upper end, up to twice the lower.
        let upper = min(max(range.upper ?? lower * 2, lower), Self.longestText)
        return lower + text.below(upper - lower + 1)
    }
}
