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
    package static func chat(_ members: [JSONMember], _ profile: ProviderProfile) -> UInt64 {
        var sum: UInt64 = 0
        for member in members {
            guard let (tag, form) = profile.requests.chat.tagged(member.key),
                !member.value.isNull
            else { continue }
            var hash = SipHash(key: tag, 0)
            combine(member.value, as: form, profile, into: &hash)
            // A sum does not depend on the order of the keys.
            sum &+= hash.finalize()
        }
        return sum
    }

    /// The digest of a request to another endpoint with a body: every member counts, but for
    /// those that say how the answer is sent or for whom.
    package static func body(
        _ members: [JSONMember], of endpoint: Endpoint, _ profile: ProviderProfile
    ) -> UInt64 {
        var sum = SipHash.word(endpoint.name)
        if endpoint.operation == .count { return sum &+ chat(members, profile) }
        for member in members
        where !member.value.isNull && !profile.requests.asides.contains(member.key) {
            var hash = SipHash()
            hash.combine(member.key)
            let isRounded = profile.requests.chat.form(of: member.key) == .rounded
            combine(member.value, as: isRounded ? .rounded : .list, profile, into: &hash)
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

    private static func combine(
        _ value: JSON, as form: MemberTable.Form, _ profile: ProviderProfile,
        into hash: inout SipHash
    ) {
        switch form {
        case .plain: combine(value, into: &hash)
        case .rounded: combine(rounded: value, into: &hash)
        case .content: combine(content: value, profile, into: &hash)
        case .list: combine(list: value, into: &hash)
        case .messages: combine(messages: value, profile, into: &hash)
        case .calls: combine(calls: value, profile, into: &hash)
        }
    }

    // MARK: - Messages

    /// The messages of a conversation: roles, texts, calls and results, not ids.
    package static func combine(
        messages value: JSON, _ profile: ProviderProfile, into hash: inout SipHash
    ) {
        guard case .array(let messages) = value else { return combine(value, into: &hash) }
        hash.combine(UInt64(messages.count))
        for message in messages {
            guard case .object(let members) = message else {
                combine(message, into: &hash)
                continue
            }
            hash.combine(
                sum(members) { key, value, part in
                    guard let form = profile.requests.message.form(of: key) else { return false }
                    combine(value, as: form, profile, into: &part)
                    return true
                })
        }
    }

    /// A text, or a list of parts; a text alone is a list of one.
    package static func combine(
        content value: JSON, _ profile: ProviderProfile, into hash: inout SipHash
    ) {
        switch value {
        case .string(let text):
            hash.combine(1)
            combine(text: text, into: &hash)
        case .array(let parts):
            hash.combine(UInt64(parts.count))
            for part in parts { combine(part: part, profile, into: &hash) }
        default: combine(value, into: &hash)
        }
    }

    private static func combine(text: String, into hash: inout SipHash) {
        hash.combine(byte: Kind.text.rawValue)
        hash.combine(text)
    }

    /// A block of a message's content, whoever marked it.
    static func combine(part: JSON, _ profile: ProviderProfile, into hash: inout SipHash) {
        guard case .object(let members) = part else { return combine(part, into: &hash) }
        if part["type"] == "text", case .string(let text)? = part["text"] {
            return combine(text: text, into: &hash)
        }
        hash.combine(
            sum(members) { key, value, part in
                if profile.requests.partAsides.contains(key) { return false }
                let isContent = profile.requests.message.form(of: key) == .content
                combine(value, as: isContent ? .content : .plain, profile, into: &part)
                return true
            })
    }

    private static func combine(
        calls value: JSON, _ profile: ProviderProfile, into hash: inout SipHash
    ) {
        guard case .array(let calls) = value else { return combine(value, into: &hash) }
        hash.combine(UInt64(calls.count))
        for call in calls {
            guard case .object(let members) = call else {
                combine(call, into: &hash)
                continue
            }
            hash.combine(
                sum(members) { key, value, part in
                    if profile.requests.callAsides.contains(key) { return false }
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
