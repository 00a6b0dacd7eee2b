/// A response in a scenario's own words: nothing in it is the provider's.
package struct RawAnswer: Equatable, Sendable {
    /// The status of the response, from 200 to 999 in a scenario.
    package var status: Int
    /// The status line's text; nil: the usual one.
    package var reason: String?
    /// All there are; a length that frames the body is added unless one is given.
    package var headers: [HeaderField]
    /// The body as it is sent; nil: an empty one.
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
    /// One thing that a stream sends, or a wait before the next.
    package enum Frame: Equatable, Sendable {
        /// Sent as it is, in a chunk of its own.
        case text(String)
        /// An event: its name and each line of its data.
        case event(name: String?, data: String)
        case wait(Duration)
    }

    /// The status of the response, from 200 to 999 in a scenario.
    package var status: Int
    /// The value of the field `content-type`, which goes out first.
    package var contentType: String
    /// All other fields of the head; nothing of the provider's is added.
    package var headers: [HeaderField]
    /// What is sent, in order. A wait at the end is over before the stream ends.
    package var frames: [Frame]
    /// How the stream ends behind the last frame; ``CutEnding/clean`` is the usual end of a
    /// response.
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
