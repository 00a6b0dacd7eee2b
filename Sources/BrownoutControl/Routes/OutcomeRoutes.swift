import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer

/// What clients say they made of their calls.
enum OutcomeRoutes {
    static let all = [
        ControlRoute(
            method: .post, path: PathTemplate("/outcomes"), name: "post-outcome",
            summary: "Says what a client made of a call, which verdicts hold against the truth.",
            detail: "`call` is what it sent as `x-brownout-call` or `Idempotency-Key`; "
                + "`request-id` names one exchange of a call. A message has "
                + "\(OutcomeText.longestMessage) bytes; the rest is cut off.",
            body: .init(
                language: .json, schema: schema, isRequired: true,
                example: ["call": "c-7", "outcome": "failed", "category": "rate_limit"]),
            success: .init(summary: "It is kept.", schema: Schema.ref("Outcome")),
            errors: [
                (404, "No exchange here is of that call, or had that request id."),
                (503, "The journal cannot keep up, or cannot be read."),
            ], handle: { call in try await take(call) })
    ]

    private static let members = [
        "call", "request-id", "session", "outcome", "category", "retryable", "message",
    ]

    private static var schema: JSON {
        Schema.object(
            [
                "call": Schema.nullable(Schema.string),
                "request-id": Schema.nullable(Schema.string),
                "session": Schema.nullable(Schema.string),
                "outcome": Schema.word(DeclaredOutcome.allCases.map(\.rawValue)),
                "category": [
                    "enum": .array(
                        ErrorCategory.allCases.map { .string($0.rawValue) } + [.null])
                ],
                "retryable": Schema.nullable(Schema.boolean),
                "message": Schema.nullable(Schema.string),
            ], optional: members.filter { $0 != "outcome" })
    }

    private static func take(_ call: ControlCall) async throws -> ControlAnswer {
        guard let journal = call.journal else { throw ControlError.noJournal }
        let command = try call.command(members)
        func text(_ name: String) throws(ControlError) -> String? {
            guard let value = command[name] else { return nil }
            guard let text = value.stringValue else {
                throw .badBody("'\(name)' is a text, not \(value.kind)")
            }
            return text.isEmpty ? nil : text
        }
        let subject: OutcomeRecord.Subject
        switch (try text("call"), try text("request-id")) {
        case (let name?, nil): subject = .call(name)
        case (nil, let id?): subject = .request(id: id)
        default:
            throw ControlError.badBody(
                "one of 'call' and 'request-id' is needed, as {\"call\": \"c-7\", "
                    + "\"outcome\": \"failed\"}")
        }
        let session = try text("session")
        if let session { try ControlCall.checkSession(session) }
        let core = call.server.core
        var record = OutcomeRecord(
            at: WallClock.microseconds(), scenarioTime: core.now.inNanoseconds / 1000,
            session: session ?? "", subject: subject,
            outcome: try word("outcome", try text("outcome"), OutcomeText.outcome))
        if let category = try text("category") {
            record.category = try word("category", category, OutcomeText.category)
        }
        if let value = command["retryable"] {
            guard case .bool(let isRetryable) = value else {
                throw ControlError.badBody("'retryable' is true or false, not \(value.kind)")
            }
            record.retryable = isRetryable
        }
        record.message = try text("message").map(OutcomeText.cut)
        record.session = try await ExchangeSearch(call.server, journal)
            .session(of: subject, in: session)
        guard core.record(record) else {
            throw ControlError(
                status: 503, code: "journal-busy", message: "the journal cannot keep up")
        }
        return ControlAnswer(
            record.json, session: record.session,
            logged: ["outcome": .string(record.outcome.rawValue)])
    }

    private static func word<Word>(
        _ name: String, _ text: String?, _ read: (String) throws(OutcomeText.Problem) -> Word
    ) throws(ControlError) -> Word {
        guard let text else { throw .badBody("'\(name)' is needed") }
        do throws(OutcomeText.Problem) {
            return try read(text)
        } catch {
            throw .badBody("the body \(error.message)")
        }
    }
}

extension OutcomeRecord {
    /// As the control port shows it.
    fileprivate var json: JSON {
        var members: [JSONMember] = [JSONMember("session", .string(session))]
        switch subject {
        case .call(let name): members.append(JSONMember("call", .string(name)))
        case .exchange(let id): members.append(JSONMember("exchange", .string(id.hex)))
        case .request(let id): members.append(JSONMember("request-id", .string(id)))
        case .latest: break
        }
        return .object(
            members + [
                JSONMember("outcome", .string(outcome.rawValue)),
                JSONMember("category", category.map { .string($0.rawValue) } ?? .null),
                JSONMember("retryable", retryable.map { .bool($0) } ?? .null),
                JSONMember("message", message.map { .string($0) } ?? .null),
            ])
    }
}

/// Looks for the exchange that somebody speaks of: among those in progress and in the journal.
struct ExchangeSearch {
    private let server: ControlledServer
    private let journal: JournalReading
    private let run: Int64?

    /// An exchange whose client has just left is in the journal a moment later.
    private static let looks = 5
    private static let pause = Duration.milliseconds(40)

    init(_ server: ControlledServer, _ journal: JournalReading) {
        self.server = server
        self.journal = journal
        run = server.core.journal?.runNumber
    }

    /// The session of what is meant.
    func session(
        of subject: OutcomeRecord.Subject, in session: String?
    ) async throws -> String {
        for look in 1...Self.looks {
            if let found = await inProgress(subject, in: session) { return found }
            if let found = try await kept(subject, in: session) { return found }
            if look < Self.looks { try await Task.sleep(for: Self.pause) }
        }
        let place = session.map { " of session '\($0.shown)'" } ?? ""
        throw ControlError.notFound("no exchange\(place) \(subject.missing)")
    }

    private func inProgress(
        _ subject: OutcomeRecord.Subject, in session: String?
    ) async -> String? {
        await server.data.exchangesInProgress().first { record in
            guard session.map({ $0 == record.session }) ?? true else { return false }
            return switch subject {
            case .call(let name):
                record.callSource == .header && record.callKey == name
                    || record.idempotencyKey == SipHash.word(name)
            case .exchange(let id): record.id == id
            case .request(let id): record.requestID == id || record.ray == id
            case .latest: false
            }
        }?.session
    }

    private func kept(
        _ subject: OutcomeRecord.Subject, in session: String?
    ) async throws -> String? {
        try await journal.read { [run] reader throws(JournalError) in
            switch subject {
            case .call(let name): try reader.session(ofCall: name, in: session, run: run)
            case .exchange(let id):
                try reader.exchange(requestID: "", word: id, in: session, run: run)?.session
            case .request(let id):
                try reader.exchange(requestID: id, word: nil, in: session, run: run)?.session
            case .latest: nil
            }
        }
    }
}

extension OutcomeRecord.Subject {
    /// What was not found.
    fileprivate var missing: String {
        switch self {
        case .call(let name): "is of the call '\(name.shown)'"
        case .exchange(let id): "is \(id.hex)"
        case .request(let id): "had the request id '\(id.shown)'"
        case .latest: "has ended"
        }
    }
}
