/// What a provider answers, before it is framed for a connection and before faults.
package struct Answer: Sendable {
    package var head: ResponseHead
    package var body: Body

    /// A plain body that is known whole, a stream of events, or what somebody else sent.
    package enum Body: Sendable {
        case whole(WholeBody)
        case events(EventStream)
        /// The head frames it.
        case passed(PassedBody)
    }

    package init(head: ResponseHead, body: Body) {
        self.head = head
        self.body = body
    }

    /// Whether the answer is a stream of events.
    package var isStream: Bool {
        switch body {
        case .whole: return false
        case .events: return true
        case .passed:
            let type = head.fields.value(of: "content-type")?.lowercased()
            return type?.hasPrefix("text/event-stream") ?? false
        }
    }
}

/// The status line and the header fields, in the order they are sent. Fields that frame the body
/// (`content-length`, `transfer-encoding`) are added by the framing.
package struct ResponseHead: Equatable, Sendable {
    package var status: Int
    package var reason: String
    package var fields: HeaderBlock

    package init(status: Int, reason: String, fields: HeaderBlock) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }
}

/// A body that is sent in one piece.
package struct WholeBody: Sendable {
    package var bytes: [UInt8]
    /// Where in `bytes` the tokens of the reply end, in order; empty when the body says nothing.
    /// Only asked for when a fault stands at a token.
    package var tokenEnds: @Sendable () -> [Int]
    /// How many tokens the reply has: a plain answer takes as long as its stream would.
    package var tokens: Int
    /// What stands right before the arguments of a tool call; nil where there are none.
    package var toolMark: StaticString?

    package init(
        _ bytes: [UInt8], tokens: Int = 0, tokenEnds: @escaping @Sendable () -> [Int] = { [] }
    ) {
        self.bytes = bytes
        self.tokens = tokens
        self.tokenEnds = tokenEnds
    }
}

/// A stream of events that can be rendered one at a time, in any order, any number of times: an
/// open stream holds this value and an index, not its bytes.
package struct EventStream: Sendable {
    /// The number of events, the protocol's own end included.
    package var count: Int
    /// Appends the event at an index, with its blank line.
    package var render: @Sendable (_ index: Int, _ bytes: inout [UInt8]) -> Void
    /// The tokens of the reply that the event at an index brings.
    package var tokens: @Sendable (_ index: Int) -> Int
    /// A wait of its own before the event at an index.
    package var pause: @Sendable (_ index: Int) -> Duration = { _ in .zero }
    /// What stands in an event right before a piece of a tool call's arguments; nil where there
    /// are none.
    package var toolMark: StaticString?

    package init(
        count: Int, tokens: @escaping @Sendable (_ index: Int) -> Int,
        render: @escaping @Sendable (_ index: Int, _ bytes: inout [UInt8]) -> Void
    ) {
        self.count = count
        self.tokens = tokens
        self.render = render
    }
}
