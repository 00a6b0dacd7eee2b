import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The chunks of a chat completion (wire facts, 8): a tool call comes whole, the usage with the last
/// finish, whether it was asked for or not.
final class MistralChatStream: Sendable {
    private let completion: MistralCompletion
    /// Up to the number of the choice.
    private let prefix: [UInt8]
    private let plan: ChunkPlan

    init(_ completion: MistralCompletion) {
        self.completion = completion
        var prefix = ChunkPlan.head(
            id: completion.id, created: completion.created, model: completion.model)
        prefix.append(text: "\",\"choices\":[{\"index\":")
        self.prefix = prefix
        plan = ChunkPlan(
            completion.reply.choices, ChunkPlan.Manner(thinks: true, wholeCalls: true))
    }

    var stream: EventStream {
        var stream = EventStream(
            .mistral, count: plan.count + 1, terminal: plan.count, tokens: tokens, write: write)
        stream.toolMark = completion.toolMark
        return stream
    }

    private func tokens(_ index: Int) -> Int {
        guard index < plan.count else { return 0 }
        let (number, segment, _) = plan.place(index)
        switch segment.kind {
        case .thinking, .text, .arguments: return 1
        case .call(let call):
            return completion.reply.choices[number].toolCalls[call].arguments.ends.count
        case .opening, .callStart, .finish: return 0
        }
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        writer.begin()
        append(index, &writer.bytes)
        writer.end()
    }

    private func append(_ index: Int, _ bytes: inout [UInt8]) {
        guard index < plan.count else { return bytes.append(text: "[DONE]") }
        let (number, segment, offset) = plan.place(index)
        let choice = completion.reply.choices[number]
        bytes.append(contentsOf: prefix)
        bytes.append(decimal: number)
        bytes.append(text: ",\"delta\":{")
        switch segment.kind {
        case .opening: bytes.append(text: "\"role\":\"assistant\",\"content\":\"\"")
        case .thinking:
            bytes.append(
                text: "\"content\":[{\"type\":\"thinking\",\"thinking\":"
                    + "[{\"type\":\"text\",\"text\":\"")
            if let text = choice.thinking { bytes.appendJSON(escaping: text, token: offset) }
            bytes.append(text: "\"}]}]")
        case .text:
            bytes.append(text: "\"content\":\"")
            if let text = choice.text { bytes.appendJSON(escaping: text, token: offset) }
            bytes.append(UInt8(ascii: "\""))
        case .call(let call):
            bytes.append(text: "\"tool_calls\":[")
            MistralCompletion.appendBeginning(of: choice.toolCalls[call], to: &bytes)
            bytes.appendJSON(escaping: choice.toolCalls[call].arguments.text)
            MistralCompletion.appendEnd(ofCall: call, to: &bytes)
            bytes.append(UInt8(ascii: "]"))
        // Calls come whole.
        case .callStart, .arguments: break
        case .finish: bytes.append(text: "\"content\":\"\"")
        }
        bytes.append(text: "},\"finish_reason\":")
        if case .finish = segment.kind {
            bytes.appendJSON(string: completion.finish(choice))
        } else {
            bytes.append(text: "null")
        }
        bytes.append(text: "}]")
        if index == plan.count - 1 {
            bytes.append(text: ",\"usage\":")
            completion.appendUsage(to: &bytes)
        }
        if case .opening = segment.kind {} else { appendPadding(index, &bytes) }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The beginning of the alphabet, so that the size of a chunk does not give away its token.
    private func appendPadding(_ index: Int, _ bytes: inout [UInt8]) {
        var words = WordStream(completion.exchange, salt: .obfuscation, index: index)
        let length = words.below(Self.letters.utf8CodeUnitCount) + 1
        bytes.append(text: ",\"p\":\"")
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: Self.letters.utf8Start, count: length))
        bytes.append(UInt8(ascii: "\""))
    }

    private static let letters: StaticString = "abcdefghijklmnopqrstuvwxyz0123456789"
}
