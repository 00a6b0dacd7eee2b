import BrownoutJSON
import BrownoutWire

/// Makes the events of a message out of its plain body (wire facts, 6.2 and 6.3).
struct AnthropicUnfolding {
    private let message: [JSONMember]
    private let content: [JSON]
    private var events: [StreamEvent] = []

    /// Nil for anything that is no message.
    init?(_ body: JSON) {
        guard case .object(let members) = body, body["type"] == "message",
            let content = body["content"]?.arrayValue
        else { return nil }
        message = members
        self.content = content
    }

    func answer() -> ConvertedAnswer {
        var unfolding = self
        unfolding.writeStart()
        for (index, block) in content.enumerated() {
            unfolding.write(block.objectValue ?? [], index)
        }
        unfolding.writeEnd()
        return ConvertedAnswer(body: StreamForm.anthropic.framing.body(of: unfolding.events))
    }

    /// An event whose name is also the type that its payload begins with.
    private mutating func add(_ type: String, _ members: [JSONMember] = []) {
        events.append(
            StreamEvent(type, .object([JSONMember("type", .string(type))] + members)))
    }

    private mutating func writeStart() {
        var rest = message.filter { $0.key != "stop_details" }
        rest.set("content", [])
        rest.set("stop_reason", .null)
        rest.set("stop_sequence", .null)
        // Events begin with the model, bodies with the id.
        var start = rest.take("model").map { [JSONMember("model", $0)] } ?? []
        let usage = rest.take("usage")?.objectValue
        start += rest
        if var usage {
            // The first token is counted before it is sent.
            let output = usage.first { $0.key == "output_tokens" }?.value.intValue ?? 0
            usage.set("output_tokens", .number(JSONNumber(min(output, 1))))
            start.append(JSONMember("usage", .object(usage)))
        }
        add("message_start", [JSONMember("message", .object(start))])
    }

    private mutating func writeEnd() {
        let names = ["stop_reason", "stop_sequence", "stop_details"]
        let delta = message.filter { names.contains($0.key) }
        let usage = message.first { $0.key == "usage" }?.value.objectValue ?? []
        // What a message says of the cache's kinds and of the tier, it says at its beginning.
        let counts = usage.filter {
            $0.key.hasSuffix("_tokens") || $0.key == "server_tool_use"
        }
        add(
            "message_delta",
            [JSONMember("delta", .object(delta)), JSONMember("usage", .object(counts))])
        add("message_stop")
    }

    /// A block: what streams piece by piece is taken out of its start.
    private mutating func write(_ block: [JSONMember], _ number: Int) {
        let index = JSON.number(JSONNumber(number))
        var start = block
        var deltas: [(type: String, name: String, values: [JSON])] = []
        func stream(_ name: String, _ type: String) {
            guard let text = block.first(where: { $0.key == name })?.value.stringValue else {
                return
            }
            start.set(name, "")
            deltas.append((type, name, TokenText(text).tokens.map { JSON.string($0) }))
        }
        switch block.first(where: { $0.key == "type" })?.value.stringValue {
        case "text"?:
            stream("text", "text_delta")
            if let citations = start.take("citations")?.arrayValue {
                start.append(JSONMember("citations", []))
                deltas.append(("citations_delta", "citation", citations))
            }
        case "thinking"?:
            stream("thinking", "thinking_delta")
            if let signature = block.first(where: { $0.key == "signature" })?.value {
                start.set("signature", "")
                deltas.append(("signature_delta", "signature", [signature]))
            }
        case "tool_use"?, "server_tool_use"?, "mcp_tool_use"?:
            let input = block.first { $0.key == "input" }?.value ?? .object([])
            start.set("input", .object([]))
            // An empty input has no deltas at all; any other begins with an empty one.
            if input == .object([]) { break }
            let text = input.stringValue ?? input.text
            deltas.append(
                (
                    "input_json_delta", "partial_json",
                    ["" as JSON] + TokenText(text).tokens.map { .string($0) }
                )
            )
        default: break
        }
        add(
            "content_block_start",
            [JSONMember("index", index), JSONMember("content_block", .object(start))])
        if number == 0 { add("ping") }
        for (type, name, values) in deltas {
            for value in values {
                let delta = [JSONMember("type", .string(type)), JSONMember(name, value)]
                add(
                    "content_block_delta",
                    [JSONMember("index", index), JSONMember("delta", .object(delta))])
            }
        }
        add("content_block_stop", [JSONMember("index", index)])
    }
}
