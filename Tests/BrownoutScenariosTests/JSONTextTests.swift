import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML
import Testing

/// What is JSON is read as JSON, and not as the YAML it nearly is.
@Suite struct JSONTextTests {
    /// A scenario in JSON whose one rule says a text, given as a JSON string says it.
    private func text(_ escaped: String) throws -> String? {
        let loaded = try load(
            #"{"scenario": "a", "rules": [{"name": "r", "reply": {"text": "\#(escaped)"}}]}"#)
        guard case .effect(let effect) = loaded.scenario.rules[0].action else { return nil }
        return effect.reply?.text
    }

    @Test(arguments: [
        (#"\ud83d\ude00"#, "\u{1F600}"), (#"\uD83D\uDE00 b"#, "\u{1F600} b"),
        ("a \u{2028} b", "a \u{2028} b"), ("a \u{2029} b", "a \u{2029} b"),
        (#"a \u2028 b"#, "a \u{2028} b"), ("a \u{85} b", "a \u{85} b"),
        ("a\u{7F}b", "a\u{7F}b"), ("a\u{9F}b", "a\u{9F}b"), ("a\u{FFFE}b", "a\u{FFFE}b"),
        (#"a\/b"#, "a/b"), (#"\u0000"#, "\u{0}"), (#"\" : , } ] # &a *b"#, "\" : , } ] # &a *b"),
        ("über \u{1F600}", "über \u{1F600}"), ("", ""),
    ])
    func aStringIsWhatJSONSaysItIs(escaped: String, said: String) throws {
        #expect(try text(escaped) == said)
    }

    @Test func numbersWordsAndListsAreWhatTheyAreInYAML() throws {
        let loaded = try load(
            """
            {"scenario": "a", "seed": 18446744073709551615,
             "rules": [{"name": "r", "when": {"stream": true}, "chance": 0.25, "attempts": 1,
                        "fault": {"raw": {"status": 503, "body": {"a": [1.50, -0, 1E5, null]}}}}]}
            """)
        #expect(loaded.scenario.seed == .max)
        #expect(loaded.scenario.rules[0].when.stream == true)
        guard case .effect(let effect) = loaded.scenario.rules[0].action,
            case .raw(let answer) = effect.fault, case .json(let body) = answer.body
        else {
            Issue.record("not a raw answer with JSON")
            return
        }
        #expect(body.text == #"{"a":[1.50,-0,1E5,null]}"#)
    }

    @Test(arguments: [
        (#"{"scenario": "a", "sceen": 1}"#, "test.yaml:1:19: error: unknown key 'sceen'"),
        ("\n\t{\"scenario\":\n\t\"😀\", \"seed\":\t\"x\"}", "test.yaml:3:15: error: 'seed' is a"),
        (#"{"scenario": "a", "seed": 1, "seed": 2}"#, "test.yaml:1:30: error: key 'seed' occurs"),
    ])
    func aMistakeHasThePlaceItHasInTheText(json: String, headline: String) {
        #expect {
            try ScenarioLoader.load(name: "test.yaml", bytes: Array(json.utf8))
        } throws: { error in
            (error as? SourceErrors)?.diagnostics.first?.headline.hasPrefix(headline) == true
        }
    }

    /// Braces are YAML too: what is no JSON is read as before.
    @Test func bracesThatAreNoJSONAreYAML() throws {
        #expect(try load("{scenario: a b, seed: 3,} # braces").scenario.seed == 3)
        #expect(try load(#"{"scenario": "a", "seed": 3,}"#).scenario.seed == 3)
    }
}
