package import BrownoutEngine
package import BrownoutJSON

/// The digest that tells logical calls apart: a hash of the request in normal form.
///
/// Part of it are the model, the messages (roles, texts, tool calls and results), the tools and
/// the parameters that steer sampling. Not part of it are `stream`, `user`, `metadata`, ids, the
/// order of keys, and whether a text stands alone or as the single part of a list. Everything is
/// hashed as it is met; no text is built.
package enum CallDigest {
    /// The digest of a completion request.
    package static func chat(_ members: [JSONMember]) -> UInt64 {
        var sum: UInt64 = 0
        for member in members {
            guard let treatment = treatment(of: member.key), !member.value.isNull else { continue }
            var hash = SipHash(key: treatment.tag, 0)
            switch treatment.form {
            case .plain: combine(member.value, into: &hash)
            case .rounded: combine(rounded: member.value, into: &hash)
            case .content: combine(content: member.value, into: &hash)
            case .list: combine(list: member.value, into: &hash)
            case .messages: combine(messages: member.value, into: &hash)
            }
            // A sum does not depend on the order of the keys.
            sum &+= hash.finalize()
        }
        return sum
    }

    /// The digest of a request to another endpoint with a body: every member counts, but for
    /// those that say how the answer is sent or for whom.
    package static func body(_ members: [JSONMember], of endpoint: Endpoint) -> UInt64 {
        var sum = SipHash.word(endpoint.name)
        if endpoint.operation == .count { return sum &+ chat(members) }
        for member in members where !member.value.isNull && !isAside(member.key) {
            var hash = SipHash()
            hash.combine(member.key)
            if member.key == "temperature" {
                combine(rounded: member.value, into: &hash)
            } else {
                combine(list: member.value, into: &hash)
            }
            sum &+= hash.finalize()
        }
        return sum
    }

    /// The digest of any other request.
    package static func request(_ method: String, _ path: Substring) -> UInt64 {
        var hash = SipHash()
        hash.combine(method)
        hash.combine(String(path))
        return hash.finalize()
    }

    /// Whether a member of a completion request is part of its normal form.
    package static func isRead(_ key: String) -> Bool { treatment(of: key) != nil }

    /// Whether a member of any other request says only how the answer is sent, or for whom.
    package static func isAside(_ key: String) -> Bool {
        switch key {
        case "stream", "stream_options", "user", "encoding_format", "keep_alive": true
        default: false
        }
    }

    private enum Form {
        case plain
        /// A number, to two places.
        case rounded
        /// A text or a list of parts.
        case content
        /// A text alone is a list of one.
        case list
        case messages
    }

    /// The members that count, by length first: most keys are told apart by it alone. Members
    /// that mean the same in two versions of an API share a tag.
    private static func treatment(of key: String) -> (tag: UInt64, form: Form)? {
        switch (key.utf8.count, key) {
        case (1, "n"): (1, .plain)
        case (4, "stop"), (14, "stop_sequences"): (2, .list)
        case (4, "seed"): (3, .plain)
        case (5, "model"): (4, .plain)
        case (5, "tools"): (5, .plain)
        case (5, "top_p"): (6, .plain)
        case (5, "top_k"): (7, .plain)
        case (5, "think"): (28, .plain)
        case (6, "format"): (29, .plain)
        case (7, "options"): (30, .plain)
        case (6, "system"): (8, .content)
        case (8, "messages"): (9, .messages)
        case (8, "logprobs"): (10, .plain)
        case (8, "thinking"): (11, .plain)
        case (9, "functions"): (12, .plain)
        case (9, "verbosity"): (13, .plain)
        case (10, "max_tokens"), (21, "max_completion_tokens"): (14, .plain)
        case (10, "logit_bias"): (15, .plain)
        case (10, "modalities"): (16, .plain)
        case (10, "prediction"): (17, .plain)
        case (11, "temperature"): (18, .rounded)
        case (11, "tool_choice"): (19, .plain)
        case (12, "top_logprobs"): (20, .plain)
        case (13, "function_call"): (21, .plain)
        case (13, "output_config"), (13, "output_format"): (22, .plain)
        case (15, "response_format"): (23, .plain)
        case (16, "presence_penalty"): (24, .plain)
        case (16, "reasoning_effort"): (25, .plain)
        case (17, "frequency_penalty"): (26, .plain)
        case (19, "parallel_tool_calls"): (27, .plain)
        default: nil
        }
    }

    // MARK: - Messages

    /// The messages of a conversation: roles, texts, calls and results, not ids.
    package static func combine(messages value: JSON, into hash: inout SipHash) {
        guard case .array(let messages) = value else { return combine(value, into: &hash) }
        hash.combine(UInt64(messages.count))
        for message in messages {
            guard case .object(let members) = message else {
                combine(message, into: &hash)
                continue
            }
            hash.combine(
                sum(members) { key, value, part in
                    switch (key.utf8.count, key) {
                    case (4, "role"), (4, "name"), (6, "images"), (7, "refusal"),
                        (8, "thinking"), (9, "tool_name"), (13, "function_call"):
                        combine(value, into: &part)
                    case (7, "content"): combine(content: value, into: &part)
                    case (10, "tool_calls"): combine(calls: value, into: &part)
                    default: return false
                    }
                    return true
                })
        }
    }

    /// A text, or a list of parts; a text alone is a list of one.
    package static func combine(content value: JSON, into hash: inout SipHash) {
        switch value {
        case .string(let text):
            hash.combine(1)
            combine(text: text, into: &hash)
        case .array(let parts):
            hash.combine(UInt64(parts.count))
            for part in parts { combine(part: part, into: &hash) }
        default: combine(value, into: &hash)
        }
    }

    private static func combine(text: String, into hash: inout SipHash) {
        hash.combine(byte: Kind.text.rawValue)
        hash.combine(text)
    }

    /// A block of a message's content, whoever marked it.
    static func combine(part: JSON, into hash: inout SipHash) {
        guard case .object(let members) = part else { return combine(part, into: &hash) }
        if part["type"] == "text", case .string(let text)? = part["text"] {
            return combine(text: text, into: &hash)
        }
        hash.combine(
            sum(members) { key, value, part in
                switch key {
                case "id", "tool_use_id", "cache_control": return false
                case "content": combine(content: value, into: &part)
                default: combine(value, into: &part)
                }
                return true
            })
    }

    private static func combine(calls value: JSON, into hash: inout SipHash) {
        guard case .array(let calls) = value else { return combine(value, into: &hash) }
        hash.combine(UInt64(calls.count))
        for call in calls {
            guard case .object(let members) = call else {
                combine(call, into: &hash)
                continue
            }
            hash.combine(
                sum(members) { key, value, part in
                    if key == "id" || key == "index" { return false }
                    combine(value, into: &part)
                    return true
                })
        }
    }

    // MARK: - Values

    private enum Kind: UInt8 {
        case null
        case no
        case yes
        case integer
        case decimal
        case number
        case string
        case array
        case object
        case text
    }

    /// A value, whatever the order of its members.
    package static func combine(_ value: JSON, into hash: inout SipHash) {
        switch value {
        case .null: hash.combine(byte: Kind.null.rawValue)
        case .bool(let bool): hash.combine(byte: (bool ? Kind.yes : .no).rawValue)
        case .number(let number): combine(number, into: &hash)
        case .string(let text):
            hash.combine(byte: Kind.string.rawValue)
            hash.combine(text)
        case .array(let items):
            hash.combine(byte: Kind.array.rawValue)
            hash.combine(UInt64(items.count))
            for item in items { combine(item, into: &hash) }
        case .object(let members):
            hash.combine(byte: Kind.object.rawValue)
            hash.combine(
                sum(members) { _, value, part in
                    combine(value, into: &part)
                    return true
                })
        }
    }

    /// `1` and `1.0` are the same number.
    private static func combine(_ number: JSONNumber, into hash: inout SipHash) {
        if let int = number.int {
            hash.combine(byte: Kind.integer.rawValue)
            hash.combine(UInt64(bitPattern: Int64(int)))
        } else if let double = number.double {
            hash.combine(byte: Kind.decimal.rawValue)
            hash.combine(double.bitPattern)
        } else {
            hash.combine(byte: Kind.number.rawValue)
            hash.combine(number.text)
        }
    }

    private static func combine(rounded value: JSON, into hash: inout SipHash) {
        guard let double = value.doubleValue, abs(double) < 1e9 else {
            return combine(value, into: &hash)
        }
        hash.combine(byte: Kind.decimal.rawValue)
        hash.combine(UInt64(bitPattern: Int64((double * 100).rounded())))
    }

    private static func combine(list value: JSON, into hash: inout SipHash) {
        guard case .array = value else { return combine(.array([value]), into: &hash) }
        combine(value, into: &hash)
    }

    /// A word for an object that does not depend on the order of its members. `visit` hashes a
    /// value, or returns false for a member that does not count; null is like absent.
    private static func sum(
        _ members: [JSONMember], _ visit: (String, JSON, inout SipHash) -> Bool
    ) -> UInt64 {
        var sum: UInt64 = 0
        for member in members where !member.value.isNull {
            var hash = SipHash()
            hash.combine(member.key)
            guard visit(member.key, member.value, &hash) else { continue }
            sum &+= hash.finalize()
        }
        return sum
    }
}
