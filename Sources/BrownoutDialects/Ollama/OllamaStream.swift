import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The lines of an answer (wire facts, 10), each written by its index: one for each token of what
/// the model thinks and says, one for each call of a tool, and the last with the counts.
final class OllamaStream: Sendable {
    private enum Line {
        case thinking(Int)
        case text(Int)
        case call(Int)
        case end
    }

    private let completion: OllamaCompletion
    /// Where the lines of the text begin, those of the calls, and where the last one is.
    private let textStart: Int
    private let callStart: Int
    private let last: Int

    init(_ completion: OllamaCompletion) {
        self.completion = completion
        textStart = completion.thinking?.ends.count ?? 0
        callStart = textStart + (completion.text?.ends.count ?? 0)
        last = callStart + completion.calls.count
    }

    var stream: EventStream {
        var stream = EventStream(
            .ollama, count: last + 1, terminal: last, tokens: tokens, write: write)
        stream.toolMark = completion.toolMark
        return stream
    }

    private func line(_ index: Int) -> Line {
        if index < textStart { return .thinking(index) }
        if index < callStart { return .text(index - textStart) }
        return index < last ? .call(index - callStart) : .end
    }

    private func tokens(_ index: Int) -> Int {
        switch line(index) {
        case .thinking, .text: 1
        case .call(let call): completion.calls[call].arguments.ends.count
        case .end: 0
        }
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        writer.begin()
        append(index, &writer.bytes)
        writer.end()
    }

    private func append(_ index: Int, _ bytes: inout [UInt8]) {
        let durations = completion.durations
        let part = durations.answer / Int64(last + 1) * Int64(index + 1)
        completion.appendOpening(
            at: index == last ? durations.total : durations.load + durations.prompt + part,
            to: &bytes)
        switch line(index) {
        case .thinking(let token):
            bytes.append(text: "\",\"thinking\":\"")
            if let text = completion.thinking { bytes.appendGo(escaping: text, token: token) }
            bytes.append(UInt8(ascii: "\""))
            completion.appendGoingOn(to: &bytes)
        case .text(let token):
            if let text = completion.text { bytes.appendGo(escaping: text, token: token) }
            bytes.append(UInt8(ascii: "\""))
            completion.appendGoingOn(to: &bytes)
        case .call(let index):
            let call = completion.calls[index]
            bytes.append(text: "\",\"tool_calls\":[")
            completion.appendCallStart(index, to: &bytes)
            if call.isJSON {
                bytes.appendGo(json: call.arguments.text)
            } else {
                bytes.appendGo(escaping: call.arguments.text)
            }
            completion.appendCallEnd(index, to: &bytes)
            bytes.append(UInt8(ascii: "]"))
            completion.appendGoingOn(to: &bytes)
        case .end:
            bytes.append(UInt8(ascii: "\""))
            completion.appendEnd(to: &bytes)
        }
    }
}
