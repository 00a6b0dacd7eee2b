import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The events of a message (wire facts, 6.3), each rendered by its index.
final class AnthropicMessageStream: Sendable {
    /// A run of events.
    private struct Segment: Sendable {
        enum Kind: Sendable {
            case messageStart
            case blockStart(Int)
            case ping
            /// The empty first fragment of a tool's input.
            case emptyInput(Int)
            case deltas(Int)
            case signature(Int)
            case blockStop(Int)
            case messageDelta
            case messageStop
        }

        /// The index of its first event.
        var first: Int
        var kind: Kind

        /// What its events are called, which is also their type.
        var name: String {
            switch kind {
            case .messageStart: "message_start"
            case .blockStart: "content_block_start"
            case .ping: "ping"
            case .emptyInput, .deltas, .signature: "content_block_delta"
            case .blockStop: "content_block_stop"
            case .messageDelta: "message_delta"
            case .messageStop: "message_stop"
            }
        }
    }

    private let message: AnthropicMessage
    private let segments: [Segment]
    /// The start of a delta of each block, up to its token.
    private let prefixes: [[UInt8]]

    init(_ message: AnthropicMessage) {
        self.message = message
        prefixes = message.blocks.enumerated().map { index, block in
            var bytes: [UInt8] = []
            bytes.append(text: "{\"type\":\"content_block_delta\",\"index\":")
            bytes.append(decimal: index)
            switch block {
            case .thinking:
                bytes.append(text: ",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"")
            case .text: bytes.append(text: ",\"delta\":{\"type\":\"text_delta\",\"text\":\"")
            case .tool:
                bytes.append(
                    text: ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"")
            }
            return bytes
        }
        segments = Self.plan(message.blocks)
    }

    var stream: EventStream {
        let last = segments[segments.count - 1].first
        var stream = EventStream(
            .anthropic, count: last + 1, terminal: last, tokens: tokens, write: write)
        stream.toolMark = message.callsTools ? "\"partial_json\":\"" : nil
        return stream
    }

    private static func plan(_ blocks: [AnthropicMessage.Block]) -> [Segment] {
        var segments: [Segment] = []
        var next = 0
        func add(_ kind: Segment.Kind, events: Int = 1) {
            guard events > 0 else { return }
            segments.append(Segment(first: next, kind: kind))
            next += events
        }
        add(.messageStart)
        for (index, block) in blocks.enumerated() {
            add(.blockStart(index))
            if index == 0 { add(.ping) }
            switch block {
            case .thinking(let text):
                add(.deltas(index), events: text.ends.count)
                add(.signature(index))
            case .text(let text): add(.deltas(index), events: text.ends.count)
            case .tool(let call):
                // An empty input has no deltas at all.
                if call.arguments.text == "{}" || call.arguments.ends.isEmpty { break }
                add(.emptyInput(index))
                add(.deltas(index), events: call.arguments.ends.count)
            }
            add(.blockStop(index))
        }
        add(.messageDelta)
        add(.messageStop)
        return segments
    }

    private func place(_ index: Int) -> (segment: Segment, offset: Int) {
        var last = segments.count - 1
        while segments[last].first > index { last -= 1 }
        return (segments[last], index - segments[last].first)
    }

    private func tokens(_ index: Int) -> Int {
        if case .deltas = place(index).segment.kind { return 1 }
        return 0
    }

    private func write(_ index: Int, _ writer: inout EventWriter) {
        let (segment, offset) = place(index)
        writer.begin(segment.name)
        append(segment.kind, offset, &writer.bytes)
        writer.end()
    }

    private func append(_ kind: Segment.Kind, _ offset: Int, _ bytes: inout [UInt8]) {
        switch kind {
        case .deltas(let block):
            bytes.append(contentsOf: prefixes[block])
            bytes.appendJSON(escaping: message.blocks[block].tokens, token: offset)
            bytes.append(text: "\"}}")
        case .emptyInput(let block):
            bytes.append(contentsOf: prefixes[block])
            bytes.append(text: "\"}}")
        case .messageStart: appendMessageStart(&bytes)
        case .blockStart(let block): appendBlockStart(block, &bytes)
        case .ping: bytes.append(text: "{\"type\":\"ping\"}")
        case .signature(let block):
            bytes.append(text: "{\"type\":\"content_block_delta\",\"index\":")
            bytes.append(decimal: block)
            bytes.append(text: ",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"")
            bytes.append(text: message.signature)
            bytes.append(text: "\"}}")
        case .blockStop(let block):
            bytes.append(text: "{\"type\":\"content_block_stop\",\"index\":")
            bytes.append(decimal: block)
            bytes.append(UInt8(ascii: "}"))
        case .messageDelta: message.appendMessageDelta(to: &bytes)
        case .messageStop: bytes.append(text: "{\"type\":\"message_stop\"}")
        }
    }

    private func appendMessageStart(_ bytes: inout [UInt8]) {
        bytes.append(text: "{\"type\":\"message_start\",\"message\":{\"model\":\"")
        bytes.appendJSON(escaping: message.model)
        bytes.append(text: "\",\"id\":\"")
        bytes.append(text: message.id)
        bytes.append(
            text: "\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
                + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":")
        // The first token is counted before it is sent.
        message.appendUsage(outputTokens: min(message.completionTokens, 1), to: &bytes)
        bytes.append(text: "}}")
    }

    private func appendBlockStart(_ index: Int, _ bytes: inout [UInt8]) {
        bytes.append(text: "{\"type\":\"content_block_start\",\"index\":")
        bytes.append(decimal: index)
        switch message.blocks[index] {
        case .thinking:
            bytes.append(
                text: ",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\","
                    + "\"signature\":\"\"}}")
        case .text:
            bytes.append(text: ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
        case .tool(let call):
            bytes.append(text: ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"")
            bytes.append(text: AnthropicMessage.callID(call))
            bytes.append(text: "\",\"name\":")
            bytes.appendJSON(string: call.name)
            bytes.append(text: ",\"input\":{}}}")
        }
    }
}

extension AnthropicMessage {
    /// The payload of `message_delta`. The usage here is cumulative, not a difference (wire facts,
    /// 6.3).
    func appendMessageDelta(to bytes: inout [UInt8]) {
        bytes.append(text: "{\"type\":\"message_delta\",\"delta\":{")
        appendStop(to: &bytes)
        bytes.append(text: "},\"usage\":{")
        appendInputTokens(to: &bytes)
        bytes.append(text: ",\"output_tokens\":")
        bytes.append(decimal: completionTokens)
        bytes.append(text: "}}")
    }
}
