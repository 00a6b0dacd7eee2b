package import BrownoutRedaction
/// Temporary.
package final class RecordingWriter: Sendable {
    package let reopening: [String] = []
    package init(path: String) throws {}
    package func began(id: String, summary: String) {}
    package func append(_ recording: Recording) throws {}
    package func abandoned(id: String) {}
    package func close() throws {}
}
extension Recording {
    package func redacted(by redactor: Redactor) -> Recording { self }
}
extension RecordedRequest {
    package func redacted(by redactor: Redactor) -> RecordedRequest { self }
}
/// Temporary.
package enum RecordingArchives {
    package static func open(path: String) throws(RecordingError) -> any RecordingArchive {
        throw RecordingError(.missing, path: path, "no")
    }
}
