import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutSynthesis
import Testing

/// What faults need to find in a reply, and what breaks a schema.
@Suite struct WishTests {
    private static let weather: JSON = [
        "type": "object",
        "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
        "required": ["city", "days"],
    ]

    private func reply(
        _ wishes: ReplyWishes, script: ReplyScript? = nil, tools: [String] = [], call: UInt64 = 1,
        _ change: (inout ChatRequest) -> Void = { _ in }
    ) -> Reply.Choice {
        var request = ChatRequest(model: "m", stream: false)
        request.tools = tools.map { ChatRequest.Tool(name: $0, schema: Self.weather) }
        change(&request)
        return Synthesis.reply(
            to: request, script: script, dice: Dice(seed: 3),
            key: RollKey(session: 1, call: call, attempt: 1), wishes: wishes
        ).choices[0]
    }

    @Test func faultsOfCallsWishForCalls() {
        #expect(ReplyWishes([]) == ReplyWishes())
        #expect(ReplyWishes([.content(.refusal), .cut(.fin, at: .terminal)]) == ReplyWishes())
        for fault in [
            ContentFault.argumentsNotJSON, .argumentsBreakSchema, .argumentsCut, .unknownTool,
        ] {
            let isJSON = fault == .argumentsNotJSON || fault == .argumentsBreakSchema
            #expect(
                ReplyWishes([.content(fault)])
                    == ReplyWishes(toolCalls: 1, wantsJSONArguments: isJSON))
        }
        let position = Fault.cut(.reset, at: .inToolArguments)
        #expect(ReplyWishes([position]) == ReplyWishes(toolCalls: 1))
        #expect(
            ReplyWishes([.content(.duplicateToolID), position]) == ReplyWishes(toolCalls: 2))
        #expect(ReplyWishes([.stall(.seconds(1), at: .inUTF8)]) == ReplyWishes(isBeyondASCII: true))
    }

    @Test func aCallIsMadeWhereToolsAreOffered() {
        let wish = ReplyWishes(toolCalls: 1)
        #expect(reply(wish).toolCalls.isEmpty)
        let forced = reply(wish, tools: ["a"]) { $0.toolChoice = .none }
        #expect(forced.toolCalls.map(\.name) == ["a"])
        #expect(forced.finish == .toolCalls)
        let later = reply(wish, tools: ["a"]) { $0.endsWithToolResult = true }
        #expect(later.toolCalls.count == 1)
        let scripted = reply(wish, script: ReplyScript(text: "Let me look."), tools: ["a"])
        #expect(scripted.text?.text == "Let me look.")
        #expect(scripted.toolCalls.map(\.name) == ["a"])
        let refused = reply(wish, script: ReplyScript(refusal: "No."), tools: ["a"])
        #expect(refused.toolCalls.isEmpty)
    }

    @Test func twoCallsAreOfTwoToolsWhereThereAreTwo() {
        let wish = ReplyWishes(toolCalls: 2)
        #expect(Set(reply(wish, tools: ["a", "b"]).toolCalls.map(\.name)) == ["a", "b"])
        let same = reply(wish, tools: ["a"]).toolCalls
        #expect(same.map(\.name) == ["a", "a"])
        #expect(same[0].id != same[1].id)
        let script = ReplyScript(
            toolCalls: [ScriptedToolCall(name: "x", arguments: "{\"n\":1}")])
        let scripted = reply(wish, script: script, tools: ["a"]).toolCalls
        #expect(scripted.map(\.name) == ["x", "x"])
        #expect(scripted.map(\.arguments.text) == ["{\"n\":1}", "{\"n\":1}"])
    }

    @Test func withoutWishesNothingChanges() {
        for call in 1...20 as ClosedRange<UInt64> {
            let plain = reply(ReplyWishes(), tools: ["a", "b"], call: call)
            let wished = reply(ReplyWishes(toolCalls: 1), tools: ["a", "b"], call: call)
            #expect(plain == wished)
        }
    }

    @Test func textHasCharactersOfSeveralBytesAndAsManyTokens() {
        for tokens in 1...60 {
            let script = ReplyScript(
                tokens: CountRange(tokens, through: tokens))
            let accented = reply(ReplyWishes(isBeyondASCII: true), script: script)
            let text = accented.text?.text ?? ""
            #expect(text.utf8.contains { $0 >= 0xC2 }, "\(text)")
            #expect(accented.tokens == tokens, "\(text)")
            let again = reply(ReplyWishes(isBeyondASCII: true), script: script)
            #expect(again == accented)
        }
        let beside = reply(ReplyWishes(isBeyondASCII: true), tools: ["a"])
        #expect(beside.toolCalls.count == 1)
        #expect(beside.text?.text.utf8.contains { $0 >= 0xC2 } == true)
    }

    // MARK: Schemas

    private func broken(_ arguments: String, _ schema: JSON) -> String? {
        let call = Reply.ToolCall(id: 1, name: "t", arguments: TokenText(arguments))
        let reply = Reply(
            choices: [Reply.Choice(toolCalls: [call], finish: .toolCalls)], promptTokens: 1)
        return reply.breakingSchemas(of: [ChatRequest.Tool(name: "t", schema: schema)])?
            .choices[0].toolCalls[0].arguments.text
    }

    @Test(arguments: [
        // A wrong type where the member has one.
        (#"{"city":"Paris","days":2}"#, weather, #"{"city":42,"days":2}"#),
        (
            #"{"n":7}"#, ["type": "object", "properties": ["n": ["type": "integer"]]] as JSON,
            #"{"n":"about 7"}"#
        ),
        (
            #"{"ok":true}"#, ["properties": ["ok": ["type": "boolean"]]] as JSON,
            #"{"ok":"yes"}"#
        ),
        // A reference, and alternatives that let the first change through.
        (
            #"{"a":"x"}"#,
            [
                "type": "object", "properties": ["a": ["$ref": "#/$defs/a"]],
                "$defs": ["a": ["enum": ["x", "y"]]],
            ] as JSON, #"{"a":42}"#
        ),
        (
            #"{"a":"x","b":"y"}"#,
            [
                "type": "object",
                "properties": ["a": ["type": ["string", "integer"]], "b": ["type": "string"]],
            ] as JSON, #"{"a":"x","b":42}"#
        ),
        // A member too few where its type is free.
        (#"{"a":"x"}"#, ["type": "object", "required": ["a"]] as JSON, "{}"),
        // No object at all.
        ("{}", ["type": "object"] as JSON, "[]"),
        (#"{"a":1}"#, ["type": "object"] as JSON, "[]"),
        // Arguments that are no JSON are as good as none.
        (#"{"city":"#, weather, "{}"),
    ])
    func argumentsBreakTheirSchema(arguments: String, schema: JSON, expected: String) {
        #expect(broken(arguments, schema) == expected)
    }

    @Test func whatAllowsEverythingCannotBeBroken() {
        #expect(broken(#"{"a":1}"#, [:]) == nil)
        #expect(broken(#"{"a":1}"#, .null) == nil)
        #expect(broken(#"{"a":1}"#, true) == nil)
    }

    @Test func aCallOfAToolThatIsNotOfferedHasNoSchema() {
        let call = Reply.ToolCall(id: 1, name: "other", arguments: TokenText("{}"))
        let reply = Reply(
            choices: [Reply.Choice(toolCalls: [call], finish: .toolCalls)], promptTokens: 1)
        let tools = [ChatRequest.Tool(name: "t", schema: Self.weather)]
        #expect(reply.breakingSchemas(of: tools) == nil)
    }
}
