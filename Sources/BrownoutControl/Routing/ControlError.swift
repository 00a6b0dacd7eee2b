import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML

/// An answer of the control port that is not a success; its JSON is all of the answer's body.
struct ControlError: Error, Equatable {
    var status: Int
    /// For programs, in kebab-case.
    var code: String
    /// For people.
    var message: String
    /// The methods a resource knows, where that was the mistake.
    var allow: String?
    /// What is wrong with a scenario, a rule or a part of one.
    var scenario: SourceErrors?
    /// The session it was about, where the path does not say.
    var session: String?

    init(
        status: Int, code: String, message: String, allow: String? = nil,
        scenario: SourceErrors? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.allow = allow
        self.scenario = scenario
    }

    var json: JSON {
        var members = [
            JSONMember("code", .string(code)), JSONMember("message", .string(message)),
        ]
        members += scenario?.json.objectValue ?? []
        return ["error": .object(members)]
    }

    static func notFound(_ message: String) -> ControlError {
        ControlError(status: 404, code: "not-found", message: message)
    }

    static func badQuery(_ message: String) -> ControlError {
        ControlError(status: 400, code: "bad-query", message: message)
    }

    static func badBody(_ message: String) -> ControlError {
        ControlError(status: 400, code: "bad-body", message: message)
    }

    static func conflict(_ code: String, _ message: String) -> ControlError {
        ControlError(status: 409, code: code, message: message)
    }

    static func noScenario(of session: String) -> ControlError {
        .notFound("session '\(session.shown)' has no scenario of its own")
    }

    static let noJournal = ControlError(
        status: 404, code: "no-journal",
        message: "this server keeps no journal; start it with --journal FILE")

    static let stopping = ControlError(
        status: 503, code: "stopping", message: "the server stops")

    /// `noun`: what was to be read, such as `scenario`.
    static func broken(_ noun: String, _ errors: SourceErrors) -> ControlError {
        let count = errors.diagnostics.filter { $0.severity == .error }.count + errors.omitted
        let first = errors.diagnostics.first { $0.severity == .error }?.headline ?? ""
        return ControlError(
            status: 422, code: "bad-\(noun)",
            message: count == 1
                ? "the \(noun) has an error: \(first)"
                : "the \(noun) has \(count) errors, the first: \(first)",
            scenario: errors)
    }

    init(_ refusal: EngineRefusal) {
        switch refusal {
        case .tooManySessionScenarios(let limit):
            self = .conflict(
                "too-many-scenarios",
                "\(limit) sessions have a scenario of their own; delete one first")
        case .tooManyTemporaryRules(let limit):
            self = .conflict(
                "too-many-rules", "\(limit) temporary rules are in force; delete one first")
        case .unknownPhase(let name, let known):
            let guess =
                NearestWord.nearest(to: name, among: known).map {
                    ", did you mean '\($0.shown)'?"
                } ?? ""
            let names = known.map { "'\($0.shown)'" }.joined(separator: ", ")
            self.init(
                status: 422, code: "unknown-phase",
                message: "there is no phase '\(name.shown)'\(guess); there are: \(names)")
        case .noPhases:
            self = .conflict("no-phases", "the scenario of this session has no phases")
        }
    }
}

/// Why the control port could not be opened.
package struct ControlStartError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, with the address: a sentence without its full stop.
    package var message: String
    /// What the user can do about it; nil where nobody knows.
    package var hint: String?

    /// The message and the hint on one line.
    package var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
