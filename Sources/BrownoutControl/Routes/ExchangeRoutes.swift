import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords

/// What the journal holds: exchanges and actions.
enum ExchangeRoutes {
    private static let noJournal = (404, "The server keeps no journal, or it holds no such thing.")
    private static let trouble = (503, "The journal cannot be read.")

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/exchanges"), name: "list-exchanges",
            summary: "Exchanges, oldest first, without their bodies.",
            detail: "`next` is what `after` takes to go on from here.",
            query: [
                .limit, .after,
                .init(name: "session", shape: .text, summary: "Only this session's."),
                .init(name: "provider", shape: .text, summary: "Only this provider's."),
                .init(name: "rule", shape: .text, summary: "Only what this rule decided."),
                .init(name: "phase", shape: .text, summary: "Only what came in this phase."),
                .init(
                    name: "status", shape: .integer(100...999),
                    summary: "Only answers with this status."),
                .init(
                    name: "run", shape: .text,
                    summary: "Only of this start of a server on the journal: a number, or `last`."),
            ],
            success: .init(
                summary: "Exchanges.", schema: Schema.ref("ExchangeList"),
                links: [
                    .init(
                        operation: "get-exchange", parameter: "id",
                        place: "/exchanges/0/sequence")
                ]),
            errors: [noJournal, trouble], handle: { call in try await list(call) }),
        ControlRoute(
            method: .get, path: PathTemplate("/exchanges/{id}"), name: "get-exchange",
            summary: "An exchange with its bodies.",
            detail: "By its id, a request id from a client's log, or its sequence. Of several "
                + "with the same id the newest; `same_id` has the sequences of the others, and "
                + "`others` what they were, the newest first.",
            success: .init(summary: "The exchange.", schema: Schema.ref("WholeExchange")),
            errors: [noJournal, trouble], handle: { call in try await show(call) }),
        ControlRoute(
            method: .get, path: PathTemplate("/actions"), name: "list-actions",
            summary: "What was done to the server, oldest first.",
            detail: "`next` is what `after` takes to go on from here.", query: [.limit, .after],
            success: .init(summary: "Actions.", schema: Schema.ref("ActionList")),
            errors: [noJournal, trouble], handle: { call in try await actions(call) }),
    ]

    private static func list(_ call: ControlCall) async throws -> ControlAnswer {
        guard let journal = call.journal else { throw ControlError.noJournal }
        let query = JournalQuery(
            session: call.query["session"], provider: call.query["provider"],
            rule: call.query["rule"], phase: call.query["phase"],
            status: call.query.integer("status").map { Int($0) },
            after: call.query.integer("after"), limit: Int(call.query.integer("limit") ?? 100))
        let run = try call.query["run"].map { text throws(ControlError) in
            guard let run = JournalRunChoice(text) else {
                throw .badQuery("'run' must be a number from 1, or 'last', not '\(text.shown)'")
            }
            return run
        }
        let rows = try await journal.read {
            reader throws(JournalError) -> [StoredExchange] in
            var query = query
            if let run {
                guard let number = try reader.runs().number(of: run) else { return [] }
                query.run = number
            }
            return try reader.list(query)
        }
        return ControlAnswer([
            "exchanges": .array(rows.map { $0.json(.metadata) }),
            "next": .int64(rows.last?.sequence ?? query.after ?? 0),
        ])
    }

    private static func actions(_ call: ControlCall) async throws -> ControlAnswer {
        guard let journal = call.journal else { throw ControlError.noJournal }
        let after = call.query.integer("after")
        let limit = Int(call.query.integer("limit") ?? 100)
        let rows = try await journal.read { reader throws(JournalError) in
            try reader.actions(after: after, limit: limit)
        }
        return ControlAnswer([
            "actions": .array(rows.map(\.json)), "next": .int64(rows.last?.sequence ?? after ?? 0),
        ])
    }

    private static func show(_ call: ControlCall) async throws -> ControlAnswer {
        guard let journal = call.journal else { throw ControlError.noJournal }
        let text = call.path["id"] ?? ""
        let word = Dialects.exchange(fromRequestID: text)?.word
        guard let reference = ExchangeReference(text, word: word) else {
            if text.hasPrefix("req_") {
                throw ControlError.notFound("the journal has no exchange '\(text.shown)'")
            }
            throw ControlError(
                status: 400, code: "bad-id",
                message: "'\(text.shown)' is neither a request id, an exchange id (16 hexadecimal "
                    + "digits) nor a sequence")
        }
        let found = try await journal.read { reader throws(JournalError) in
            try reader.exchanges(reference)
        }
        guard let newest = found.first, case .object(let members) = newest.json(.whole) else {
            throw ControlError.notFound("the journal has no exchange '\(text.shown)'")
        }
        let others = found.dropFirst()
        return ControlAnswer(
            .object(
                members + [
                    JSONMember("same_id", .array(others.map { .int64($0.sequence) })),
                    JSONMember("others", .array(others.map(\.summary))),
                ]))
    }
}
