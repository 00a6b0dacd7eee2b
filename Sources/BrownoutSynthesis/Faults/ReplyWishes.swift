package import BrownoutEngine

/// What a reply that is made up should have, so that the faults of its answer find what they are
/// about. A script is stronger, and so are the request's limits.
package struct ReplyWishes: Equatable, Sendable {
    /// Calls of tools, where the request offers tools or the script calls one.
    package var toolCalls: Int
    /// Arguments that are JSON, where there is a choice: a custom tool's input is a text.
    package var wantsJSONArguments: Bool
    /// Characters of several bytes in the text.
    package var isBeyondASCII: Bool

    package init(
        toolCalls: Int = 0, wantsJSONArguments: Bool = false, isBeyondASCII: Bool = false
    ) {
        self.toolCalls = toolCalls
        self.wantsJSONArguments = wantsJSONArguments
        self.isBeyondASCII = isBeyondASCII
    }

    package init(_ faults: [Fault]) {
        self.init()
        for fault in faults {
            switch fault {
            case .content(.argumentsNotJSON), .content(.argumentsBreakSchema):
                toolCalls = max(toolCalls, 1)
                wantsJSONArguments = true
            case .content(.argumentsCut), .content(.unknownTool): toolCalls = max(toolCalls, 1)
            case .content(.duplicateToolID): toolCalls = 2
            default: break
            }
            switch fault.position {
            case .inToolArguments?: toolCalls = max(toolCalls, 1)
            case .inUTF8?: isBeyondASCII = true
            default: break
            }
        }
    }
}
