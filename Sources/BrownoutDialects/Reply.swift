package import BrownoutEngine

/// What an answer says, before a dialect puts it into words of its API.
package struct Reply: Equatable, Sendable {
    /// One of the answers asked for.
    package struct Choice: Equatable, Sendable {
        /// What the model thinks before it answers; nil: it does not think.
        package var thinking: TokenText?
        /// What the answer says; nil where it only calls tools.
        package var text: TokenText?
        /// The text declines what was asked. It can be cut short, and then ends for another
        /// reason than ``Finish/refusal``.
        package var isRefusal: Bool
        /// The tools that the answer calls, in the order it calls them.
        package var toolCalls: [ToolCall]
        /// Why the answer ends; dialects have their own words for it.
        package var finish: Finish

        /// `isRefusal` follows from why the answer ends.
        package init(
            thinking: TokenText? = nil, text: TokenText? = nil, toolCalls: [ToolCall] = [],
            finish: Finish
        ) {
            self.thinking = thinking
            self.text = text
            isRefusal = finish == .refusal
            self.toolCalls = toolCalls
            self.finish = finish
        }
    }

    /// A call of a tool; dialects make its id out of the word.
    package struct ToolCall: Equatable, Sendable {
        /// How OpenAI's API puts a call; Anthropic's has one form only.
        package enum Form: Equatable, Sendable {
            case function
            /// The input is a text.
            case custom
            /// `function_call`, from before there were tools: one at most, without an id.
            case legacy
        }

        /// A draw that ``WordStream`` makes the id out of: `call_…`, `toolu_…`.
        package var id: UInt64
        /// The tool's name, as the request offers it or the scenario writes it.
        package var name: String
        /// JSON as a rule; a scenario may script anything, and a custom tool is given a text.
        package var arguments: TokenText
        /// How OpenAI's API puts the call; a custom tool's arguments are a text.
        package var form: Form

        package init(id: UInt64, name: String, arguments: TokenText, form: Form = .function) {
            self.id = id
            self.name = name
            self.arguments = arguments
            self.form = form
        }
    }

    /// Why an answer ends.
    package enum Finish: Equatable, Sendable {
        case stop
        case length
        case toolCalls
        case stopSequence(String)
        case refusal
        /// A scenario's own word, sent as it is.
        case verbatim(String)
    }

    /// As many as the request asks for, in the order of their indices.
    package var choices: [Choice]
    /// All tokens of the prompt, cached ones among them.
    package var promptTokens: Int
    /// What of them the provider's cache had, and what it keeps.
    package var cache: CacheUse
    /// Whether a text of it is JSON because the prompt holds a schema.
    package var isShapedByPrompt = false

    package init(choices: [Choice], promptTokens: Int, cache: CacheUse = .none) {
        self.choices = choices
        self.promptTokens = promptTokens
        self.cache = cache
    }

    /// Tokens of all choices: thinking, text and tool arguments.
    package var completionTokens: Int {
        choices.reduce(0) { $0 + $1.tokens }
    }
}

/// A text with the places where its tokens end, so that any token can be sent by its index.
package struct TokenText: Equatable, Sendable {
    /// The text, whole.
    package let text: String
    /// Offsets in UTF-8.
    package let ends: [Int32]

    /// Estimates where the tokens of a text end.
    package init(_ text: String) {
        self.text = text
        self.ends = TokenEstimate.ends(text)
    }

    /// The tokens as texts of their own.
    var tokens: [String] { ends.indices.map { String(token($0)) } }

    /// The token at an index from 0.
    package func token(_ index: Int) -> Substring {
        let utf8 = text.utf8
        let start = index == 0 ? 0 : Int(ends[index - 1])
        let from = utf8.index(utf8.startIndex, offsetBy: start)
        return text[from..<utf8.index(utf8.startIndex, offsetBy: Int(ends[index]))]
    }
}
