import BrownoutJSON

/// An answer of the control port that is not a success; its JSON is all of the answer's body.
struct ControlError: Error, Equatable {
    var status: Int
    /// For programs, in kebab-case.
    var code: String
    /// For people.
    var message: String
    /// The methods a resource knows, where that was the mistake.
    var allow: String?

    var json: JSON {
        ["error": ["code": .string(code), "message": .string(message)]]
    }

    static func notFound(_ message: String) -> ControlError {
        ControlError(status: 404, code: "not-found", message: message)
    }

    static func badQuery(_ message: String) -> ControlError {
        ControlError(status: 400, code: "bad-query", message: message)
    }

    static let noJournal = ControlError(
        status: 404, code: "no-journal",
        message: "this server keeps no journal; start it with --journal FILE")
}

/// Why the control port could not be opened.
package struct ControlStartError: Error, Equatable, Sendable, CustomStringConvertible {
    package var message: String
    package var hint: String?

    package var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
