import BrownoutAnswers
import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios

/// What the control port's answers and bodies look like, by name.
enum Schemas {
    static var all: [JSONMember] {
        [
            JSONMember("Error", error), JSONMember("Diagnostic", diagnostic),
            JSONMember("Health", health), JSONMember("ScenarioInForce", scenarioInForce),
            JSONMember("Report", report), JSONMember("RuleReport", ruleReport),
            JSONMember("SessionList", sessions), JSONMember("Session", session),
            JSONMember("Phase", phase), JSONMember("RuleInForce", rule),
            JSONMember(
                "RuleList", Schema.object(["rules": Schema.list(Schema.ref("RuleInForce"))])),
            JSONMember("Clock", clock), JSONMember("Exchange", exchange(whole: false)),
            JSONMember("WholeExchange", exchange(whole: true)),
            JSONMember("ExchangeList", page(of: "exchanges", "Exchange")),
            JSONMember("RecordingList", recordingList),
            JSONMember("Invalidated", Schema.object(["invalidated": Schema.count])),
            JSONMember("Action", action), JSONMember("ActionList", page(of: "actions", "Action")),
            JSONMember("Outcome", VerdictSchemas.outcome), JSONMember("Call", VerdictSchemas.call),
            JSONMember("CallList", VerdictSchemas.calls),
            JSONMember("Verdict", VerdictSchemas.verdict),
        ] + language
    }

    // MARK: Errors

    private static let error = Schema.object([
        "error": Schema.object(
            [
                "code": ["type": "string", "pattern": "^[a-z-]+$"], "message": Schema.string,
                "diagnostics": Schema.list(Schema.ref("Diagnostic")), "omitted": Schema.count,
            ], optional: ["diagnostics", "omitted"])
    ])

    private static let diagnostic = Schema.object(
        [
            "file": Schema.string, "severity": Schema.word(["error", "warning"]),
            "line": Schema.integer, "column": Schema.integer, "end-line": Schema.integer,
            "end-column": Schema.integer, "message": Schema.string, "nearest": Schema.string,
            "allowed": Schema.list(Schema.string), "note": Schema.string,
        ],
        optional: [
            "line", "column", "end-line", "end-column", "nearest", "allowed", "note",
        ])

    // MARK: The server

    private static let health = Schema.object(
        [
            "status": Schema.word(["ok", "degraded"]), "version": Schema.string,
            "uptime_s": Schema.number, "scenario": Schema.string, "seed": seed,
            "journal": Schema.nullable(
                Schema.object([
                    "written": Schema.count, "lost": Schema.count, "queued": Schema.count,
                    "trouble": Schema.nullable(Schema.string),
                ])),
            "recordings": Schema.nullable(
                Schema.object([
                    "written": Schema.count, "not_whole": Schema.count, "lost": Schema.count,
                    "trouble": Schema.nullable(Schema.string),
                ])),
            "counters": ["type": "object", "additionalProperties": Schema.integer],
        ], optional: ["uptime_s", "scenario", "seed", "journal", "recordings", "counters"])

    private static let seed: JSON = ["type": "integer", "minimum": 0]

    private static let clock = Schema.object([
        "clock": ["type": "string", "description": "`real`, `manual`, or a factor: `x10`."],
        "now_s": Schema.number,
    ])

    // MARK: Scenarios

    private static let scenarioInForce = Schema.object([
        "session": Schema.nullable(Schema.string), "scenario": Schema.string, "seed": seed,
        "file": Schema.string, "since": Schema.time, "text": Schema.string,
        "changed": Schema.list(Schema.string),
        "warnings": Schema.list(Schema.ref("Diagnostic")), "report": Schema.ref("Report"),
    ])

    /// What `brownout check --json` prints.
    private static let report: JSON = [
        "type": "object", "description": "What `brownout check --json` prints.",
        "properties": [
            "scenario": Schema.string, "seed": seed,
            "rules": Schema.list(Schema.ref("RuleReport")),
        ],
        "required": ["scenario", "seed", "rules"],
    ]

    private static let ruleReport: JSON = [
        "type": "object",
        "properties": [
            "name": Schema.string, "line": Schema.integer,
            "class": Schema.word(Determinism.allCases.map(\.rawValue)),
            "applies-to": Schema.string, "also": Schema.boolean,
            "needs": Schema.list(Schema.string), "nominal": Schema.number,
            "effective": Schema.number,
            "outcomes": Schema.list([
                "type": "object", "properties": ["effect": Schema.string], "required": ["effect"],
            ]),
        ],
        "required": ["name", "class", "applies-to", "outcomes"],
    ]

    private static let session = Schema.object(["session": Schema.string])

    private static let sessions = Schema.object([
        "sessions": Schema.list(
            Schema.object(["session": Schema.string, "scenario": Schema.string, "seed": seed]))
    ])

    private static let phase = Schema.object([
        "session": Schema.string,
        "phase": Schema.nullable(
            Schema.object([
                "name": Schema.string, "lasts": Schema.string, "chances": Schema.number,
            ])),
        "phases": Schema.list(Schema.string),
    ])

    private static let rule = Schema.object(
        [
            "name": Schema.string, "session": Schema.nullable(Schema.string),
            "ends_in_s": Schema.number, "rule": Schema.ref("RuleReport"),
            "warnings": Schema.list(Schema.ref("Diagnostic")),
        ], optional: ["warnings"])

    // MARK: The journal

    private static func page(of noun: String, _ item: String) -> JSON {
        Schema.object([noun: Schema.list(Schema.ref(item)), "next": Schema.count])
    }

    private static let action = Schema.object([
        "sequence": Schema.integer, "at": Schema.time, "action": Schema.string,
        "session": Schema.nullable(Schema.string), "outcome": Schema.word(["done", "refused"]),
        "detail": ["type": "object"],
    ])

    private static let recordingList = Schema.object([
        "libraries": Schema.list(
            Schema.object([
                "path": Schema.string, "count": Schema.integer, "hits": Schema.integer,
                "misses": Schema.integer, "expired": Schema.integer,
            ])),
        "recordings": Schema.list(
            Schema.object([
                "id": Schema.string, "key": Schema.string, "provider": Schema.string,
                "model": Schema.string, "endpoint": Schema.string, "path": Schema.string,
                "recorded": Schema.time, "status": Schema.nullable(Schema.integer),
                "stream": Schema.boolean, "expired": Schema.boolean,
                "invalidated": Schema.boolean, "hits": Schema.integer,
            ])),
    ])

    /// Another exchange of the same id.
    private static let summary = Schema.object([
        "sequence": Schema.integer, "run": Schema.nullable(Schema.integer),
        "started_at": Schema.time, "session": Schema.string, "method": Schema.string,
        "path": Schema.string, "rule": Schema.nullable(Schema.string),
        "fault": Schema.nullable(Schema.string), "status": Schema.nullable(Schema.integer),
        "ending": Schema.string,
    ])

    /// What a field of an answer's head promises.
    private static let promise = Schema.object(
        [
            "field": Schema.string, "after_us": Schema.integer, "at": Schema.time,
            "text": Schema.string,
        ], optional: ["after_us", "at", "text"])

    private static func exchange(whole: Bool) -> JSON {
        let word = Schema.string
        let words = [
            "session", "call_key", "call_source", "provider", "dialect", "endpoint",
            "model", "method", "path", "client", "user_agent", "ending",
        ]
        let maybeWords = [
            "key_digest", "rule", "fault", "cause", "category",
            "retry_after", "note", "source", "recording", "request_id", "cf_ray",
            "phase", "protocol", "prompt_digest", "trace_id", "idempotency_digest",
            "invocation_digest", "user_digest", "expected",
        ]
        let maybeNumbers = [
            "retry_count", "planned_status", "status", "planned_first_byte_us",
            "first_byte_us", "planned_last_byte_us", "last_byte_us", "planned_bytes",
            "bytes_acknowledged", "client_left_us", "prompt_tokens", "completion_tokens",
            "scenario_time_us", "connection", "head_sent_us", "first_token_us", "cached_tokens",
            "cache_write_tokens", "thinking_tokens",
        ]
        let numbers = [
            "sequence", "attempt", "ordinal", "bytes_sent", "request_bytes",
            "response_bytes",
        ]
        let maybeFlags = ["retryable", "injected", "should_retry", "finish_reason_sent"]
        var members = [
            JSONMember("id", ["type": "string", "pattern": "^[0-9a-f]{16}$"]),
            JSONMember("started_at", Schema.time), JSONMember("stream", Schema.boolean),
            JSONMember("trace", Schema.any), JSONMember("plan", Schema.any),
            JSONMember("promises", Schema.list(promise)),
            JSONMember(
                "tool_results",
                Schema.list(Schema.object(["id": Schema.string, "digest": Schema.string]))),
            JSONMember(
                "tool_calls",
                Schema.nullable(
                    Schema.list(
                        Schema.object([
                            "id": Schema.string, "name": Schema.string, "digest": Schema.string,
                        ])))),
        ]
        members += words.map { JSONMember($0, word) }
        members += maybeWords.map { JSONMember($0, Schema.nullable(word)) }
        members += numbers.map { JSONMember($0, Schema.integer) }
        members += maybeNumbers.map { JSONMember($0, Schema.nullable(Schema.integer)) }
        members += maybeFlags.map { JSONMember($0, Schema.nullable(Schema.boolean)) }
        members.append(JSONMember("run", Schema.nullable(Schema.integer)))
        let required = members.map(\.key) + (whole ? ["same_id", "others"] : [])
        if whole {
            members.append(JSONMember("others", Schema.list(summary)))
            members.append(JSONMember("same_id", Schema.list(Schema.integer)))
            members += ["request_body", "response_body"].flatMap {
                [JSONMember($0, word), JSONMember($0 + "_base64", word)]
            }
        }
        return .object([
            JSONMember("type", "object"), JSONMember("properties", .object(members)),
            JSONMember("required", .strings(required)),
        ])
    }

    // MARK: The scenario language

    /// The language's own schema, its definitions under their names with `Scenario-` before them.
    private static var language: [JSONMember] {
        guard let members = ScenarioSchema.json.objectValue else { return [] }
        let root = JSON.object(members.filter { !["$schema", "$id", "$defs"].contains($0.key) })
        let parts = members.first { $0.key == "$defs" }?.value.objectValue ?? []
        return [JSONMember("Scenario", renamed(root))]
            + parts.map { JSONMember("Scenario-" + $0.key, renamed($0.value)) }
    }

    private static func renamed(_ schema: JSON) -> JSON {
        switch schema {
        case .object(let members):
            .object(
                members.map { member in
                    guard member.key == "$ref", case .string(let text) = member.value else {
                        return JSONMember(member.key, renamed(member.value))
                    }
                    let name = text.replacing("#/$defs/", with: "Scenario-")
                    return JSONMember("$ref", Schema.ref(name)["$ref"] ?? .null)
                })
        case .array(let items): .array(items.map(renamed))
        default: schema
        }
    }
}
