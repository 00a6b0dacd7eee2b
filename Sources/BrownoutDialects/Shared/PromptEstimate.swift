import BrownoutEngine
import BrownoutJSON

/// What structured parts of a prompt (tools, tool calls) cost in tokens.
enum PromptEstimate {
    /// One token a name or a plain value, and the texts by the common estimate. Where the cache
    /// is to keep the prompt up to is no part of it.
    static func tokens(_ value: JSON) -> Int {
        switch value {
        case .null, .bool, .number: 1
        case .string(let text): TokenEstimate.count(text)
        case .array(let items): items.reduce(0) { $0 + tokens($1) }
        case .object(let members):
            members.reduce(0) { $1.key == "cache_control" ? $0 : $0 + 1 + tokens($1.value) }
        }
    }
}
