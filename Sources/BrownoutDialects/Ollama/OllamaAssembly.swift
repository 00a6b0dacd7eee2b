import BrownoutJSON
import BrownoutWire

/// Puts the lines of an answer together into its plain body (wire facts, 10).
struct OllamaAssembly {
    let isChat: Bool
    /// The line that came last, which has the counts.
    private var last: [JSONMember]?
    private var message: [JSONMember] = []
    private var failure: JSON?
    private var hasEnd = false

    init(isChat: Bool) {
        self.isChat = isChat
    }

    /// What grows from line to line, outside of a message.
    private static let texts = ["response", "thinking"]

    mutating func take(_ line: JSON) {
        guard case .object(let members) = line else { return }
        if let error = line["error"], !error.isNull {
            failure = .object([JSONMember("error", error)])
            return
        }
        hasEnd = hasEnd || line["done"] == true
        last = members
        if isChat {
            for member in line["message"]?.objectValue ?? [] { add(member) }
        } else {
            for member in members where Self.texts.contains(member.key) { add(member) }
        }
    }

    private mutating func add(_ member: JSONMember) {
        guard member.key != "role", let place = message.firstIndex(where: { $0.key == member.key })
        else {
            message.set(member.key, member.value)
            return
        }
        message[place].value.merge(member.value)
    }

    /// The plain body; nil where no line came.
    func answer() -> ConvertedAnswer? {
        if let failure {
            return ConvertedAnswer(
                status: 500, body: failure.bytes,
                notes: ["the recorded stream broke off with an error, which is the whole answer"])
        }
        guard let last else { return nil }
        var members: [JSONMember] = []
        for member in last {
            switch member.key {
            case "message" where isChat: members.append(JSONMember("message", .object(message)))
            case "response" where !isChat: members += message
            case "thinking" where !isChat: break
            default: members.append(member)
            }
        }
        return ConvertedAnswer(
            body: JSON.object(members).bytes,
            notes: hasEnd ? [] : ["the recorded stream ends without a line that says it is done"])
    }
}

/// Makes the lines of an answer out of its plain body (wire facts, 10).
struct OllamaUnfolding {
    private let isChat: Bool
    private let body: [JSONMember]
    private let message: [JSONMember]

    /// Nil for anything that is no answer of a model's.
    init?(_ body: JSON) {
        guard case .object(let members) = body else { return nil }
        self.body = members
        isChat = body["message"]?.objectValue != nil
        if isChat {
            message = body["message"]?.objectValue ?? []
        } else {
            guard body["response"]?.stringValue != nil else { return nil }
            message = members.filter { ["response", "thinking"].contains($0.key) }
        }
    }

    private var textName: String { isChat ? "content" : "response" }

    func answer() -> ConvertedAnswer {
        var events: [StreamEvent] = []
        for name in ["thinking", textName] {
            let text = message.first { $0.key == name }?.value.stringValue ?? ""
            for token in TokenText(text).tokens {
                let said = [JSONMember(name, .string(token))]
                events.append(line(name == textName ? said : empty + said))
            }
        }
        for call in message.first(where: { $0.key == "tool_calls" })?.value.arrayValue ?? [] {
            events.append(line(empty + [JSONMember("tool_calls", [call])]))
        }
        events.append(StreamEvent(nil, end))
        return ConvertedAnswer(body: StreamForm.ollama.framing.body(of: events))
    }

    /// A content that says nothing.
    private var empty: [JSONMember] { [JSONMember(textName, "")] }

    /// A line that is not the last.
    private func line(_ said: [JSONMember]) -> StreamEvent {
        let opening = body.filter { ["model", "created_at"].contains($0.key) }
        let said = isChat ? [JSONMember("message", .object(role + said))] : said
        return StreamEvent(nil, .object(opening + said + [JSONMember("done", false)]))
    }

    private var role: [JSONMember] {
        [message.first { $0.key == "role" } ?? JSONMember("role", "assistant")]
    }

    /// The last line: all but what was said.
    private var end: JSON {
        var members: [JSONMember] = []
        for member in body {
            switch member.key {
            case "message" where isChat:
                members.append(JSONMember("message", .object(role + empty)))
            case "response" where !isChat: members += empty
            case "thinking" where !isChat: break
            default: members.append(member)
            }
        }
        return .object(members)
    }
}
