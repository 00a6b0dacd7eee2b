import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// The JSON that a part of a match is about, without what does not count. Digests are made without
/// it; it is for showing people where two requests differ.
enum NormalForm {
    /// Nil where the part is not about the body's JSON, or there is none.
    static func json(of request: MatchRequest, for part: MatchPart) -> JSON? {
        guard let json = request.json else { return nil }
        let counted: JSON? =
            switch part {
            case .normalForm: normal(json, request.address.endpoint)
            case .messages: conversation(json, withSystem: true)
            case .messagesWithoutSystem: conversation(json, withSystem: false)
            case .body: object(json) { $0 != "stream" }
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

    private static func normal(_ json: JSON, _ endpoint: Endpoint) -> JSON {
        switch endpoint.operation {
        case .chat, .count: chat(json)
        case .text, .embed, .moderate: text(json)
        case .models, .model, .about, .unknown:
            object(json) { $0 != "stream" && $0 != "stream_options" }
        }
    }

    private static func chat(_ json: JSON) -> JSON {
        object(json, where: CallDigest.isRead) { key, value in
            switch key {
            case "messages": messages(value)
            case "system": content(value)
            case "temperature": rounded(value)
            case "stop", "stop_sequences": value.arrayValue == nil ? .array([value]) : value
            default: value
            }
        }
    }

    /// In these, a text alone is a list of one.
    private static func text(_ json: JSON) -> JSON {
        object(json, where: { !CallDigest.isAside($0) }) { key, value in
            if key == "temperature" { return rounded(value) }
            guard case .array(let items) = value, items.count == 1, items[0].arrayValue == nil
            else { return value }
            return items[0]
        }
    }

    private static func conversation(_ json: JSON, withSystem: Bool) -> JSON {
        object(json, where: { Conversation.holds($0, withSystem: withSystem) }) { key, value in
            guard Conversation.isTurns(key) else { return content(value) }
            return messages(withSystem ? value : Conversation.withoutSystem(value))
        }
    }

    private static func messages(_ value: JSON) -> JSON {
        let counted = ["role", "name", "refusal", "function_call", "content", "tool_calls"]
        return items(value) { message in
            object(message, where: counted.contains) { key, value in
                switch key {
                case "content": content(value)
                case "tool_calls":
                    items(value) { call in object(call) { $0 != "id" && $0 != "index" } }
                default: value
                }
            }
        }
    }

    private static func content(_ value: JSON) -> JSON {
        let parts = items(value, part)
        guard case .array(let items) = parts, items.count == 1, let text = text(of: items[0]) else {
            return parts
        }
        return .string(text)
    }

    private static func part(_ part: JSON) -> JSON {
        if let text = text(of: part) { return ["type": "text", "text": .string(text)] }
        return object(
            part, where: { $0 != "id" && $0 != "tool_use_id" && $0 != "cache_control" }
        ) { key, value in key == "content" ? content(value) : value }
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
