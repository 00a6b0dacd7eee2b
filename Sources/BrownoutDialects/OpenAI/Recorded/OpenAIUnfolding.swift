import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// Makes the chunks of a completion out of its plain body (wire facts, 1.2 and 3).
struct OpenAIUnfolding {
    /// What a chunk says of its choice, in order: `delta` or `text`, `logprobs`, …
    private typealias Piece = [JSONMember]

    private let isChat: Bool
    private let includesUsage: Bool
    /// The members before `choices`, as every chunk repeats them.
    private let prefix: [JSONMember]
    private let usage: JSON?
    private let choices: [JSON]
    private var notes: [String] = []

    /// Nil for anything that is no completion.
    init?(_ body: JSON, isChat: Bool, includesUsage: Bool) {
        guard case .object(let members) = body, let choices = body["choices"]?.arrayValue else {
            return nil
        }
        self.isChat = isChat
        self.includesUsage = includesUsage
        self.choices = choices
        var rest = members.filter { !["object", "choices", "usage"].contains($0.key) }
        var prefix: [JSONMember] = []
        for name in ["id", "object", "created", "model"] {
            if name == "object" {
                let object = isChat ? "chat.completion.chunk" : "text_completion"
                prefix.append(JSONMember(name, .string(object)))
            } else if let value = rest.take(name) {
                prefix.append(JSONMember(name, value))
            }
        }
        self.prefix = prefix + rest
        let usage = body["usage"] ?? .null
        self.usage = usage.isNull ? Optional.none : usage
    }

    func answer() -> ConvertedAnswer {
        var unfolding = self
        let pieces = choices.map { choice in
            isChat ? unfolding.chatPieces(choice) : unfolding.textPieces(choice)
        }
        var events: [StreamEvent] = []
        // Several choices grow side by side: the first piece of each, then the second of each.
        for place in 0..<(pieces.map(\.count).max() ?? 0) {
            for (number, pieces) in pieces.enumerated() where place < pieces.count {
                let index = choices[number]["index"] ?? .number(JSONNumber(number))
                var choice = pieces[place]
                choice.insert(JSONMember("index", index), at: isChat ? 0 : 1)
                let usage = includesUsage ? JSON.null : Optional.none
                events.append(StreamEvent(nil, chunk([.object(choice)], usage)))
            }
        }
        if includesUsage {
            if usage == nil {
                unfolding.notes.append("the recorded answer has no usage, so its stream has none")
            }
            events.append(StreamEvent(nil, chunk([], usage ?? .null)))
        }
        events.append(StreamEvent(marker: "[DONE]"))
        return ConvertedAnswer(
            body: StreamForm.openAI.framing.body(of: events), notes: unfolding.notes)
    }

    private func chunk(_ choices: [JSON], _ usage: JSON?) -> JSON {
        var members = prefix
        members.append(JSONMember("choices", .array(choices)))
        if let usage { members.append(JSONMember("usage", usage)) }
        return .object(members)
    }

    private static func piece(
        _ name: String, _ value: JSON, logprobs: JSON = .null, finish: JSON = .null
    ) -> Piece {
        [
            JSONMember(name, value), JSONMember("logprobs", logprobs),
            JSONMember("finish_reason", finish),
        ]
    }

    private static func delta(_ name: String, _ value: JSON, logprobs: JSON = .null) -> Piece {
        piece("delta", .object([JSONMember(name, value)]), logprobs: logprobs)
    }

    // MARK: - Chats

    private mutating func chatPieces(_ choice: JSON) -> [Piece] {
        var message = choice["message"]?.objectValue ?? []
        let role = message.take("role") ?? "assistant"
        let content = message.take("content")?.stringValue
        let refusal = message.take("refusal")?.stringValue
        let calls = message.take("tool_calls")?.arrayValue ?? []
        let function = message.take("function_call").flatMap { $0.isNull ? nil : $0 }
        let logprobs = choice["logprobs"] ?? .null
        var opening = [JSONMember("role", role)]
        var pieces: [Piece] = []
        if content == nil, refusal == nil, let call = calls.first {
            opening.append(JSONMember("content", .null))
            opening.append(JSONMember("tool_calls", [Self.start(of: call, 0)]))
        } else if content == nil, refusal == nil, let function {
            opening.append(JSONMember("content", .null))
            opening.append(JSONMember("function_call", Self.start(ofFunction: function)))
        } else {
            opening.append(JSONMember("content", ""))
        }
        opening.append(JSONMember("refusal", .null))
        // The first chunk of a choice with odds says of no token.
        let none: JSON = logprobs.isNull ? .null : ["content": [], "refusal": .null]
        pieces.append(Self.piece("delta", .object(opening), logprobs: none))
        for member in message where !member.value.isNull && member.value != [] {
            if let text = member.value.stringValue {
                pieces += TokenText(text).tokens.map { Self.delta(member.key, .string($0)) }
            } else {
                pieces.append(Self.delta(member.key, member.value))
            }
        }
        for (name, text) in [("content", content), ("refusal", refusal)] {
            guard let text else { continue }
            for (token, logprobs) in tokens(of: text, logprobs[name]?.arrayValue) {
                let said: JSON =
                    logprobs.isEmpty
                    ? .null
                    : [
                        "content": name == "content" ? .array(logprobs) : .null,
                        "refusal": name == "refusal" ? .array(logprobs) : .null,
                    ]
                pieces.append(Self.delta(name, .string(token), logprobs: said))
            }
        }
        for (index, call) in calls.enumerated() {
            if index > 0 || content != nil || refusal != nil {
                pieces.append(Self.delta("tool_calls", [Self.start(of: call, index)]))
            }
            pieces += Self.arguments(of: call, index)
        }
        if let function {
            if content != nil || refusal != nil {
                pieces.append(Self.delta("function_call", Self.start(ofFunction: function)))
            }
            pieces += TokenText(function["arguments"]?.stringValue ?? "").tokens.map { token in
                Self.delta(
                    "function_call", .object([JSONMember("arguments", .string(token))]))
            }
        }
        let finish = choice["finish_reason"] ?? .null
        pieces.append(Self.piece("delta", .object([]), finish: finish))
        return pieces
    }

    /// The first fragment of a call: the only one with its id.
    private static func start(of call: JSON, _ index: Int) -> JSON {
        var members = call.objectValue ?? []
        members.insert(JSONMember("index", .number(JSONNumber(index))), at: 0)
        for part in ["function", "custom"] {
            guard case .object(var inside)? = call[part] else { continue }
            inside.set(part == "function" ? "arguments" : "input", "")
            members.set(part, .object(inside))
        }
        return .object(members)
    }

    /// The first fragment of a call from before there were tools: it has no id.
    private static func start(ofFunction call: JSON) -> JSON {
        var members = call.objectValue ?? []
        members.set("arguments", "")
        return .object(members)
    }

    private static func arguments(of call: JSON, _ index: Int) -> [Piece] {
        let isCustom = call["custom"] != nil
        let (part, name) = isCustom ? ("custom", "input") : ("function", "arguments")
        return TokenText(call[part]?[name]?.stringValue ?? "").tokens.map { token in
            let inside = JSON.object([JSONMember(name, .string(token))])
            return delta(
                "tool_calls",
                [
                    .object([
                        JSONMember("index", .number(JSONNumber(index))), JSONMember(part, inside),
                    ])
                ])
        }
    }

    /// The tokens of a text with their odds: the model's own tokens where it has said them and
    /// they make up the text, else ours.
    private mutating func tokens(of text: String, _ logprobs: [JSON]?) -> [(String, [JSON])] {
        let ours = TokenText(text).tokens
        guard let logprobs, !logprobs.isEmpty else { return ours.map { ($0, []) } }
        let theirs = logprobs.map { $0["token"]?.stringValue ?? "" }
        if theirs.joined() == text { return zip(theirs, logprobs).map { ($0, [$1]) } }
        notes.append("the log probabilities do not spell the text: its first chunk has them all")
        return ours.enumerated().map { ($1, $0 == 0 ? logprobs : []) }
    }

    // MARK: - Older completions

    private mutating func textPieces(_ choice: JSON) -> [Piece] {
        let text = choice["text"]?.stringValue ?? ""
        let logprobs = choice["logprobs"] ?? .null
        let theirs = logprobs["tokens"]?.arrayValue?.map { $0.stringValue ?? "" } ?? []
        var pieces: [Piece]
        if !theirs.isEmpty, theirs.joined() == text {
            pieces = theirs.enumerated().map { place, token in
                Self.piece("text", .string(token), logprobs: Self.part(of: logprobs, place))
            }
        } else {
            if !logprobs.isNull {
                notes.append(
                    "the log probabilities do not spell the text: its first chunk has them all")
            }
            pieces = TokenText(text).tokens.enumerated().map { place, token in
                Self.piece("text", .string(token), logprobs: place == 0 ? logprobs : .null)
            }
        }
        pieces.append(Self.piece("text", "", finish: choice["finish_reason"] ?? .null))
        return pieces
    }

    /// The four lists of the older form, at one place.
    private static func part(of logprobs: JSON, _ place: Int) -> JSON {
        .object(
            (logprobs.objectValue ?? []).map { member in
                guard let list = member.value.arrayValue, list.indices.contains(place) else {
                    return member
                }
                return JSONMember(member.key, [list[place]])
            })
    }
}
