/// Why a journal cannot be opened or read.
package struct JournalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of failure; more may come.
    package struct Code: Equatable, Sendable {
        let name: String

        /// There is no such file.
        package static let missing = Code(name: "missing")
        /// The file is not a SQLite database, or is damaged.
        package static let notADatabase = Code(name: "not-a-database")
        /// The file is a database of something else.
        package static let notAJournal = Code(name: "not-a-journal")
        /// A later version wrote the file.
        package static let newerSchema = Code(name: "newer-schema")
        /// The file at the path is no longer the one that was opened.
        package static let takenAway = Code(name: "taken-away")
        /// The operating system or SQLite refused.
        package static let unavailable = Code(name: "unavailable")
    }

    /// What kind of error it is.
    package var code: Code
    /// The journal's file.
    package var path: String
    /// What is wrong, in a sentence for people.
    package var message: String
    /// What helps; nil where nothing is known to.
    package var hint: String?

    package init(code: Code, path: String, message: String, hint: String? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// The file, what is wrong, and what helps.
    package var description: String {
        "\(path): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
