package import BrownoutEngine
import BrownoutJSON

/// What a request has to do with conversations that the provider keeps.
package final class ThreadTurn: Sendable {
    /// The kept conversation that the request goes on with; nil: it begins one.
    package let continued: ThreadName?
    /// The conversation up to the request's last message.
    package let thread: KeptThread

    init(continued: ThreadName?, thread: KeptThread) {
        self.continued = continued
        self.thread = thread
    }
}

extension SessionRequest {
    /// The answer after which a request to Anthropic goes on; nil: it sends all there is.
    package var continuedAnswer: String? {
        guard headers.fields.has(.anthropicBeta),
            AnthropicThread.isAllowed(by: headers.anthropicBeta),
            case .success(let body) = request.body, let thread = body["thread"],
            thread["type"] == "continue"
        else { return nil }
        return thread["previous_message_id"]?.stringValue
    }

    /// Reads the request as if what is kept had been sent with it.
    package mutating func resume(
        _ name: ThreadName, _ thread: Result<KeptThread, ThreadRefusal>
    ) {
        switch thread {
        case .failure(let refusal): resumed = .failure(refusal)
        case .success(let kept):
            guard case .success(.object(let members)) = request.body else { return }
            resumed = .success(ResumedThread(name, kept, members))
        }
    }
}

/// A request and what is kept of the conversation that it goes on with.
struct ResumedThread: Sendable {
    let name: ThreadName
    let kept: KeptThread
    /// The request's members as if it had sent everything.
    let members: [JSONMember]
    /// Members that belong to the conversation, and that the request gives all the same.
    let repeated: String?

    init(_ name: ThreadName, _ kept: KeptThread, _ sent: [JSONMember]) {
        self.name = name
        self.kept = kept
        repeated =
            sent.first {
                ["system", "tools"].contains($0.key) && !$0.value.isNull
            }?.key
        var members = sent.filter { $0.key != "system" && $0.key != "tools" }
        for index in members.indices where members[index].key == "messages" {
            guard case .array(let more) = members[index].value else { continue }
            members[index].value = .array(kept.messages + more)
        }
        if let system = kept.system { members.append(JSONMember("system", system)) }
        if let tools = kept.tools { members.append(JSONMember("tools", tools)) }
        self.members = members
    }
}

/// Anthropic's `thread`: the server keeps a conversation under the id of its last answer, and the
/// next request sends only what is new. What is said here follows from what the SDK makes of it
/// (`lib/threads`); statuses and words are inferred.
enum AnthropicThread {
    static func isAllowed(by beta: String) -> Bool { beta.contains("message-threads-") }

    /// Names that a request gives and that a thread does not go with
    /// (`thread_unsupported_feature_name.py`).
    private static let foreign = [
        "cache_control", "context_management", "fallbacks", "thinking",
    ]

    /// Checks `thread`; whether the request takes part in one at all.
    static func check(
        _ value: JSON?, of members: [JSONMember], beta: String, isAnthropic: Bool
    ) throws(ProviderError) -> Bool {
        guard let value, !value.isNull else { return false }
        guard isAllowed(by: beta) else {
            if isAnthropic { throw AnthropicField.extra("thread") }
            return false
        }
        let type = try AnthropicField.tag(value, "thread", among: ["continue", "create"])
        if type == "continue" {
            let name = "thread.continue.previous_message_id"
            _ = try AnthropicField.string(value["previous_message_id"], name)
        }
        try AnthropicField.object(
            value, "thread.\(type)",
            keys: type == "continue" ? ["previous_message_id", "type"] : ["type"])
        let found = foreign.filter { name in
            members.contains { $0.key == name && isOn($0.value) }
        }
        if !found.isEmpty { throw unsupported(found) }
        return true
    }

    private static func isOn(_ value: JSON) -> Bool {
        !value.isNull && value["type"] != "disabled"
    }

    private static func unsupported(_ names: [String]) -> ProviderError {
        var error = AnthropicField.refusal(
            "thread: not supported together with \(names.joined(separator: ", ")). Send the full "
                + "conversation without `thread`.")
        error.detail = "thread_unsupported_request"
        error.unsupported = names
        return error
    }

    static func refusal(_ refusal: ThreadRefusal) -> ProviderError {
        let replay = "replay the full conversation with `thread: {\"type\": \"create\"}`."
        var error =
            switch refusal {
            case .notFound:
                ProviderError(
                    status: 404, type: "not_found_error",
                    message: "thread: no usable state was found for `previous_message_id`; "
                        + replay)
            case .alreadyContinued:
                AnthropicField.refusal(
                    "thread: `previous_message_id` has already been continued. Continue from the "
                        + "most recent response, or " + replay)
            case .inFlight:
                ProviderError(
                    status: 409, type: "conflict_error",
                    message: "thread: another request is still continuing from "
                        + "`previous_message_id`. Wait for it, or " + replay)
            }
        error.detail = refusal.rawValue
        return error
    }

    static func repeated(_ name: String) -> ProviderError {
        AnthropicField.refusal(
            name, "Extra inputs are not permitted when `thread` continues a conversation")
    }
}

extension Dialects {
    /// What is to be kept of a conversation when the answer to its last request is delivered.
    package static func threadTicket(
        _ turn: ThreadTurn, _ chat: ChatRequest, _ reply: Reply, context: AnswerContext
    ) -> ThreadTicket {
        let message = AnthropicMessage(chat, reply, context)
        let content = message.content
        // The API takes no empty message back.
        let said: [JSON] =
            content.isEmpty ? [] : [["role": "assistant", "content": .array(content)]]
        return ThreadTicket(
            continued: turn.continued, kept: (message.id, turn.thread.saying(said)))
    }
}

extension AnthropicMessage {
    /// The content as a client sends it back.
    fileprivate var content: [JSON] {
        blocks.map { block in
            switch block {
            case .thinking(let text):
                [
                    "type": "thinking", "thinking": .string(text.text),
                    "signature": .string(signature),
                ]
            case .text(let text): ["type": "text", "text": .string(text.text)]
            case .tool(let call):
                [
                    "type": "tool_use", "id": .string(Self.callID(call)),
                    "name": .string(call.name), "input": Self.input(call),
                ]
            }
        }
    }

    /// Arguments that are no object were sent as something else, and cannot be sent back.
    private static func input(_ call: Reply.ToolCall) -> JSON {
        guard let input = try? JSON.parse(call.arguments.text), case .object = input else {
            return [:]
        }
        return input
    }
}
