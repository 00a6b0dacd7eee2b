import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML
import Testing

/// Every key that the language declares is read, and a value that cannot be right is found.
@Suite struct KeyTests {
    /// A scenario with one key of a kind of mapping, up to where its value begins.
    private func scenario(_ kind: MappingKind, _ key: String) -> (before: String, after: String) {
        let owner =
            switch key {
            case "at", "retry-after", "should-retry", "message", "limit": "cause: rate-limited, "
            case "after": "connection: fin-while-idle, "
            case "code", "last-stream": "http2: goaway, "
            default: ""
            }
        let fault = owner + "\(key): "
        let rule = "rules: [{name: a, "
        return switch kind {
        case .scenario: ("\(key): ", "")
        case .pace: ("pace: {\(key): ", "}")
        case .source where key == "replay" || key == "upstream": ("source: {\(key): ", "}")
        case .source: ("source: {replay: /usr/bin/, \(key): ", "}")
        case .match: ("source: {replay: /usr/bin/, match: {\(key): ", "}}")
        case .matchPart: ("source: {replay: /usr/bin/, match: {on: [{\(key): ", "}]}}")
        case .redaction: ("redact: [{\(key): ", "}]")
        case .ttl: ("source: {replay: /usr/bin/, ttl: [{\(key): ", "}]}")
        case .provider: ("providers: {b: {\(key): ", "}}")
        case .reply: ("reply: {\(key): ", "}")
        case .toolCall: ("reply: {tool-calls: [{\(key): ", "}]}")
        case .rule: ("rules: [{\(key): ", "}]")
        case .temporaryRule: ("\(key): ", "")
        case .phase: ("phases: [{\(key): ", "}]")
        case .limit: ("limits: [{\(key): ", "}]")
        case .burst: ("limits: [{name: a, requests: 1/s, burst: {\(key): ", "}}]")
        case .limitRetryAfter:
            ("limits: [{name: a, requests: 1/s, retry-after: {\(key): ", "}}]")
        case .when: (rule + "fault: reset, when: {\(key): ", "}}]")
        case .branch: (rule + "one-of: [{\(fault)", "}]}]")
        case .sequence: (rule + "sequence: {\(key): ", "}}]")
        case .step: (rule + "sequence: [{\(fault)", "}]}]")
        case .fault: (rule + "fault: {\(fault)", "}}]")
        case .latency: (rule + "latency: {\(key): ", "}}]")
        case .access: ("access: {\(key): ", "}")
        case .countries: ("access: {countries: {\(key): ", "}}")
        case .keys: ("keys: {\(key): ", "}")
        case .deniedKey: ("keys: {denied: [{\(key): ", "}]}")
        case .expiringKey: ("keys: {expiring: [{\(key): ", "}]}")
        case .refusal: ("access: {refuse-with: {\(key): ", "}}")
        case .expect: ("expect: {\(key): ", "}")
        case .expectedCalls, .expectedAttempts, .backoff, .fallback, .breaker, .sticky,
            .categories, .cost, .scorecard:
            ("expect: {\(kind.rawValue): {\(key): ", "}}")
        case .quantiles: ("expect: {latency: {\(key): ", "}}")
        case .raw: (rule + "fault: {raw: {\(key): ", "}}}]")
        case .rawStream: (rule + "fault: {raw-stream: {\(key): ", "}}}]")
        case .frame: (rule + "fault: {raw-stream: {frames: [{\(key): ", "}]}}}]")
        case .retryAfter: (rule + "fault: {cause: rate-limited, retry-after: {\(key): ", "}}}]")
        }
    }

    private func load(_ text: String, as kind: MappingKind) throws(SourceErrors) {
        let bytes = [UInt8](text.utf8)
        if kind == .temporaryRule {
            _ = try ScenarioLoader.temporaryRule(
                name: "test.yaml", bytes: bytes, beside: [], unnamed: "t")
        } else {
            _ = try ScenarioLoader.load(name: "test.yaml", bytes: bytes)
        }
    }

    @Test(arguments: MappingKind.allCases)
    func everyKeyIsRead(_ kind: MappingKind) throws {
        let schema = ScenarioSchema.json
        let mapping = kind == .scenario ? schema : schema.value(at: "/$defs/\(kind.rawValue)")
        let keys = try #require(mapping?["properties"]?.objectValue).map(\.key)
        #expect(!keys.isEmpty)
        for key in keys {
            // What is sent as JSON may be any value.
            if ["body", "data"].contains(key), [.raw, .frame].contains(kind) { continue }
            let (before, after) = scenario(kind, key)
            // No key takes a list of mappings with this key.
            let text = before + "[{zz: 1}]" + after
            do {
                try load(text, as: kind)
                Issue.record("'\(key)' of \(kind) is not read: \(text)")
            } catch {
                let offsets = error.diagnostics.compactMap(\.span?.start.offset)
                #expect(
                    offsets.contains { $0 >= before.utf8.count }, "\(key) of \(kind): \(error.text)"
                )
            }
        }
    }

    @Test func aDiagnosticIsAlsoJSON() throws {
        let keys = try #require(ScenarioSchema.json["properties"]?.objectValue)
        let text = "scenario: x\nsede: 7\n"
        do {
            _ = try ScenarioLoader.load(name: "test.yaml", bytes: [UInt8](text.utf8))
            Issue.record("accepted")
        } catch {
            let expected: JSON = [
                "diagnostics": [
                    [
                        "file": "test.yaml", "severity": "error", "line": 2, "column": 1,
                        "end-line": 2, "end-column": 5,
                        "message": "unknown key 'sede' in the scenario", "nearest": "seed",
                        "allowed": .array(keys.map { .string($0.key) }),
                    ]
                ],
                "omitted": 0,
            ]
            #expect(error.json.text == expected.text)
        }
    }

    /// What people write, and what they mean.
    @Test(arguments: [
        ("providr", "providers"), ("Rules", "rules"), ("seeed", "seed"), ("paec", "pace"),
        ("descriptoin", "description"), ("ruels", "rules"),
    ])
    func aMisspeltKeyFindsItsWord(_ typed: String, _ meant: String) {
        do {
            _ = try ScenarioLoader.load(
                name: "test.yaml", bytes: [UInt8]("scenario: x\n\(typed): 1".utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics.first?.nearest == meant)
        }
    }
}

/// Limits that are too large for a file of their own.
@Suite struct ListLimitTests {
    @Test func aListOfMorePatternsThanTheLimitIsRefusedByTheLimit() throws {
        let patterns = (0...ScenarioLimits.listedPatterns).map { "'*\($0)*'" }
            .joined(separator: ", ")
        let text =
            "scenario: a\nrules: [{name: a, when: {user-text: [\(patterns)]}, fault: reset}]\n"
        let errors = #expect(throws: SourceErrors.self) {
            _ = try ScenarioLoader.load(name: "a.yaml", bytes: [UInt8](text.utf8))
        }
        #expect(errors?.text.contains("5001 patterns in a list are more than 5000") == true)
    }
}
