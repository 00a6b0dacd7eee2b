import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The chunks of a text completion, each rendered by its index: the repeated prompt, one for each
/// token, one with the reason of the end; choice by choice in turns; usage; `[DONE]`.
final class OpenAITextStream: Sendable {
    private let completion: OpenAITextCompletion
    /// The choice of each chunk and the chunk's place within it.
    private let schedule: [(choice: Int, place: Int)]

    init(_ completion: OpenAITextCompletion) {
        self.completion = completion
        let counts = completion.choices.map { choice in
            (choice.echo == nil ? 0 : 1) + choice.text.ends.count + 1
        }
        var schedule: [(choice: Int, place: Int)] = []
        for place in 0..<(counts.max() ?? 0) {
            for (choice, count) in counts.enumerated() where place < count {
                schedule.append((choice, place))
            }
        }
        self.schedule = schedule
    }

    var stream: EventStream {
        let last = schedule.count + (completion.request.chat.includeUsage ? 1 : 0)
        return EventStream(
            .openAI, count: last + 1, terminal: last,
            tokens: { [self] index in token(index) == nil ? 0 : 1 }, write: write)
    }

    /// The token that a chunk brings.
    private func token(_ index: Int) -> Int? {
        guard index < schedule.count else { return nil }
        let (number, place) = schedule[index]
        let choice = completion.choices[number]
        let token = place - (choice.echo == nil ? 0 : 1)
        return choice.text.ends.indices.contains(token) ? token : nil
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        writer.begin()
        appendChunk(index, &writer.bytes)
        writer.end()
    }

    private func appendChunk(_ index: Int, _ bytes: inout [UInt8]) {
        let includesUsage = completion.request.chat.includeUsage
        guard index < schedule.count + (includesUsage ? 1 : 0) else {
            return bytes.append(text: "[DONE]")
        }
        completion.appendOpening(to: &bytes)
        if index < schedule.count {
            append(index, &bytes)
            bytes.append(text: includesUsage ? "],\"usage\":null}" : "]}")
        } else {
            bytes.append(text: "],\"usage\":")
            completion.appendUsage(to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private func append(_ index: Int, _ bytes: inout [UInt8]) {
        let (number, place) = schedule[index]
        let choice = completion.choices[number]
        let token = token(index)
        let isEcho = choice.echo != nil && place == 0
        bytes.append(text: "{\"text\":\"")
        if isEcho, let echo = choice.echo {
            bytes.appendJSON(escaping: echo.text)
        } else if let token {
            bytes.appendJSON(escaping: choice.text, token: token)
        }
        bytes.append(text: "\",\"index\":")
        bytes.append(decimal: number)
        bytes.append(text: ",\"logprobs\":")
        if isEcho {
            completion.appendLogprobs(of: choice, echo: true, tokens: 0..<0, to: &bytes)
        } else if let token {
            completion.appendLogprobs(
                of: choice, echo: false, tokens: token..<token + 1, to: &bytes)
        } else {
            bytes.append(text: "null")
        }
        bytes.append(text: ",\"finish_reason\":")
        if token == nil, !isEcho {
            bytes.appendJSON(string: choice.finish)
        } else {
            bytes.append(text: "null")
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
