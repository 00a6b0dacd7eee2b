/// A response in a scenario's own words: nothing in it is the provider's.
package struct RawAnswer: Equatable, Sendable {
    package var status: Int
    /// The status line's text; nil: the usual one.
    package var reason: String?
    /// All there are; a length that frames the body is added unless one is given.
    package var headers: [HeaderField]
    package var body: AnswerOverride.Body?

    package init(
        status: Int, reason: String? = nil, headers: [HeaderField] = [],
        body: AnswerOverride.Body? = nil
    ) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }
}

/// A stream in a scenario's own words.
package struct RawStream: Equatable, Sendable {
    package enum Frame: Equatable, Sendable {
        /// Sent as it is, in a chunk of its own.
        case text(String)
        /// An event: its name and each line of its data.
        case event(name: String?, data: String)
        case wait(Duration)
    }

    package var status: Int
    package var contentType: String
    package var headers: [HeaderField]
    package var frames: [Frame]
    package var ending: CutEnding

    package init(
        status: Int = 200, contentType: String = "text/event-stream", headers: [HeaderField] = [],
        frames: [Frame], ending: CutEnding = .clean
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.frames = frames
        self.ending = ending
    }
}
