package import BrownoutEngine
package import BrownoutJSON

/// What a request says to a model, whoever's form it is in: roles and texts, tool calls and
/// results in their order. Not part of it are the model, sampling, the tools that are offered, ids,
/// and where a system text stands.
///
/// A fallback puts the same conversation into another provider's words; by this it is known again.
package struct PromptSketch {
    /// A digest of all of it.
    package let digest: UInt64
    /// The results that the conversation ends with, behind the last words of the model.
    package let results: [ToolResult]

    /// Nil where a body holds neither messages nor a prompt.
    package init?(_ body: JSON) {
        var reader = PromptReader()
        guard reader.read(body) else { return nil }
        digest = reader.digest
        results = reader.results
    }
}

/// Walks a conversation once; no text is built.
private struct PromptReader {
    private enum Kind: UInt8 {
        case user
        case model
        case call
        case result
        /// A picture, a sound, a document: their forms differ too much to be told apart.
        case media
    }

    private var system = SipHash()
    private var turns = SipHash()
    private(set) var results: [ToolResult] = []

    var digest: UInt64 {
        var hash = SipHash()
        hash.combine(system.finalize())
        hash.combine(turns.finalize())
        return hash.finalize()
    }

    /// Whether there was anything that a model reads.
    mutating func read(_ body: JSON) -> Bool {
        if let text = body["system"] { take(system: text) }
        if let messages = body["messages"]?.arrayValue {
            for message in messages { take(message) }
            return true
        }
        guard let prompt = body["prompt"] ?? body["input"] else { return false }
        if case .array(let items) = prompt {
            for item in items { take(part: item, .user) }
        } else {
            take(part: prompt, .user)
        }
        return true
    }

    private mutating func take(_ message: JSON) {
        let content = message["content"] ?? .null
        switch message["role"]?.stringValue {
        case "system", "developer": take(system: content)
        case "tool", "function": take(result: content, of: message["tool_call_id"]?.stringValue)
        case "assistant", "model":
            results = []
            take(content: content, .model)
            for call in message[RequestReading.calls]?.arrayValue ?? [] {
                if let function = call["function"] ?? call["custom"] { take(call: function) }
            }
            if let call = message["function_call"] { take(call: call) }
        default: take(content: content, .user)
        }
    }

    private mutating func take(system content: JSON) {
        switch content {
        case .string(let text): system.combine(text)
        case .array(let parts):
            for part in parts {
                if let text = part["text"]?.stringValue { system.combine(text) }
            }
        case .null, .bool, .number, .object: break
        }
    }

    private mutating func take(content: JSON, _ kind: Kind) {
        guard case .array(let parts) = content else { return take(part: content, kind) }
        for part in parts { take(part: part, kind) }
    }

    private mutating func take(part: JSON, _ kind: Kind) {
        switch part {
        case .null: break
        case .string(let text):
            if !text.isEmpty { take(text, kind) }
        case .object:
            if let text = part["text"]?.stringValue { return take(text, kind) }
            switch part["type"]?.stringValue {
            case RequestReading.callPart: take(call: part)
            case "tool_result":
                take(result: part["content"] ?? .null, of: part["tool_use_id"]?.stringValue)
            // Thoughts are in a form that other providers do not take.
            case "thinking", "redacted_thinking": break
            default: turns.combine(byte: Kind.media.rawValue)
            }
        case .bool, .number, .array:
            turns.combine(byte: kind.rawValue)
            CallDigest.combine(part, into: &turns)
        }
    }

    private mutating func take(_ text: String, _ kind: Kind) {
        turns.combine(byte: kind.rawValue)
        turns.combine(text)
    }

    /// OpenAI's arguments are JSON as text, Anthropic's are JSON.
    private mutating func take(call: JSON) {
        turns.combine(byte: Kind.call.rawValue)
        turns.combine(call["name"]?.stringValue ?? "")
        let arguments = call["arguments"] ?? call["input"] ?? .null
        if case .string(let text) = arguments, let value = try? JSON.parse(text) {
            CallDigest.combine(value, into: &turns)
        } else {
            CallDigest.combine(arguments, into: &turns)
        }
    }

    private mutating func take(result content: JSON, of id: String?) {
        var hash = SipHash()
        switch content {
        case .string(let text): hash.combine(text)
        case .array(let parts):
            for part in parts {
                if let text = part["text"]?.stringValue {
                    hash.combine(text)
                } else {
                    hash.combine(byte: Kind.media.rawValue)
                }
            }
        case .null, .bool, .number, .object: CallDigest.combine(content, into: &hash)
        }
        let digest = hash.finalize()
        turns.combine(byte: Kind.result.rawValue)
        turns.combine(digest)
        if let id { results.append(ToolResult(id: id, digest: digest)) }
    }
}
