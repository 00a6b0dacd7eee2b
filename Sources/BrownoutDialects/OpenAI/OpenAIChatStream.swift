import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The chunks of a chat completion (wire facts, 1.2): any one of them can be rendered by its
/// index; what is the same in all of them is prepared once.
final class OpenAIChatStream: Sendable {
    private let completion: OpenAICompletion
    /// Up to the number of the choice.
    private let prefix: [UInt8]
    /// From the end of the delta to the obfuscation.
    private let suffix: [UInt8]
    private let plan: ChunkPlan

    init(_ completion: OpenAICompletion) {
        self.completion = completion
        var prefix = ChunkPlan.head(
            id: completion.id, created: completion.created, model: completion.model)
        prefix.append(text: "\",\"service_tier\":\"")
        prefix.append(text: completion.request.serviceTier.rawValue)
        prefix.append(text: "\",\"system_fingerprint\":\"")
        prefix.append(text: completion.fingerprint)
        prefix.append(text: "\",\"choices\":[")
        self.prefix = prefix
        var suffix: [UInt8] = []
        suffix.append(text: "}]")
        if completion.request.includeUsage { suffix.append(text: ",\"usage\":null") }
        self.suffix = suffix
        plan = ChunkPlan(completion.reply.choices)
    }

    var stream: EventStream {
        let last = plan.count + (completion.request.includeUsage ? 1 : 0)
        var stream = EventStream(
            .openAI, count: last + 1, terminal: last, tokens: tokens, write: write)
        stream.toolMark = completion.toolMark
        return stream
    }

    private func tokens(_ index: Int) -> Int {
        guard index < plan.count else { return 0 }
        switch plan.place(index).segment.kind {
        case .text, .arguments: return 1
        case .opening, .thinking, .callStart, .call, .finish: return 0
        }
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        writer.begin()
        append(index, &writer.bytes)
        writer.end()
    }

    private func append(_ index: Int, _ bytes: inout [UInt8]) {
        guard index < plan.count else {
            if completion.request.includeUsage, index == plan.count {
                bytes.append(contentsOf: prefix)
                bytes.append(text: "],\"usage\":")
                completion.appendUsage(to: &bytes)
                close(index, 0, &bytes)
            } else {
                bytes.append(text: "[DONE]")
            }
            return
        }
        let (number, segment, offset) = plan.place(index)
        let choice = completion.reply.choices[number]
        bytes.append(contentsOf: prefix)
        bytes.append(text: "{\"index\":")
        bytes.append(decimal: number)
        let start = bytes.count
        switch segment.kind {
        case .opening: appendOpening(choice, &bytes)
        // OpenAI keeps what a model thinks, and sends calls in pieces.
        case .thinking, .call: break
        case .text:
            bytes.append(
                text: choice.isRefusal
                    ? ",\"delta\":{\"refusal\":\"" : ",\"delta\":{\"content\":\"")
            if let text = choice.text { bytes.appendJSON(escaping: text, token: offset) }
            bytes.append(text: "\"}")
        case .callStart(let call):
            bytes.append(text: ",\"delta\":{")
            append(choice.toolCalls[call], call, &bytes)
            bytes.append(UInt8(ascii: "}"))
        case .arguments(let call):
            appendArguments(of: choice.toolCalls[call], call, token: offset, &bytes)
        case .finish:
            bytes.append(text: ",\"delta\":{},\"logprobs\":null,\"finish_reason\":")
            bytes.appendJSON(string: completion.finish(choice))
            bytes.append(contentsOf: suffix)
            return close(index, bytes.count - start, &bytes)
        }
        let payload = bytes.count - start
        bytes.append(text: ",\"logprobs\":")
        appendLogprobs(number, choice, segment.kind, offset, &bytes)
        bytes.append(text: ",\"finish_reason\":null")
        bytes.append(contentsOf: suffix)
        close(index, payload, &bytes)
    }

    private func appendOpening(_ choice: Reply.Choice, _ bytes: inout [UInt8]) {
        bytes.append(text: ",\"delta\":{\"role\":\"assistant\",\"content\":")
        if choice.text == nil, let call = choice.toolCalls.first {
            bytes.append(text: "null,")
            append(call, 0, &bytes)
        } else {
            bytes.append(text: "\"\"")
        }
        bytes.append(text: ",\"refusal\":null}")
    }

    /// What a chunk says of its token; the first chunk of a choice that has them says of none.
    private func appendLogprobs(
        _ number: Int, _ choice: Reply.Choice, _ kind: ChunkPlan.Segment.Kind, _ token: Int,
        _ bytes: inout [UInt8]
    ) {
        guard completion.request.wantsLogprobs, let text = choice.text else {
            return bytes.append(text: "null")
        }
        switch kind {
        case .opening: bytes.append(text: "{\"content\":[],\"refusal\":null}")
        case .text:
            completion.appendLogprobs(
                of: text, tokens: token..<token + 1, isRefusal: choice.isRefusal, choice: number,
                to: &bytes)
        case .thinking, .callStart, .arguments, .call, .finish: bytes.append(text: "null")
        }
    }

    /// The first fragment of a call: the only one with its name, and its id where it has one.
    private func append(_ call: Reply.ToolCall, _ index: Int, _ bytes: inout [UInt8]) {
        if call.form == .legacy {
            bytes.append(text: "\"function_call\":{\"name\":")
            bytes.appendJSON(string: call.name)
            return bytes.append(text: ",\"arguments\":\"\"}")
        }
        let isCustom = call.form == .custom
        bytes.append(text: "\"tool_calls\":[{\"index\":")
        bytes.append(decimal: index)
        bytes.append(text: ",\"id\":\"")
        bytes.append(text: OpenAICompletion.callID(call))
        bytes.append(
            text: isCustom ? OpenAICompletion.customType : OpenAICompletion.functionType)
        bytes.append(text: "{\"name\":")
        bytes.appendJSON(string: call.name)
        bytes.append(text: isCustom ? ",\"input\":\"\"}}]" : ",\"arguments\":\"\"}}]")
    }

    /// A further fragment of a call.
    private func appendArguments(
        of call: Reply.ToolCall, _ index: Int, token: Int, _ bytes: inout [UInt8]
    ) {
        if call.form == .legacy {
            bytes.append(text: ",\"delta\":{\"function_call\":{\"arguments\":\"")
        } else {
            bytes.append(text: ",\"delta\":{\"tool_calls\":[{\"index\":")
            bytes.append(decimal: index)
            bytes.append(
                text: call.form == .custom
                    ? ",\"custom\":{\"input\":\"" : ",\"function\":{\"arguments\":\"")
        }
        bytes.appendJSON(escaping: call.arguments, token: token)
        bytes.append(text: call.form == .legacy ? "\"}}" : "\"}}]}")
    }

    /// Closes a chunk. The obfuscation fills the delta up to a multiple of sixteen bytes: it
    /// exists so that the size of a chunk does not give away its token (OpenAI's API reference,
    /// `stream_options.include_obfuscation`).
    private func close(_ index: Int, _ payload: Int, _ bytes: inout [UInt8]) {
        if completion.request.includeObfuscation {
            bytes.append(text: ",\"obfuscation\":\"")
            var words = WordStream(completion.exchange, salt: .obfuscation, index: index)
            var word = words.next()
            for place in 0..<16 - payload % 16 {
                if place == 10 { word = words.next() }
                bytes.append(Alphabet.letter(Int(word % 62)))
                word /= 62
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
