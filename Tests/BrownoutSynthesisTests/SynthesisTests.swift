import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutSynthesis
import Testing

@Suite struct SynthesisTests {
    private func reply(
        _ script: ReplyScript? = nil, call: UInt64 = 1, generation: Int = 0,
        _ change: (inout ChatRequest) -> Void = { _ in }
    ) -> Reply {
        var request = ChatRequest(model: "m", stream: false)
        request.promptTokens = 9
        change(&request)
        return Synthesis.reply(
            to: request, script: script, dice: Dice(seed: 3),
            key: RollKey(session: 1, call: call, attempt: 1), generation: generation)
    }

    private func text(_ reply: Reply) -> String { reply.choices[0].text?.text ?? "" }

    private static func offer(_ names: String...) -> [ChatRequest.Tool] {
        names.map { ChatRequest.Tool(name: $0, schema: ["type": "object"]) }
    }

    @Test func theSameKeySaysTheSame() {
        #expect(reply(call: 5) == reply(call: 5))
        #expect(Set((0..<100).map { text(reply(call: $0)) }).count == 100)
    }

    @Test func textIsTwelveToFortyTokensOfSentences() {
        var lengths: Set<Int> = []
        for call in 0..<500 {
            let reply = reply(call: UInt64(call))
            let text = text(reply)
            lengths.insert(reply.completionTokens)
            #expect((12...40).contains(reply.completionTokens))
            #expect(text.hasSuffix("."))
            #expect(text.first?.isUppercase == true)
            #expect(!text.contains("  "))
            #expect(reply.choices[0].finish == .stop)
        }
        #expect(lengths.count == 29)
    }

    @Test func aScriptSaysHowLongTheTextIs() throws {
        for length in [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 50, 500, 2000] {
            let range = try #require(CountRange(length, through: length))
            for call in 0..<20 {
                let reply = reply(ReplyScript(tokens: range), call: UInt64(call))
                #expect(reply.completionTokens == length)
            }
        }
    }

    @Test func aLimitCutsAndSaysSo() {
        let whole = text(reply())
        for limit in 1...10 {
            let cut = reply { $0.maxTokens = limit }
            #expect(cut.completionTokens == limit)
            #expect(cut.choices[0].finish == .length)
            #expect(whole.hasPrefix(text(cut)))
        }
        #expect(reply { $0.maxTokens = 1000 }.choices[0].finish == .stop)
    }

    @Test func aStopSequenceEndsTheTextBeforeIt() {
        let script = ReplyScript(text: "one two three four two")
        let cut = reply(script) { $0.stop = ["four", "two", ""] }
        #expect(text(cut) == "one ")
        #expect(cut.choices[0].finish == .stopSequence("two"))
        let limited = reply(script) {
            $0.stop = ["four"]
            $0.maxTokens = 2
        }
        #expect(text(limited) == "one two")
        #expect(limited.choices[0].finish == .length)
        let untouched = reply(script) { $0.stop = ["five"] }
        #expect(untouched.choices[0].finish == .stop)
    }

    @Test func aScriptIsSaidAsItIs() {
        let script = ReplyScript(
            thinking: "hm", text: "Let me look.",
            toolCalls: [ScriptedToolCall(name: "f", arguments: "{\"ci")], finish: "my_word")
        let choice = reply(script).choices[0]
        #expect(choice.thinking?.text == "hm")
        #expect(choice.text?.text == "Let me look.")
        #expect(choice.toolCalls.map(\.name) == ["f"])
        #expect(choice.toolCalls.map(\.arguments.text) == ["{\"ci"])
        #expect(choice.finish == .verbatim("my_word"))
    }

    @Test func aScriptedRefusalDeclines() {
        let choice = reply(ReplyScript(refusal: "I can't help with that.")) {
            $0.tools = Self.offer("f")
            $0.responseFormat = ["type": "json_object"]
        }.choices[0]
        #expect(choice.text?.text == "I can't help with that.")
        #expect(choice.isRefusal && choice.finish == .refusal && choice.toolCalls.isEmpty)
        let cut = reply(ReplyScript(refusal: "I can't help with that.")) { $0.maxTokens = 2 }
        #expect(cut.choices[0].isRefusal && cut.choices[0].finish == .length)
    }

    @Test func aScriptedTextOverridesTools() {
        let choice = reply(ReplyScript(text: "No tools.")) { $0.tools = Self.offer("f") }
            .choices[0]
        #expect(choice.toolCalls.isEmpty)
        #expect(choice.finish == .stop)
    }

    @Test func aScriptOfCallsAloneHasNoText() {
        let calls = [ScriptedToolCall(name: "f", arguments: "{}")]
        let choice = reply(ReplyScript(toolCalls: calls)).choices[0]
        #expect(choice.text == nil)
        #expect(choice.finish == .toolCalls)
    }

    /// What is asked again is answered with the same calls, under ids of their own.
    @Test func callsOfAnEqualQuestionHaveOtherIDs() {
        let calls = (0..<20).map { generation in
            reply(generation: generation) { $0.tools = Self.offer("f", "g") }.choices[0]
                .toolCalls[0]
        }
        #expect(Set(calls.map(\.id)).count == 20)
        #expect(Set(calls.map(\.name)).count == 1)
        #expect(Set(calls.map(\.arguments.text)).count == 1)
        let again = reply(generation: 7) { $0.tools = Self.offer("f", "g") }
        #expect(again.choices[0].toolCalls[0].id == calls[7].id)
    }

    @Test func toolsOfferedAreCalled() {
        let choice = reply { $0.tools = Self.offer("f", "g") }.choices[0]
        #expect(choice.text == nil)
        #expect(choice.toolCalls.count == 1)
        #expect(choice.finish == .toolCalls)
        let names = (0..<50).map { call in
            reply(call: call) { $0.tools = Self.offer("f", "g") }.choices[0].toolCalls[0].name
        }
        #expect(Set(names) == ["f", "g"])
    }

    @Test func toolsTheUserNamesAreCalled() {
        func names(_ isParallel: Bool) -> [String] {
            reply {
                $0.tools = Self.offer("get_time", "get_news", "get_weather")
                $0.userText = "Use get_weather and get_time."
                $0.parallelToolCalls = isParallel
            }.choices[0].toolCalls.map(\.name)
        }
        #expect(names(true) == ["get_time", "get_weather"])
        #expect(names(false) == ["get_time"])
    }

    @Test func theChoiceOfToolsIsObeyed() {
        let tools = Self.offer("f", "g")
        let named = reply {
            $0.tools = tools
            $0.toolChoice = .named("g")
        }
        #expect(named.choices[0].toolCalls.map(\.name) == ["g"])
        let none = reply {
            $0.tools = tools
            $0.toolChoice = .none
        }
        #expect(none.choices[0].toolCalls.isEmpty)
        let after = reply {
            $0.tools = tools
            $0.endsWithToolResult = true
        }
        #expect(after.choices[0].toolCalls.isEmpty)
        #expect(after.choices[0].text != nil)
    }

    @Test func callsHaveIdsOfTheirOwn() {
        let reply = reply {
            $0.tools = Self.offer("f", "g")
            $0.userText = "f g"
            $0.choices = 8
        }
        let ids = reply.choices.flatMap { $0.toolCalls.map(\.id) }
        #expect(ids.count == 16)
        #expect(Set(ids).count == 16)
    }

    @Test func choicesDiffer() {
        let texts = reply { $0.choices = 8 }.choices.map { $0.text?.text }
        #expect(Set(texts).count == 8)
        let scripted = reply(ReplyScript(text: "same")) { $0.choices = 3 }
        #expect(scripted.choices.map { $0.text?.text } == ["same", "same", "same"])
    }

    @Test func thinkingComesFirstAndCountsAgainstTheLimit() throws {
        let whole = reply { $0.thinks = true }
        let thinking = try #require(whole.choices[0].thinking)
        #expect((8...20).contains(thinking.ends.count))
        let cut = reply {
            $0.thinks = true
            $0.maxTokens = 4
        }
        #expect(cut.choices[0].thinking?.ends.count == 4)
        #expect(cut.choices[0].text == nil)
        #expect(cut.choices[0].finish == .length)
    }

    @Test func aLimitCutsArgumentsToo() {
        let cut = reply {
            $0.tools = [
                ChatRequest.Tool(
                    name: "f",
                    schema: ["type": "object", "properties": ["a": ["type": "string"]]])
            ]
            $0.maxTokens = 3
        }
        #expect(cut.choices[0].toolCalls[0].arguments.text == "{\"a")
        #expect(cut.choices[0].finish == .length)
    }

    @Test func jsonIsWrittenWhereItIsAskedFor() throws {
        let object = reply { $0.responseFormat = ["type": "json_object"] }
        #expect(try JSON.parse(text(object)).kind == "object")
        let schema: JSON = [
            "type": "object",
            "properties": ["city": ["type": "string"], "days": ["type": "integer", "maximum": 3]],
            "required": ["city", "days"], "additionalProperties": false,
        ]
        for call in 0..<20 {
            let reply = reply(call: UInt64(call)) {
                $0.responseFormat = [
                    "type": "json_schema", "json_schema": ["name": "x", "schema": schema],
                ]
            }
            let value = try JSON.parse(text(reply))
            #expect(SchemaCheck(root: schema).problems(value, schema).isEmpty)
        }
    }

    @Test func whatIsSaidUnderASeedStaysTheSame() {
        // A transcript may be compared byte by byte between versions.
        let said = text(reply())
        #expect(
            said
                == "The garden paints the kitchen below the signal. The curtain waits again. "
                + "Slowly, the station opens a morning beyond the meadow. Often, the painter "
                + "repairs a recipe above the compass. Today.")
    }
}
