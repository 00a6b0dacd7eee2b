/// What a provider answers, before it is framed for a connection and before faults.
package struct Answer: Sendable {
    /// The status line and the fields, without those that frame the body.
    package var head: ResponseHead
    /// What stands behind the head, whole or in the events or pieces it will go out in.
    package var body: Body

    /// A plain body that is known whole, a stream of events, or what somebody else sent.
    package enum Body: Sendable {
        case whole(WholeBody)
        case events(EventStream)
        /// The head frames it. By reference, as it would make every answer as large as itself.
        indirect case passed(PassedBody)
    }

    package init(head: ResponseHead, body: Body) {
        self.head = head
        self.body = body
    }

    /// Whether the answer is a stream of events.
    package var isStream: Bool { framing != nil }

    /// How its events are framed; nil: it is no stream.
    package var framing: EventFraming? {
        switch body {
        case .whole: nil
        case .events(let stream): stream.form.framing
        case .passed(let body): body.events
        }
    }
}

/// The status line and the header fields, in the order they are sent. Fields that frame the body
/// (`content-length`, `transfer-encoding`) are added by the framing.
package struct ResponseHead: Equatable, Sendable {
    /// The status code of the status line: `200`.
    package var status: Int
    /// The phrase behind the status code: `Too Many Requests`. HTTP/2 does not send it (RFC 9113,
    /// 8.3.2).
    package var reason: String
    /// The fields in the order they go out in.
    package var fields: HeaderBlock

    package init(status: Int, reason: String, fields: HeaderBlock) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }
}

/// A body that is sent in one piece.
package struct WholeBody: Sendable {
    /// The body as it goes out, without framing.
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
