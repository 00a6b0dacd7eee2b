import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML
import Testing

/// The exported JSON Schema, held against what the loader takes.
@Suite struct SchemaTests {
    private let schema = ScenarioSchema.json

    private func accepts(_ text: String) throws -> Bool {
        SchemaCheck(root: schema).accepts(try JSON.parse(text), schema)
    }

    @Test func everyReferenceLeadsSomewhere() {
        func walk(_ value: JSON) {
            if let reference = value["$ref"]?.stringValue {
                #expect(schema.value(at: String(reference.dropFirst())) != nil, "\(reference)")
            }
            for member in value.objectValue ?? [] { walk(member.value) }
            for item in value.arrayValue ?? [] { walk(item) }
        }
        walk(schema)
    }

    @Test func everyMappingIsStrictAndEveryKeyDescribed() {
        func walk(_ value: JSON) {
            if let properties = value["properties"]?.objectValue {
                #expect(value["additionalProperties"] == false)
                for property in properties {
                    #expect(property.value["description"]?.stringValue?.hasSuffix(".") == true)
                }
            }
            for member in value.objectValue ?? [] { walk(member.value) }
            for item in value.arrayValue ?? [] { walk(item) }
        }
        walk(schema)
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test func everyCauseIsInTheSchema() {
        let causes = schema.value(at: "/$defs/cause-word/enum")?.arrayValue
        #expect(causes?.compactMap(\.stringValue) == Cause.allCases.map(\.rawValue))
    }

    @Test func everyWordOfAVocabularyHasItsMeaning() {
        var found = 0
        for definition in schema["$defs"]?.objectValue ?? [] {
            guard definition.key.hasSuffix("-word") else { continue }
            found += 1
            let words = definition.value["enum"]?.arrayValue ?? []
            let meanings = definition.value["enumDescriptions"]?.arrayValue ?? []
            #expect(words.count == meanings.count && !words.isEmpty, "\(definition.key)")
            #expect(meanings.allSatisfy { $0.stringValue?.isEmpty == false }, "\(definition.key)")
        }
        #expect(found == 12)
    }

    /// Nothing is chosen by trying: an error is then of the outer alternative, not of the word.
    @Test func alternativesAreChosenByTypeOrKey() {
        func walk(_ value: JSON) {
            #expect(value["oneOf"] == nil)
            // Which keys there have to be is no choice between forms.
            for choice in value["anyOf"]?.arrayValue ?? [] {
                #expect(choice.objectValue?.map(\.key) == ["required"])
            }
            for member in value.objectValue ?? []
            where !["properties", "$defs"].contains(member.key) {
                walk(member.value)
            }
            for group in ["properties", "$defs"] {
                for member in value[group]?.objectValue ?? [] { walk(member.value) }
            }
            for item in value.arrayValue ?? [] { walk(item) }
        }
        walk(schema)
    }

    /// A text that is a word or of a grammar is told by its first character.
    @Test func besideWordsAGrammarBeginsWithADigit() {
        var found = 0
        func walk(_ value: JSON) {
            if value["if"]?["pattern"] == "^[0-9]" {
                found += 1
                let target = value["then"]?["$ref"]?.stringValue.flatMap {
                    schema.value(at: String($0.dropFirst()))
                }
                for example in target?["examples"]?.arrayValue ?? [] {
                    #expect(example.stringValue?.first?.isNumber == true)
                }
                #expect(target?["examples"]?.arrayValue?.isEmpty == false)
                for word in value["else"]?["enum"]?.arrayValue ?? [] {
                    #expect(word.stringValue?.first?.isLetter == true)
                }
                #expect(value["else"]?["enum"]?.arrayValue?.isEmpty == false)
            }
            for member in value.objectValue ?? [] { walk(member.value) }
            for item in value.arrayValue ?? [] { walk(item) }
        }
        walk(schema)
        #expect(found >= 4)
    }

    @Test func whatHoldsWithoutAKeyMayBeWritten() {
        var found = 0
        func walk(_ value: JSON) {
            for property in value["properties"]?.objectValue ?? [] {
                guard let usual = property.value["default"] else { continue }
                found += 1
                let isRight = SchemaCheck(root: schema).accepts(usual, property.value)
                #expect(isRight, "\(property.key)")
            }
            for member in value.objectValue ?? [] { walk(member.value) }
        }
        walk(schema)
        #expect(found >= 30)
    }

    @Test(arguments: Grammar.allCases)
    func theExamplesOfAGrammarFitItsPattern(_ grammar: Grammar) throws {
        let definition = try #require(schema.value(at: "/$defs/\(grammar.rawValue)-value"))
        for example in definition["examples"]?.arrayValue ?? [] {
            let isRight = SchemaCheck(root: schema).accepts(example, definition)
            #expect(isRight, "\(example)")
        }
    }

    /// Scenarios in JSON, each of them right for the schema and for the loader.
    @Test(arguments: [
        #"{"scenario": "x"}"#,
        #"{"scenario": "x", "seed": 7, "source": "synthesise", "rules": []}"#,
        #"{"scenario": "x", "pace": {"first-token": "lognormal(median 300ms, p99 2s)"}}"#,
        #"{"scenario": "x", "providers": {"a": "openai", "b": {"dialect": "anthropic"}}}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "chance": 0.3, "fault": "overloaded"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "attempts": [1, "3+"], "fault": "reset"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "latency": {"first-token": "1s..2s"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": ["ok", {"cut": "fin", "at": "50%"}]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": {"by": "arrival", "steps": ["ok"]}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "one-of": [{"chance": "1/3", "hang": "forever"}]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "when": {"model": ["a*"], "header": {"x-a": "b"}}, "fault": {"cause": "rate-limited", "retry-after": {"ms": "5ms"}}}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": "60/min", "burst": 10}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "concurrent": 5, "per": ["key", "client"]}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "input-tokens": "10/30s", "burst": {"input-tokens": 5}, "retry-after": {"ms": "exact"}}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": "5/s", "retry-after": "ms", "refuse-with": {"status": 503}}]}"#,
        #"{"scenario": "x", "expect": {"calls": {"succeeded": ">= 95%", "total": "== 3"}, "retry-after": "honoured"}}"#,
        #"{"scenario": "x", "expect": [{"severity": "warning", "attempts": {"amplification": "<= 1.5"}}]}"#,
        #"{"scenario": "x", "expect": {"fallback": {"within": "2s"}, "not-retried": ["billing"], "retried": "overloaded"}}"#,
        #"{"scenario": "x", "expect": {"split": {"a": "50%"}, "cost": {"wasted": "<= 0.05 USD"}, "latency": {"p95": "< 300ms"}}}"#,
        #"{"scenario": "x", "expect": {"scorecard": {"herd": "off"}, "patience": "5s", "backoff": {"grows": true}}}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "optional": true, "fault": "reset"}]}"#,
        #"{"scenario": "x", "reply": {"tool-calls": [{"name": "f", "arguments": {"a": [1]}}]}}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "latency": "200 ms .. 900 ms", "chance": "30 %"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "attempts": "1 - 3", "chance": "1 / 3", "fault": {"dribble": "20  B  /  s", "at": "byte  5"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "during": "10s .. 40s", "fault": {"hang": "2 s", "at": "50 %"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": [{"reply": {"text": "a"}, "cut": "fin", "at": "50%"}]}]}"#,
    ])
    func whatTheLoaderTakesTheSchemaTakes(_ text: String) throws {
        _ = try load(text)
        #expect(try accepts(text))
    }

    /// Wrong for both.
    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"scenario": "x", "sede": 1}"#, #"{"scenario": "x", "seed": -1}"#,
        #"{"scenario": "x", "limits": []}"#,
        #"{"scenario": "x", "limits": [{"name": "a"}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": 60}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": "60/week"}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": "6/s", "burst": 0}]}"#,
        #"{"scenario": "x", "limits": [{"name": "a", "requests": "6/s", "per": "ip"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a"}]}"#,
        #"{"scenario": "x", "rules": [{"fault": "reset"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": "overloded"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "chance": 20, "fault": "reset"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "latency": 20}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "latency": "20"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "attempts": 0, "fault": "reset"}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cut": "rst", "at": "start"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cut": "reset", "at": "5"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "one-of": [{"fault": "reset"}]}]}"#,
        #"{"scenario": "x", "providers": {"a_b": "openai"}}"#,
        #"{"scenario": "x", "expect": {}}"#, #"{"scenario": "x", "expect": {"calls": {}}}"#,
        #"{"scenario": "x", "expect": {"severity": "error"}}"#,
        #"{"scenario": "x", "expect": {"attempts": {"per-call": 3}}}"#,
        #"{"scenario": "x", "expect": {"attempts": {"per-call": "3"}}}"#,
        #"{"scenario": "x", "expect": {"latency": {"p95": "<= 95%"}}}"#,
        #"{"scenario": "x", "expect": {"scorecard": {"jiter": "off"}}}"#,
        #"{"scenario": "x", "expect": {"cost": {"wasted": "<= 0.05 EUR"}}}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cut": "reset"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cut": "reset", "at": "start", "retry-after": "1s"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"shape": "event-ids", "at": "start"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"hang": "forever", "stall": "1s", "at": "50%"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"at": "50%"}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cause": "rate-limited", "retry-after": {"ms": "1s", "for": "1s"}}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": {"cause": "rate-limited", "retry-after": {"http-date": "1s", "enforced": true}}}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "fault": "reset", "sequence": ["ok"]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": ["ok"], "one-of": [{"chance": 1, "fault": "reset"}]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "one-of": [{"chance": 1}]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": [{}]}]}"#,
        #"{"scenario": "x", "rules": [{"name": "a", "sequence": [{"fault": "reset", "cut": "fin", "at": "50%"}]}]}"#,
    ])
    func whatTheSchemaRefusesTheLoaderRefuses(_ text: String) throws {
        #expect(try !accepts(text))
        #expect(throws: SourceErrors.self) {
            try ScenarioLoader.load(name: "test.json", bytes: [UInt8](text.utf8))
        }
    }
}

/// The part of JSON Schema that the export uses.
private struct SchemaCheck {
    let root: JSON

    func accepts(_ value: JSON, _ schema: JSON) -> Bool {
        (schema.objectValue ?? []).allSatisfy { holds($0.key, $0.value, value, schema) }
    }

    private func holds(_ key: String, _ rule: JSON, _ value: JSON, _ schema: JSON) -> Bool {
        switch key {
        case "$ref":
            let target = rule.stringValue.flatMap { root.value(at: String($0.dropFirst())) }
            return target.map { accepts(value, $0) } ?? false
        case "type":
            let names = rule.arrayValue?.compactMap(\.stringValue) ?? [rule.stringValue ?? ""]
            return names.contains(value.kind)
                || (value.kind == "integer" && names.contains("number"))
        case "allOf": return rule.arrayValue?.allSatisfy { accepts(value, $0) } ?? true
        case "if":
            let then = schema[accepts(value, rule) ? "then" : "else"]
            return then.map { accepts(value, $0) } ?? true
        case "minProperties":
            return value.objectValue.map { $0.count >= rule.intValue ?? 0 } ?? true
        case "enum": return rule.arrayValue?.contains(value) ?? false
        case "anyOf": return rule.arrayValue?.contains { accepts(value, $0) } ?? false
        case "minimum": return value.doubleValue.map { $0 >= rule.doubleValue ?? 0 } ?? true
        case "maximum": return value.doubleValue.map { $0 <= rule.doubleValue ?? 0 } ?? true
        case "minItems": return value.arrayValue.map { $0.count >= rule.intValue ?? 0 } ?? true
        case "pattern":
            guard let text = value.stringValue, let pattern = rule.stringValue,
                let expression = try? Regex(pattern)
            else { return true }
            return text.contains(expression)
        case "items": return value.arrayValue?.allSatisfy { accepts($0, rule) } ?? true
        case "required":
            guard value.objectValue != nil else { return true }
            return rule.arrayValue?.allSatisfy { value[$0.stringValue ?? ""] != nil } ?? true
        case "properties":
            return value.objectValue?.allSatisfy { member in
                rule[member.key].map { accepts(member.value, $0) } ?? true
            } ?? true
        case "propertyNames":
            return value.objectValue?.allSatisfy { accepts(.string($0.key), rule) } ?? true
        case "additionalProperties":
            return value.objectValue?.allSatisfy { member in
                schema["properties"]?[member.key] != nil
                    || (rule != false && accepts(member.value, rule))
            } ?? true
        default: return true
        }
    }
}
