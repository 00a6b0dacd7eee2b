/// What a healthy answer says, as far as a scenario scripts it; the rest is synthesised.
package struct ReplyScript: Equatable, Sendable {
    /// What the model thinks before it answers; nil: synthesised where the request asks for it.
    package var thinking: String?
    /// What the answer says; nil: synthesised, unless the script refuses or calls tools.
    package var text: String?
    /// The words a request is declined with, in place of an answer.
    package var refusal: String?
    /// The tools the answer calls, in order; empty: none where there is a text, else what the
    /// request and its tools suggest.
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
    /// The name of the tool, which the request need not offer.
    package var name: String
    /// The text of the arguments: JSON where the scenario gives a mapping, anything where it
    /// gives `raw-arguments`.
    package var arguments: String

    package init(name: String, arguments: String) {
        self.name = name
        self.arguments = arguments
    }
}
