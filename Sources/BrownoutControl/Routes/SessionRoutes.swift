import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer

/// Sessions and what is remembered of them.
enum SessionRoutes {
    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/sessions"), name: "list-sessions",
            summary: "The sessions that have a scenario of their own.",
            success: .init(summary: "They, by name.", schema: Schema.ref("SessionList")),
            handle: { call in
                let sessions = call.server.scenarios.ofSessions.map { name, entry -> JSON in
                    [
                        "session": .string(name),
                        "scenario": .string(entry.loaded.scenario.name),
                        "seed": .number(JSONNumber(text: String(entry.loaded.scenario.seed))),
                    ]
                }
                return ControlAnswer(["sessions": .array(sessions)])
            }),
        ControlRoute(
            method: .post, path: PathTemplate("/sessions/{session}/reset"), name: "reset-session",
            summary: "Forgets all that a session counts, at once.",
            detail: "Attempts, calls, phases and limits begin anew; its scenario and the journal "
                + "stay.",
            success: .init(summary: "It is forgotten.", schema: Schema.ref("Session")),
            handle: { call in
                let session = try call.session()
                call.server.core.engine.reset(session: session)
                return ControlAnswer(["session": .string(session)], session: session)
            }),
    ]
}
