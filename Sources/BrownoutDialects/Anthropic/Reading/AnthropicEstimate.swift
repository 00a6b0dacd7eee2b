import BrownoutEngine
import BrownoutJSON

/// What the parts of a prompt to Anthropic cost in tokens, for usage, counts and the cache alike.
enum AnthropicEstimate {
    /// A message, before its content.
    static let message = 4
    /// About what a small picture costs (Anthropic's vision guide: w * h / 750).
    static let picture = 200

    static func tokens(_ block: JSON) -> Int {
        switch block["type"] {
        case "text"?: block["text"]?.stringValue.map(TokenEstimate.count) ?? 0
        case "tool_result"?: block["content"].map(PromptEstimate.tokens) ?? 0
        case "tool_use"?: block["input"].map(PromptEstimate.tokens) ?? 0
        case "image"?, "document"?: picture
        default: PromptEstimate.tokens(block)
        }
    }
}
