import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer

/// Where a session is in its scenario's phases.
enum PhaseRoutes {
    private static let success = ControlRoute.Success(
        summary: "The phase that holds; null when there is none, or all are over.",
        schema: Schema.ref("Phase"))

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/phase"), name: "get-phase",
            summary: "The phase a session is in.", query: [.session], success: success,
            handle: { call in
                let session = try call.session()
                return ControlAnswer(json(call.server, session))
            }),
        ControlRoute(
            method: .post, path: PathTemplate("/phase"), name: "move-phase",
            summary: "Ends a session's phase, or goes to the one that is named.",
            detail: "The session is named in the body or in the query; the body's stands.",
            query: [.session],
            body: .init(
                language: .json,
                schema: Schema.object(
                    [
                        "session": Schema.nullable(Schema.sessionName),
                        "to": Schema.nullable(Schema.string),
                        "phase": Schema.nullable(Schema.string),
                    ], optional: ["session", "to", "phase"]),
                isRequired: false, example: ["session": "default", "to": "outage"]),
            success: success,
            errors: [
                (409, "The session's scenario has no phases."),
                (422, "There is no phase of that name."),
            ],
            handle: { call in try move(call) }),
    ]

    private static func move(_ call: ControlCall) throws -> ControlAnswer {
        let command = try call.command(["session", "to", "phase"])
        let asked = try call.session()
        let session = try command.text("session") ?? asked
        try ControlCall.checkSession(session)
        let (to, phase) = (try command.text("to"), try command.text("phase"))
        let name = to ?? phase
        let server = call.server
        do throws(EngineRefusal) {
            _ = try server.core.engine.movePhase(of: session, to: name, at: server.core.now)
        } catch {
            var refusal = ControlError(error)
            refusal.session = session
            throw refusal
        }
        let answer = json(server, session)
        return ControlAnswer(
            answer, session: session,
            logged: [
                "to": name.map { .string($0) } ?? .null,
                "phase": answer.value(at: "/phase/name") ?? .null,
            ])
    }

    private static func json(_ server: ControlledServer, _ session: String) -> JSON {
        let engine = server.core.engine
        let held = engine.phase(of: session, at: server.core.now)
        let phase: JSON? = held.map { phase, factor in
            let parts = DecimalText.seconds(
                nanoseconds: Int64((factor.approximation * 1_000_000_000).rounded()), digits: 6)
            return [
                "name": .string(phase.name), "lasts": .string(phase.end.written),
                "chances": .number(JSONNumber(text: parts)),
            ]
        }
        let phases = engine.snapshot(of: session).scenario.phases
        return [
            "session": .string(session), "phase": phase ?? .null,
            "phases": .strings(phases.map(\.name)),
        ]
    }
}

extension [String: JSON] {
    /// The text of a member of a command.
    func text(_ name: String) throws(ControlError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue else {
            throw .badBody("'\(name)' is a string, not \(value.kind)")
        }
        return text
    }
}
