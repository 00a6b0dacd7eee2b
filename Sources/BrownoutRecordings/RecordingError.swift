package import BrownoutYAML
import Glibc

/// Why recordings cannot be read or written.
package struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of failure; more may come.
    package struct Code: Equatable, Sendable {
        let name: String

        /// There is no such file, folder or store.
        package static let missing = Code(name: "missing")
        /// A document is not a recording.
        package static let broken = Code(name: "broken")
        /// Two recordings of a set have the same id.
        package static let duplicate = Code(name: "duplicate")
        /// No recording has this id.
        package static let unknownID = Code(name: "unknown-id")
        /// Another recorder writes the file.
        package static let busy = Code(name: "busy")
        /// A later version wrote it.
        package static let newer = Code(name: "newer")
        /// A database of something else.
        package static let notAStore = Code(name: "not-a-store")
        /// The operating system or SQLite refused.
        package static let unavailable = Code(name: "unavailable")
    }

    /// What kind of failure it is, for callers that treat kinds apart.
    package var code: Code
    /// What was wrong, with the places; at least one.
    package var errors: SourceErrors

    init(_ code: Code, _ errors: SourceErrors) {
        self.code = code
        self.errors = errors
    }

    /// An error about a file as a whole.
    package init(_ code: Code, path: String, _ message: String, note: String? = nil) {
        self.code = code
        errors = SourceErrors([
            SourceDiagnostic(file: path, span: nil, message: message, note: note)
        ])
    }

    static func unknown(_ id: String, in path: String) -> RecordingError {
        RecordingError(
            .unknownID, path: path, "no recording has the id '\(id)'",
            note: "`brownout recordings list` shows those there are")
    }

    /// What is read of it may never end; `word` is what it is.
    static func endless(_ path: String, _ word: String) -> RecordingError {
        RecordingError(
            .unavailable, path: path,
            "this is \(word); recordings are in a file, a folder or a store")
    }

    /// The system's reason for the last call's failure.
    static func system(_ path: String, _ what: String, _ code: Int32) -> RecordingError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return RecordingError(
            code == ENOENT ? .missing : .unavailable, path: path, "\(what): \(reason)")
    }

    /// What was wrong, whole lines.
    package var text: String { errors.text }

    /// ``text`` without the line end at its end.
    package var description: String { String(text.dropLast(text.hasSuffix("\n") ? 1 : 0)) }
}
