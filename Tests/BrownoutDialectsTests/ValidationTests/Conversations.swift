import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting

/// Parts of conversations to put together, and what a provider says to a whole.
enum Conversations {
    static let hello: JSON = ["role": "user", "content": "hello"]

    static func call(_ id: String) -> JSON {
        [
            "id": .string(id), "type": "function",
            "function": ["name": "f", "arguments": "{}"],
        ]
    }

    static func calls(_ ids: String...) -> JSON {
        ["role": "assistant", "content": nil, "tool_calls": .array(ids.map(call))]
    }

    static func result(_ id: String) -> JSON {
        ["role": "tool", "tool_call_id": .string(id), "content": "sunny"]
    }

    static func user(_ parts: JSON...) -> JSON { ["role": "user", "content": .array(parts)] }

    static func assistant(_ parts: JSON...) -> JSON {
        ["role": "assistant", "content": .array(parts)]
    }

    static func text(_ text: String) -> JSON { ["type": "text", "text": .string(text)] }

    static func use(_ id: String) -> JSON {
        ["type": "tool_use", "id": .string(id), "name": "f", "input": [:]]
    }

    static func toolResult(_ id: String) -> JSON {
        ["type": "tool_result", "tool_use_id": .string(id), "content": "sunny"]
    }

    /// What OpenAI says to messages; nil where it takes them.
    static func openAI(_ messages: JSON...) -> ProviderError? {
        Samples.request(.openai, [("messages", .array(messages))]).refusal
    }

    /// What Anthropic says to messages; nil where it takes them.
    static func anthropic(_ messages: JSON...) -> String? {
        Samples.request(.anthropic, [("messages", .array(messages))]).refusal?.message
    }
}
