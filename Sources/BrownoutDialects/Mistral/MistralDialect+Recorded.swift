import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension MistralDialect {
    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer? {
        var assembly = MistralAssembly()
        RecordedAnswer.eachFrame(body, form.framing) { assembly.take($0) }
        return assembly.answer {
            let tokens = RecordedAnswer.tokens(body, form.framing, of: .mistral).reduce(0, +)
            return [
                "prompt_tokens": .number(JSONNumber(promptTokens)),
                "total_tokens": .number(JSONNumber(promptTokens + tokens)),
                "completion_tokens": .number(JSONNumber(tokens)),
            ]
        }
    }

    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer? {
        MistralUnfolding(json)?.answer()
    }

    /// The chunk without choices that gateways in between begin with.
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent? { Self.emptyChunk }

    private static let emptyChunk = StreamEvent(
        nil,
        ["id": "", "object": "chat.completion.chunk", "created": 0, "model": "", "choices": []])
}

/// Puts the chunks of a recorded stream together to the plain body that they amount to.
struct MistralAssembly {
    private var top: [JSONMember] = []
    private var choices: [(index: Int, choice: Choice)] = []
    private var failure: JSON?

    private struct Choice {
        /// Texts, and lists with what was thought, in the order they came.
        var content: [JSON] = []
        var calls = JSON.array([])
        var finish = JSON.null
        var rest: [JSONMember] = []
    }

    mutating func take(_ chunk: JSON) {
        guard case .object(let members) = chunk else { return }
        if chunk["object"] == "error" || !(chunk["error"] ?? .null).isNull {
            failure = chunk
            return
        }
        for member in members where member.key != "choices" && member.key != "p" {
            if !member.value.isNull { top.set(member.key, member.value) }
        }
        for choice in chunk["choices"]?.arrayValue ?? [] { take(choice: choice) }
    }

    private mutating func take(choice: JSON) {
        let index = choice["index"]?.intValue ?? 0
        if !choices.contains(where: { $0.index == index }) { choices.append((index, Choice())) }
        guard let place = choices.firstIndex(where: { $0.index == index }) else { return }
        for member in choice["delta"]?.objectValue ?? [] where !member.value.isNull {
            switch member.key {
            case "role": break
            case "content": choices[place].choice.content.append(member.value)
            case "tool_calls": choices[place].choice.calls.merge(member.value)
            default: choices[place].choice.rest.set(member.key, member.value)
            }
        }
        if let finish = choice["finish_reason"], !finish.isNull {
            choices[place].choice.finish = finish
        }
    }

    /// The plain body; nil where no chunk came. `usage` is asked where none was said.
    func answer(usage: () -> JSON) -> ConvertedAnswer? {
        if let failure {
            return ConvertedAnswer(
                status: failure["raw_status_code"]?.intValue ?? 500, body: failure.bytes,
                notes: ["the recorded stream broke off with an error, which is the whole answer"])
        }
        guard !top.isEmpty else { return nil }
        var (rest, notes, members) = (top, [String](), [JSONMember]())
        for name in ["id", "created", "model", "usage"] {
            if let value = rest.take(name) {
                members.append(JSONMember(name, value))
            } else if name == "usage" {
                notes.append("the recorded stream has no usage: tokens are estimated")
                members.append(JSONMember(name, usage()))
            }
        }
        _ = rest.take("object")
        members.append(JSONMember("object", "chat.completion"))
        let sorted = choices.sorted { $0.index < $1.index }
        members.append(
            JSONMember(
                "choices", .array(sorted.map { Self.choice($0.choice, at: $0.index, &notes) })))
        return ConvertedAnswer(body: JSON.object(members + rest).bytes, notes: notes)
    }

    private static func choice(_ choice: Choice, at index: Int, _ notes: inout [String]) -> JSON {
        if choice.finish.isNull {
            notes.append("choice \(index) of the recorded stream ends without a finish_reason")
        }
        let message =
            [
                JSONMember("role", "assistant"),
                JSONMember("tool_calls", choice.calls == [] ? .null : choice.calls),
                JSONMember("content", content(choice.content)),
            ] + choice.rest
        return [
            "index": .number(JSONNumber(index)), "finish_reason": choice.finish,
            "message": .object(message),
        ]
    }

    /// A text, or where there is more than texts, a list in which neighbours of a kind are one.
    private static func content(_ pieces: [JSON]) -> JSON {
        var (thinking, text, others) = ("", "", [JSON]())
        for piece in pieces {
            guard let parts = piece.arrayValue else {
                text += piece.stringValue ?? ""
                continue
            }
            for part in parts {
                switch part["type"]?.stringValue {
                case "thinking"?:
                    thinking += (part["thinking"]?.arrayValue ?? []).map {
                        $0["text"]?.stringValue ?? ""
                    }.joined()
                case "text"?: text += part["text"]?.stringValue ?? ""
                default: others.append(part)
                }
            }
        }
        if thinking.isEmpty, others.isEmpty { return .string(text) }
        var list: [JSON] = []
        if !thinking.isEmpty {
            list.append([
                "type": "thinking", "thinking": [["type": "text", "text": .string(thinking)]],
                "closed": true,
            ])
        }
        if !text.isEmpty { list.append(["type": "text", "text": .string(text)]) }
        return .array(list + others)
    }
}

/// Makes the chunks of a completion out of its plain body.
struct MistralUnfolding {
    private let prefix: [JSONMember]
    private let usage: JSON
    private let choices: [JSON]

    /// Nil for anything that is no completion.
    init?(_ body: JSON) {
        guard case .object(let members) = body, let choices = body["choices"]?.arrayValue else {
            return nil
        }
        self.choices = choices
        usage = body["usage"] ?? .null
        var rest = members.filter { !["object", "choices", "usage"].contains($0.key) }
        var prefix: [JSONMember] = []
        for name in ["id", "object", "created", "model"] {
            if name == "object" {
                prefix.append(JSONMember(name, "chat.completion.chunk"))
            } else if let value = rest.take(name) {
                prefix.append(JSONMember(name, value))
            }
        }
        self.prefix = prefix + rest
    }

    func answer() -> ConvertedAnswer {
        let pieces = choices.map(Self.deltas)
        var events: [StreamEvent] = []
        let most = pieces.map(\.count).max() ?? 0
        for place in 0..<most {
            for (number, deltas) in pieces.enumerated() where place < deltas.count {
                let isLast = place == deltas.count - 1
                var members = prefix
                let choice: JSON = [
                    "index": choices[number]["index"] ?? .number(JSONNumber(number)),
                    "delta": deltas[place],
                    "finish_reason": isLast ? choices[number]["finish_reason"] ?? .null : .null,
                ]
                members.append(JSONMember("choices", [choice]))
                if place == most - 1, number == pieces.lastIndex(where: { $0.count == most }),
                    !usage.isNull
                {
                    members.append(JSONMember("usage", usage))
                }
                events.append(StreamEvent(nil, JSON.object(members)))
            }
        }
        events.append(StreamEvent(marker: "[DONE]"))
        return ConvertedAnswer(body: StreamForm.mistral.framing.body(of: events))
    }

    /// What each chunk brings of a choice: the role, what was thought and said token by token, each
    /// call whole, the end.
    private static func deltas(_ choice: JSON) -> [JSON] {
        let message = choice["message"] ?? .null
        var deltas: [JSON] = [["role": "assistant", "content": ""]]
        switch message["content"] {
        case .string(let text)?: deltas += texts(text)
        case .array(let parts)?:
            for part in parts {
                switch part["type"]?.stringValue {
                case "text"?: deltas += texts(part["text"]?.stringValue ?? "")
                case "thinking"?:
                    for text in part["thinking"]?.arrayValue ?? [] {
                        deltas += TokenText(text["text"]?.stringValue ?? "").tokens.map { token in
                            let piece: JSON = ["type": "text", "text": .string(token)]
                            return ["content": [["type": "thinking", "thinking": [piece]]]]
                        }
                    }
                default: deltas.append(["content": [part]])
                }
            }
        default: break
        }
        for call in message["tool_calls"]?.arrayValue ?? [] {
            deltas.append(["tool_calls": [call]])
        }
        let known = ["role", "content", "tool_calls"]
        for member in message.objectValue ?? []
        where !known.contains(member.key) && !member.value.isNull {
            deltas.append(.object([member]))
        }
        deltas.append(["content": ""])
        return deltas
    }

    private static func texts(_ text: String) -> [JSON] {
        TokenText(text).tokens.map { ["content": .string($0)] }
    }
}
