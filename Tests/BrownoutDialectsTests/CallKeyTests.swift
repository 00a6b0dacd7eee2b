import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

@Suite struct CallKeyTests {
    private func key(_ text: String, _ dialect: DialectName = .openai) throws -> UInt64 {
        let body = try JSON.parse(text)
        let profile = Dialects.profile(dialect)
        let path = profile.fullPath(profile.sample.path)
        let facts = Samples.request(dialect, .success(body), path: path).facts
        #expect(facts.call.source == .digest)
        return facts.call.word
    }

    private static let hello = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    @Test(arguments: [
        #"{"messages":[{"content":"hi","role":"user"}],"model":"m"}"#,
        #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}"#,
        #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","user":"u","metadata":{"a":1},"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","temperature":null,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","stream_options":{},"store":true,"#
            + #""messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","messages":[{"role":"user","content":"hi","id":"msg_1"}]}"#,
        #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi","#
            + #""cache_control":{"type":"ephemeral"}}]}]}"#,
        #"{"model":"\u006d","messages":[{"role":"user","content":"hi"}]}"#,
    ])
    func theSameRequestInOtherWordsIsTheSameCall(_ text: String) throws {
        #expect(try key(text) == key(Self.hello))
    }

    @Test(arguments: [
        #"{"model":"n","messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","messages":[{"role":"user","content":"ho"}]}"#,
        #"{"model":"m","messages":[{"role":"system","content":"hi"}]}"#,
        #"{"model":"m","#
            + #""messages":[{"role":"user","content":"hi"},{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","messages":[{"role":"user","content":["#
            + #"{"type":"text","text":"h"},{"type":"text","text":"i"}]}]}"#,
        #"{"model":"m","temperature":0.5,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","seed":5,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","n":2,"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","stop":"x","messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","response_format":{"type":"json_object"},"#
            + #""messages":[{"role":"user","content":"hi"}]}"#,
        #"{"model":"m","tools":[{"type":"function","function":{"name":"f"}}],"#
            + #""messages":[{"role":"user","content":"hi"}]}"#,
    ])
    func anotherRequestIsAnotherCall(_ text: String) throws {
        #expect(try key(text) != key(Self.hello))
    }

    @Test func temperatureCountsToTwoPlaces() throws {
        func key(_ temperature: String) throws -> UInt64 {
            try self.key(#"{"model":"m","temperature":\#(temperature),"messages":[]}"#)
        }
        #expect(try key("0.7") == key("0.7000001"))
        #expect(try key("1") == key("1.0"))
        #expect(try key("0.7") != key("0.71"))
    }

    @Test func twoNamesOfOneParameterAreOne() throws {
        #expect(
            try key(#"{"model":"m","messages":[],"max_tokens":5}"#)
                == key(#"{"model":"m","messages":[],"max_completion_tokens":5}"#))
        #expect(
            try key(#"{"model":"m","messages":[],"stop":"x"}"#)
                == key(#"{"model":"m","messages":[],"stop":["x"]}"#))
    }

    @Test func idsOfToolCallsDoNotCountButTheirContentDoes() throws {
        func openAI(_ id: String, _ arguments: String, _ result: String) throws -> UInt64 {
            try key(
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"\#(id)","#
                    + #""type":"function","function":{"name":"f","arguments":"\#(arguments)"}}]},"#
                    + #"{"role":"tool","tool_call_id":"\#(id)","content":"\#(result)"}]}"#)
        }
        #expect(try openAI("call_1", "a", "r") == openAI("call_2", "a", "r"))
        #expect(try openAI("call_1", "a", "r") != openAI("call_1", "b", "r"))
        #expect(try openAI("call_1", "a", "r") != openAI("call_1", "a", "s"))
        func anthropic(_ id: String, _ city: String, _ result: String) throws -> UInt64 {
            try key(
                #"{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[{"type":"#
                    + #""tool_use","id":"\#(id)","name":"f","input":{"id":"\#(city)"}}]},"#
                    + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","#
                    + #""content":"\#(result)"}]}]}"#, .anthropic)
        }
        #expect(try anthropic("toolu_1", "a", "r") == anthropic("toolu_2", "a", "r"))
        #expect(try anthropic("toolu_1", "a", "r") != anthropic("toolu_1", "b", "r"))
        #expect(try anthropic("toolu_1", "a", "r") != anthropic("toolu_1", "a", "s"))
    }

    @Test func textsDoNotRunTogether() throws {
        func key(_ first: String, _ second: String) throws -> UInt64 {
            try self.key(
                #"{"model":"m","messages":[{"role":"user","content":"\#(first)"},"#
                    + #"{"role":"user","content":"\#(second)"}]}"#)
        }
        #expect(try key("ab", "c") != key("a", "bc"))
        #expect(try key("a", "b") != key("b", "a"))
    }

    @Test func tenThousandPromptsAreTenThousandCalls() throws {
        var seen: Set<UInt64> = []
        for index in 0..<10_000 {
            let body = Samples.body(
                .openai, [("messages", [["role": "user", "content": .string("call \(index)")]])])
            seen.insert(Samples.openAI(body).facts.call.word)
        }
        #expect(seen.count == 10_000)
    }

    @Test func theDigestStaysWhatItIs() throws {
        // Decisions are keyed with it: a change here changes every recorded run.
        let digest = try key(Self.hello).hex
        #expect(digest == "593158623e893209")
    }

    @Test func aHeaderNamesTheCall() {
        let body = Samples.body(.openai)
        let key = HeaderField("Idempotency-Key", "i-1")
        let call = HeaderField("X-Brownout-Call", "c-1")
        #expect(
            Samples.openAI(body, headers: [key]).facts.call
                == CallKey(named: "i-1", by: .idempotencyKey))
        #expect(
            Samples.openAI(body, headers: [key, call]).facts.call
                == CallKey(named: "c-1", by: .header))
        #expect(
            Samples.openAI(body, headers: [HeaderField("x-brownout-call", "")]).facts.call.source
                == .digest)
    }

    @Test func arbitraryBodiesHaveADigest() throws {
        for text in [
            "{}", #"{"messages":5}"#, #"{"messages":[5,null,[]]}"#,
            #"{"messages":[{"content":{"a":1}}]}"#, #"{"messages":[{"tool_calls":7}]}"#,
            #"{"temperature":1e999,"messages":[{"tool_calls":[7]}]}"#,
        ] {
            _ = try key(text)
        }
        for body in [JSON.null, [], "x", 5] {
            #expect(Samples.openAI(body).facts.call.source == .digest)
        }
    }
}
