import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// The JSON that a part of a match is about, without what does not count. Digests are made without
/// it; it is for showing people where two requests differ.
struct NormalForm {
    private let endpoint: Endpoint
    /// What the digests ask too.
    private let requests: RequestReading

    /// Nil where the part is not about the body's JSON, or there is none.
    static func json(of request: MatchRequest, for part: MatchPart) -> JSON? {
        guard let json = request.json else { return nil }
        let form = NormalForm(endpoint: request.address.endpoint, requests: request.requests)
        let counted: JSON? =
            switch part {
            case .normalForm: form.normal(json)
            case .messages: form.conversation(json, withSystem: true)
            case .messagesWithoutSystem: form.conversation(json, withSystem: false)
            case .body: object(json) { !form.requests.stream.members.contains($0) }
            case .pointer(let pointer): json.value(at: pointer)
            case .provider, .endpoint, .method, .path, .query, .queryWithoutBody, .model,
                .lastUserMessage, .header, .queryItem:
                Optional.none
            }
        return counted.map(plain)
    }

    /// `1.0` as `1`, and no members that are null.
    private static func plain(_ value: JSON) -> JSON {
        switch value {
        case .number(let number):
            if let int = number.int { return .number(JSONNumber(int)) }
            return .number(number.double.map { JSONNumber(text: "\($0)") } ?? number)
        case .array(let items): return .array(items.map(plain))
        case .object: return object(value, where: { _ in true }) { plain($1) }
        case .null, .bool, .string: return value
        }
    }

    private func normal(_ json: JSON) -> JSON {
        switch endpoint.operation {
        case .chat, .count: chat(json)
        case .text, .embed, .moderate: text(json)
        case .models, .model, .info, .unknown:
            Self.object(json) { !requests.sending.contains($0) }
        }
    }

    private func chat(_ json: JSON) -> JSON { members(json, requests.chat) }

    /// The members that count, each in its own form.
    private func members(_ json: JSON, _ table: MemberTable) -> JSON {
        Self.object(json, where: { table.form(of: $0) != nil }) { key, value in
            switch table.form(of: key) {
            case .plain?, nil: value
            case .rounded?: Self.rounded(value)
            case .content?: content(value)
            case .list?: value.arrayValue == nil ? .array([value]) : value
            case .messages?: messages(value)
            case .calls?:
                Self.items(value) { call in
                    Self.object(call) { !requests.callAsides.contains($0) }
                }
            }
        }
    }

    /// In these, a text alone is a list of one.
    private func text(_ json: JSON) -> JSON {
        Self.object(json, where: { !requests.asides.contains($0) }) { key, value in
            if requests.chat.form(of: key) == .rounded { return Self.rounded(value) }
            guard case .array(let items) = value, items.count == 1, items[0].arrayValue == nil
            else { return value }
            return items[0]
        }
    }

    private func conversation(_ json: JSON, withSystem: Bool) -> JSON {
        let counted = requests.turns + (withSystem ? requests.systems : [])
        return Self.object(json, where: counted.contains) { key, value in
            guard requests.turns.contains(key) else { return content(value) }
            return messages(withSystem ? value : Conversation.withoutSystem(value))
        }
    }

    private func messages(_ value: JSON) -> JSON {
        Self.items(value) { members($0, requests.message) }
    }

    private func content(_ value: JSON) -> JSON {
        let parts = Self.items(value, part)
        guard case .array(let items) = parts, items.count == 1,
            let text = Self.text(of: items[0])
        else { return parts }
        return .string(text)
    }

    private func part(_ part: JSON) -> JSON {
        if let text = Self.text(of: part) { return ["type": "text", "text": .string(text)] }
        return Self.object(part, where: { !requests.partAsides.contains($0) }) { key, value in
            requests.message.form(of: key) == .content ? content(value) : value
        }
    }

    private static func text(of part: JSON) -> String? {
        part["type"] == "text" ? part["text"]?.stringValue : nil
    }

    private static func rounded(_ value: JSON) -> JSON {
        guard let double = value.doubleValue, abs(double) < 1e9 else { return value }
        return .number(JSONNumber(text: "\((double * 100).rounded() / 100)"))
    }

    private static func items(_ value: JSON, _ change: (JSON) -> JSON) -> JSON {
        guard case .array(let items) = value else { return value }
        return .array(items.map(change))
    }

    /// An object's members that count; null is like absent.
    private static func object(
        _ value: JSON, where counts: (String) -> Bool,
        _ change: (String, JSON) -> JSON = { $1 }
    ) -> JSON {
        guard case .object(let members) = value else { return value }
        return .object(
            members.filter { !$0.value.isNull && counts($0.key) }.map {
                JSONMember($0.key, change($0.key, $0.value))
            })
    }
}
