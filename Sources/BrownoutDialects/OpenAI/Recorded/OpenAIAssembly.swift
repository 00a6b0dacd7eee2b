import BrownoutJSON

/// Puts the chunks of a completion together into its plain body (wire facts, 1 and 3).
struct OpenAIAssembly {
    let isChat: Bool
    var promptTokens = 0
    var outputTokens = 0
    private var top: [JSONMember] = []
    private var choices = JSON.null
    private var failure: JSON?

    init(isChat: Bool) {
        self.isChat = isChat
    }

    mutating func take(_ chunk: JSON) {
        guard case .object(let members) = chunk else { return }
        if let error = chunk["error"], !error.isNull {
            failure = .object([JSONMember("error", error)])
            return
        }
        for member in members {
            switch member.key {
            case "choices": choices.merge(member.value)
            // It pads a chunk and says nothing.
            case "obfuscation": continue
            default: if !member.value.isNull { top.set(member.key, member.value) }
            }
        }
    }

    /// The plain body; nil where no chunk came.
    func answer() -> ConvertedAnswer? {
        if let failure {
            return ConvertedAnswer(
                status: Self.status(of: failure["error"] ?? .null), body: failure.bytes,
                notes: ["the recorded stream broke off with an error, which is the whole answer"])
        }
        guard !top.isEmpty, let choices = choices.arrayValue else { return nil }
        var notes: [String] = []
        var rest = top
        var members: [JSONMember] = []
        func move(_ name: String) {
            if let value = rest.take(name) { members.append(JSONMember(name, value)) }
        }
        move("id")
        _ = rest.take("object")
        members.append(
            JSONMember("object", .string(isChat ? "chat.completion" : "text_completion")))
        move("created")
        move("model")
        let sorted = choices.sorted { ($0["index"]?.intValue ?? 0) < ($1["index"]?.intValue ?? 0) }
        members.append(JSONMember("choices", .array(sorted.map { choice($0, &notes) })))
        members.append(JSONMember("usage", rest.take("usage") ?? usage(&notes)))
        move("service_tier")
        move("system_fingerprint")
        return ConvertedAnswer(body: JSON.object(members + rest).bytes, notes: notes)
    }

    /// Chunks carry it only where the client asked for it (wire facts, 1.2).
    private func usage(_ notes: inout [String]) -> JSON {
        notes.append("the recorded stream has no usage: tokens are estimated")
        return .object([
            JSONMember("prompt_tokens", .number(JSONNumber(promptTokens))),
            JSONMember("completion_tokens", .number(JSONNumber(outputTokens))),
            JSONMember("total_tokens", .number(JSONNumber(promptTokens + outputTokens))),
        ])
    }

    private func choice(_ choice: JSON, _ notes: inout [String]) -> JSON {
        guard case .object(var rest) = choice else { return choice }
        let index = rest.take("index") ?? 0
        var members: [JSONMember] = []
        if isChat {
            members.append(JSONMember("index", index))
            members.append(JSONMember("message", message(rest.take("delta") ?? .object([]))))
        } else {
            members.append(JSONMember("text", rest.take("text") ?? ""))
            members.append(JSONMember("index", index))
        }
        members.append(JSONMember("logprobs", logprobs(rest.take("logprobs") ?? .null)))
        let reason = rest.take("finish_reason") ?? .null
        if reason.isNull {
            notes.append(
                "choice \(index.text) of the recorded stream ends without a finish_reason")
        }
        members.append(JSONMember("finish_reason", reason))
        return .object(members + rest)
    }

    /// The first chunk has an empty list of odds; where the choice refuses, it stays empty.
    private func logprobs(_ value: JSON) -> JSON {
        guard case .object(var members) = value, value["content"] == [],
            value["refusal"]?.arrayValue != nil
        else { return value }
        members.set("content", .null)
        return .object(members)
    }

    private func message(_ delta: JSON) -> JSON {
        guard case .object(var rest) = delta else { return delta }
        var members = [JSONMember("role", rest.take("role") ?? "assistant")]
        var content = rest.take("content") ?? .null
        let refusal = rest.take("refusal") ?? .null
        let calls = rest.take("tool_calls")
        let function = rest.take("function_call")
        // The first chunk has an empty content, whatever comes.
        if content == "", !refusal.isNull || calls != nil || function != nil { content = .null }
        members.append(JSONMember("content", content))
        if let calls {
            let list = calls.arrayValue ?? []
            members.append(JSONMember("tool_calls", .array(list.map { $0.without("index") })))
        }
        if let function { members.append(JSONMember("function_call", function)) }
        members.append(JSONMember("refusal", refusal))
        members.append(JSONMember("annotations", rest.take("annotations") ?? []))
        return .object(members + rest)
    }

    /// The status that an error of this type or code comes with (wire facts, 4).
    private static func status(of error: JSON) -> Int {
        switch (error["code"]?.stringValue, error["type"]?.stringValue) {
        case ("rate_limit_exceeded"?, _), (_, "insufficient_quota"?), (_, "tokens"?),
            (_, "requests"?):
            429
        case ("invalid_api_key"?, _): 401
        case (_, "invalid_request_error"?): 400
        default: 500
        }
    }
}
