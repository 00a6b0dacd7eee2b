/// What a healthy answer says, as far as a scenario scripts it; the rest is synthesised.
package struct ReplyScript: Equatable, Sendable {
    package var thinking: String?
    package var text: String?
    /// The words a request is declined with, in place of an answer.
    package var refusal: String?
    package var toolCalls: [ScriptedToolCall]
    /// The provider's own word for why the answer ended (`tool_calls`, `end_turn`).
    package var finish: String?
    /// The length of synthesised text in tokens; nil: drawn between 12 and 40.
    package var tokens: CountRange?

    package init(
        thinking: String? = nil, text: String? = nil, refusal: String? = nil,
        toolCalls: [ScriptedToolCall] = [], finish: String? = nil, tokens: CountRange? = nil
    ) {
        self.thinking = thinking
        self.text = text
        self.refusal = refusal
        self.toolCalls = toolCalls
        self.finish = finish
        self.tokens = tokens
    }
}

/// A tool call of a scripted reply.
package struct ScriptedToolCall: Equatable, Sendable {
    package var name: String
    /// The text of the arguments: JSON where the scenario gives a mapping, anything where it
    /// gives `raw-arguments`.
    package var arguments: String

    package init(name: String, arguments: String) {
        self.name = name
        self.arguments = arguments
    }
}
