import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer
import BrownoutYAML

/// Rules on top of the scenarios that end by themselves.
enum RuleRoutes {
    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/rules"), name: "list-rules",
            summary: "The temporary rules in force, in the order they are asked.",
            success: .init(summary: "The rules.", schema: Schema.ref("RuleList")),
            handle: { call in
                let now = call.server.core.now
                let rules = call.server.core.engine.temporaryRules(at: now)
                return ControlAnswer(["rules": .array(rules.map { json($0, at: now) })])
            }),
        ControlRoute(
            method: .post, path: PathTemplate("/rules"), name: "add-rule",
            summary: "Puts a rule on top of all scenarios for a while.",
            detail: "It is asked before all other rules and ends after `ttl`, in the server's "
                + "time. A temporary rule of the same name gives way to it.",
            body: .init(
                language: .yaml, schema: Schema.ref("Scenario-temporary-rule"), isRequired: true,
                example: [
                    "when": ["provider": "anthropic"], "fault": "overloaded", "ttl": "60s",
                ]),
            success: .init(
                status: 201, summary: "It is in force.", schema: Schema.ref("RuleInForce"),
                links: [.init(operation: "remove-rule", parameter: "name", place: "/name")]),
            errors: [
                (409, "Too many temporary rules are in force."),
                (422, "The text is not a rule; `diagnostics` says what is wrong, and where."),
            ],
            handle: { call in try add(call) }),
        ControlRoute(
            method: .delete, path: PathTemplate("/rules/{name}"), name: "remove-rule",
            summary: "Ends a temporary rule now.",
            success: .init(
                summary: "It is over.", schema: Schema.object(["name": Schema.string])),
            errors: [(404, "There is no temporary rule of that name.")],
            handle: { call in
                let name = call.path["name"] ?? ""
                guard call.server.core.engine.removeTemporaryRule(name) else {
                    throw ControlError.notFound("there is no temporary rule '\(name.shown)'")
                }
                return ControlAnswer(
                    ["name": .string(name)], session: nil, logged: ["rule": .string(name)])
            }),
    ]

    private static func add(_ call: ControlCall) throws -> ControlAnswer {
        let server = call.server
        let engine = server.core.engine
        let now = server.core.now
        let bytes = call.body
        let loaded: LoadedRule
        do throws(SourceErrors) {
            loaded = try ScenarioLoader.temporaryRule(
                name: ControlCall.bodyName, bytes: bytes,
                beside: server.scenarios.all,
                unnamed: server.scenarios.nextRuleName(beside: engine.temporaryRules(at: now)),
                over: server.data.transport)
        } catch {
            throw ControlError.broken("rule", error)
        }
        let rule = TemporaryRule(
            rule: loaded.rule, until: now + loaded.timeToLive, session: loaded.session)
        do throws(EngineRefusal) {
            try engine.add(rule, at: now)
        } catch {
            throw ControlError(error)
        }
        var answer = json(rule, at: now).objectValue ?? []
        answer.append(JSONMember("warnings", .array(loaded.warnings.map(\.json))))
        return ControlAnswer(
            .object(answer), session: loaded.session,
            logged: [
                "rule": .string(loaded.rule.name), "ttl_s": .seconds(loaded.timeToLive),
                "effect": answer.first { $0.key == "rule" }?.value["outcomes"] ?? .null,
            ])
    }

    private static func json(_ rule: TemporaryRule, at now: Duration) -> JSON {
        [
            "name": .string(rule.rule.name),
            "session": rule.session.map { .string($0) } ?? .null,
            "ends_in_s": .seconds(max(rule.until - now, .zero)),
            "rule": ScenarioReport.RuleReport(alone: rule.rule).json,
        ]
    }
}
