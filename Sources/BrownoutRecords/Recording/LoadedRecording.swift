package import BrownoutDialects
package import BrownoutEngine
package import BrownoutWire

/// A recording with what its answer says that it cost and calls: a property of the recording, which
/// is read from its body once, however often it answers.
package struct LoadedRecording: Equatable, Sendable {
    /// Bytes of a body without its codings that are read, unless told otherwise.
    package static let longestBody = 64 * 1024 * 1024

    package let recording: Recording
    /// What the answer says; of a body that cannot be decoded or is longer than the limit nothing
    /// is known.
    package let account: AnswerAccount

    /// Reads the whole body: work for another thread than an event loop's, unless `limit` says
    /// what a loop has time for.
    package init(_ recording: Recording, longestBody limit: Int = LoadedRecording.longestBody) {
        self.recording = recording
        account = recording.response.account(
            recording.form, endpoint: recording.address.endpoint,
            of: recording.provenance.dialect, longestBody: limit)
    }
}

extension RecordedResponse {
    /// What the answer says that it cost and calls, where its body is not longer than the limit.
    /// `form` is what its stream has; nil: it is none.
    package func account(
        _ form: StreamForm?, endpoint: Endpoint, of dialect: DialectName, longestBody limit: Int
    ) -> AnswerAccount {
        // An error costs nothing and calls nothing.
        guard let head, head.status < 400, !body.isEmpty, body.count <= limit else {
            return AnswerAccount()
        }
        var plain = body
        if head.header("content-encoding") != nil {
            guard let decoded = CodedBody(head.headers)?.decoded(body, atMost: limit) else {
                return AnswerAccount()
            }
            plain = decoded
        }
        return RecordedAnswer.account(plain, form, endpoint: endpoint, of: dialect)
    }
}
