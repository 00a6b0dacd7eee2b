import BrownoutJSON

/// Puts the events of a message together into its plain body (wire facts, 6.2 and 6.3).
struct AnthropicAssembly {
    /// A content block and the text of its input, which comes in pieces that are no JSON alone.
    private struct Block {
        var index: Int
        var members: [JSONMember]
        var input: String?
    }

    private var message: [JSONMember]?
    private var blocks: [Block] = []
    private var failure: JSON?
    private var hasEnd = false
    private var notes: [String] = []

    mutating func take(_ event: JSON) {
        switch event["type"]?.stringValue {
        case "message_start"?: message = event["message"]?.objectValue
        case "content_block_start"?:
            blocks.append(
                Block(
                    index: event["index"]?.intValue ?? blocks.count,
                    members: event["content_block"]?.objectValue ?? []))
        case "content_block_delta"?: add(event["delta"] ?? .null, to: event["index"]?.intValue)
        case "message_delta"?: end(event)
        case "message_stop"?: hasEnd = true
        case "error"?: failure = event
        case "content_block_stop"?, "ping"?, nil: break
        case let other?: note("an event of type \(other) has no place in a plain answer")
        }
    }

    private mutating func add(_ delta: JSON, to index: Int?) {
        guard let place = blocks.lastIndex(where: { $0.index == index }),
            let members = delta.objectValue
        else { return }
        for member in members where member.key != "type" {
            switch (member.key, member.value) {
            case ("partial_json", .string(let text)): blocks[place].input = grown(place, text)
            case ("citation", let citation):
                var citations = JSON.null
                if let old = blocks[place].members.take("citations") { citations = old }
                citations.merge(.array([citation]))
                blocks[place].members.append(JSONMember("citations", citations))
            case (let name, let more):
                var value = blocks[place].members.first { $0.key == name }?.value ?? .null
                blocks[place].members.set(name, .null)
                value.merge(more)
                blocks[place].members.set(name, value)
            }
        }
    }

    private mutating func grown(_ place: Int, _ more: String) -> String {
        var text = blocks[place].input ?? ""
        blocks[place].input = nil
        text += more
        return text
    }

    /// The end of a message: why, and the usage, whose counts are cumulative.
    private mutating func end(_ event: JSON) {
        guard var members = message else { return }
        for member in event["delta"]?.objectValue ?? [] { members.set(member.key, member.value) }
        var usage = members.first { $0.key == "usage" }?.value.objectValue ?? []
        for member in event["usage"]?.objectValue ?? [] { usage.set(member.key, member.value) }
        members.set("usage", .object(usage))
        for member in event.without("type", "delta", "usage").objectValue ?? [] {
            members.set(member.key, member.value)
        }
        message = members
    }

    /// The plain body; nil where no message began.
    func answer() -> ConvertedAnswer? {
        if let failure {
            return ConvertedAnswer(
                status: Self.status(of: failure["error"] ?? .null),
                body: Self.plain(failure).bytes,
                notes: ["the recorded stream broke off with an error, which is the whole answer"])
        }
        guard var rest = message else { return nil }
        var notes = notes
        if !hasEnd { notes.append("the recorded stream ends without message_stop") }
        var members: [JSONMember] = []
        _ = rest.take("content")
        for name in ["id", "type", "role", "model"] {
            if let value = rest.take(name) { members.append(JSONMember(name, value)) }
        }
        members.append(JSONMember("content", .array(blocks.map { Self.block($0, &notes) })))
        for name in ["stop_reason", "stop_sequence"] {
            members.append(JSONMember(name, rest.take(name) ?? .null))
        }
        if let usage = rest.take("usage") { rest.append(JSONMember("usage", usage)) }
        return ConvertedAnswer(body: JSON.object(members + rest).bytes, notes: notes)
    }

    private static func block(_ block: Block, _ notes: inout [String]) -> JSON {
        var members = block.members
        if let text = block.input, !text.isEmpty {
            do throws(JSONParseError) {
                members.set("input", try JSON.parse(text))
            } catch {
                members.set("input", .string(text))
                notes.append(
                    "the input of content block \(block.index) is no JSON: it is a string here")
            }
        }
        return .object(members)
    }

    /// In bodies the details of an error come last (wire facts, 6.4).
    private static func plain(_ failure: JSON) -> JSON {
        guard case .object(var members) = failure,
            case .object(var error)? = failure["error"]
        else { return failure }
        if let details = error.take("details") { error.append(JSONMember("details", details)) }
        members.set("error", .object(error))
        return .object(members)
    }

    /// The status that an error of this type comes with (wire facts, 6.4).
    private static func status(of error: JSON) -> Int {
        switch error["type"]?.stringValue {
        case "invalid_request_error"?: 400
        case "authentication_error"?: 401
        case "billing_error"?: 402
        case "permission_error"?: 403
        case "not_found_error"?: 404
        case "request_too_large"?: 413
        case "rate_limit_error"?: 429
        case "timeout_error"?: 504
        case "overloaded_error"?: 529
        default: 500
        }
    }

    private mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }
}
