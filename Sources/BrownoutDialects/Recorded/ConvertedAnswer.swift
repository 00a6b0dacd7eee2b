package import BrownoutEngine
import BrownoutJSON
package import BrownoutWire

/// What a recorded answer would have been, had the other kind been asked for: a plain body for a
/// stream, or a stream for a plain body.
package struct ConvertedAnswer: Equatable, Sendable {
    /// 200, or the status of the error that the recorded stream broke off with: a client that did
    /// not ask for a stream would have seen it as that.
    package var status: Int
    /// The body of the other kind, without framing and content codings.
    package var body: [UInt8]
    /// What could not be carried, or had to be made up, in sentences.
    package var notes: [String]
    /// Whether what was recorded had come to the end of what it says.
    package var isFinished = true

    init(status: Int = 200, body: [UInt8], notes: [String] = []) {
        self.status = status
        self.body = body
        self.notes = notes
    }

    /// The same, made of a stream that may have stopped before its end: without a terminal event
    /// and without the reason for which a model stops.
    fileprivate func made(
        ofStream stream: [UInt8], _ form: StreamForm, of dialect: DialectName
    ) -> ConvertedAnswer {
        var answer = self
        guard status < 400, !RecordedAnswer.hasEnded(stream, form, of: dialect) else {
            return answer
        }
        let json = try? JSON.parse(body)
        answer.isFinished = json.map(Dialects.profile(dialect).answers.isFinished) ?? false
        return answer
    }
}

extension RecordedAnswer {
    /// The plain body that a recorded stream amounts to; nil where the endpoint does not stream,
    /// or where the body holds nothing of its dialect's. `promptTokens` are for a usage that the
    /// stream did not say.
    package static func plain(
        ofStream body: [UInt8], _ form: StreamForm, endpoint: Endpoint, of dialect: DialectName,
        promptTokens: Int = 0
    ) -> ConvertedAnswer? {
        guard endpoint.operation.writesTokens else { return nil }
        return Dialects.of(dialect).plain(ofStream: body, form, endpoint, promptTokens)?
            .made(ofStream: body, form, of: dialect)
    }

    /// The stream that says what a recorded plain body says, token by token; nil where the
    /// endpoint does not stream, or where the body is none of its dialect's. An error is no
    /// answer: it is the same for both kinds.
    ///
    /// It is made of the recorded JSON rather than of a ``Reply``, so that ids, usage, signatures
    /// and blocks which we know nothing of stay what they were.
    package static func stream(
        ofPlain body: [UInt8], endpoint: Endpoint, of dialect: DialectName,
        includesUsage: Bool = false
    ) -> ConvertedAnswer? {
        guard endpoint.operation.writesTokens,
            let json = EventData.json(
                Array(body.drop { [0x20, 0x0A, 0x0D, 0x09].contains($0) }))
        else { return nil }
        return Dialects.of(dialect).stream(ofPlain: json, endpoint, includesUsage: includesUsage)
    }
}
