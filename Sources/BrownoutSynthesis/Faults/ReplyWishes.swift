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

    /// What these faults need a reply to have, all of them together.
    package init(_ faults: [Fault]) {
        self.init()
        for fault in faults {
            let isInCalls = fault.traits.contains(.inCalls)
            if isInCalls || fault.position == .inToolArguments { toolCalls = max(toolCalls, 1) }
            if fault.kind == .content(.duplicateToolID) { toolCalls = 2 }
            if [.content(.argumentsNotJSON), .content(.argumentsBreakSchema)].contains(fault.kind) {
                wantsJSONArguments = true
            }
            if fault.position == .inUTF8 { isBeyondASCII = true }
        }
    }
}
