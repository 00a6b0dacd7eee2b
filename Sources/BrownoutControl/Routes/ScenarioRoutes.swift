import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutYAML

/// The scenario of the server, and those of sessions.
enum ScenarioRoutes {
    private static let body = ControlRoute.Body(
        language: .yaml, schema: Schema.ref("Scenario"), isRequired: true,
        example: [
            "scenario": "Overloaded", "seed": 7,
            "rules": [["name": "busy", "chance": "30%", "fault": "overloaded"]],
        ])
    private static let broken = (
        422, "The text is not a scenario; `diagnostics` says what is wrong, and where."
    )
    private static let inForce = ControlRoute.Success(
        summary: "The scenario in force.", schema: Schema.ref("ScenarioInForce"))

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/scenario"), name: "get-scenario",
            summary: "The scenario of all sessions that have none of their own.",
            success: inForce,
            handle: { call in
                ControlAnswer(json(call.server.scenarios.entry(of: nil), of: nil, call.server))
            }),
        ControlRoute(
            method: .put, path: PathTemplate("/scenario"), name: "put-scenario",
            summary: "Puts another scenario in force from the next request on.",
            detail: "Its phases and counts begin now; attempts of calls go on, and so do requests "
                + "in progress under the scenario they came under. Its seed is the one in the "
                + "text, else the one of `--seed`, else 0.",
            body: body, success: inForce, errors: [broken],
            handle: { call in try await put(call, of: nil) }),
        ControlRoute(
            method: .get, path: PathTemplate("/sessions/{session}/scenario"),
            name: "get-session-scenario", summary: "A session's own scenario.", success: inForce,
            errors: [(404, "The session has none of its own.")],
            handle: { call in
                let session = try call.session()
                guard let entry = call.server.scenarios.entry(of: session) else {
                    throw ControlError.noScenario(of: session)
                }
                return ControlAnswer(json(entry, of: session, call.server))
            }),
        ControlRoute(
            method: .put, path: PathTemplate("/sessions/{session}/scenario"),
            name: "put-session-scenario",
            summary: "Gives a session a scenario of its own and a fresh start.",
            detail: "Other sessions notice nothing.", body: body, success: inForce,
            errors: [(409, "Too many sessions have a scenario of their own."), broken],
            handle: { call in try await put(call, of: try call.session()) }),
        ControlRoute(
            method: .delete, path: PathTemplate("/sessions/{session}/scenario"),
            name: "delete-session-scenario",
            summary: "Puts a session under the server's scenario again, with a fresh start.",
            success: .init(summary: "It is.", schema: Schema.ref("Session")),
            errors: [(404, "The session has none of its own.")],
            handle: { call in
                let session = try call.session()
                guard call.server.scenarios.remove(of: session) else {
                    throw ControlError.noScenario(of: session)
                }
                return ControlAnswer(["session": .string(session)], session: session)
            }),
    ]

    private static func put(
        _ call: ControlCall, of session: String?
    ) async throws -> ControlAnswer {
        let loaded = try await call.server.read(call.body, of: session)
        let entry = try call.server.scenarios.replace(
            loaded, of: session, at: call.server.core.now)
        return ControlAnswer(
            json(entry, of: session, call.server), session: session,
            logged: .object(ControlledServer.summary(loaded)))
    }

    private static func json(
        _ entry: ScenariosInForce.Entry?, of session: String?, _ server: ControlledServer
    ) -> JSON {
        guard let entry else { return .null }
        let loaded = entry.loaded
        var report = ScenarioReport(loaded)
        report.recordings = server.core.recordings.count(of: loaded)
        return [
            "session": session.map { .string($0) } ?? .null,
            "scenario": .string(loaded.scenario.name),
            "seed": .number(JSONNumber(text: String(loaded.scenario.seed))),
            "file": .string(loaded.file),
            "since": .string(UTCTime(microseconds: entry.since).text(digits: 6)),
            "text": .string(loaded.text), "changed": .strings(entry.changed),
            "warnings": .array(loaded.warnings.map(\.json)),
            "report": report.json,
        ]
    }
}
