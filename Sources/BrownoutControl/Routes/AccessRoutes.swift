import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML

/// Who may connect, changed while the server runs.
enum AccessRoutes {
    private static let session = ControlQuery.Parameter(
        name: "session", shape: .session,
        summary: "A session with a scenario of its own; without it, all others.")
    private static let success = ControlRoute.Success(
        summary: "Who may connect, as a scenario writes it.", schema: ["type": "object"])
    private static let noScenario = (404, "The session has no scenario of its own.")
    private static let broken = (
        422, "The text is not an 'access'; `diagnostics` says what is wrong, and where."
    )

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/access"), name: "get-access",
            summary: "Who may connect.", query: [session], success: success, errors: [noScenario],
            handle: { call in
                let session = call.query["session"]
                guard let entry = call.server.scenarios.entry(of: session) else {
                    throw ControlError.noScenario(of: session ?? "")
                }
                return ControlAnswer((entry.loaded.scenario.access ?? Access()).json)
            }),
        ControlRoute(
            method: .put, path: PathTemplate("/access"), name: "put-access",
            summary: "Says anew who may connect; the rest of the scenario goes on.",
            query: [session],
            body: .init(
                language: .yaml, schema: Schema.ref("Scenario-access"), isRequired: true,
                example: ["deny": ["10.0.0.50"]]),
            success: success, errors: [noScenario, broken],
            handle: { call in try change(call, isPatch: false) }),
        ControlRoute(
            method: .patch, path: PathTemplate("/access"), name: "patch-access",
            summary: "Changes a part of who may connect.",
            detail: "What is given takes the place of what was there; `null` takes it away.",
            query: [session],
            body: .init(
                language: .yaml, schema: ["type": "object"], isRequired: true,
                example: ["deny": ["10.0.0.50"], "allow": nil]),
            success: success, errors: [noScenario, broken],
            handle: { call in try change(call, isPatch: true) }),
    ]

    private static func change(_ call: ControlCall, isPatch: Bool) throws -> ControlAnswer {
        let session = call.query["session"]
        let bytes = call.body
        let access = try call.server.scenarios.setAccess(of: session) {
            (old: Access?) throws(ControlError) in
            do throws(SourceErrors) {
                return try ScenarioLoader.access(
                    name: ControlCall.bodyName, bytes: bytes,
                    merging: isPatch ? old ?? Access() : nil
                ).access
            } catch {
                throw .broken("access", error)
            }
        }
        return ControlAnswer(access.json, session: session, logged: ["access": access.json])
    }
}
