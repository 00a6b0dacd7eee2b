import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutSynthesis
import Testing

/// Which tools are called, and in which form.
@Suite struct ToolChoiceTests {
    private typealias Tool = ChatRequest.Tool

    private static let text: JSON = [
        "type": "object", "properties": ["r": ["type": "string"]], "required": ["r"],
    ]

    private func choice(
        _ tools: [Tool], call: UInt64 = 1, script: ReplyScript? = nil,
        wishes: ReplyWishes = ReplyWishes(), _ change: (inout ChatRequest) -> Void = { _ in }
    ) -> Reply.Choice {
        var request = ChatRequest(model: "m", stream: false)
        request.tools = tools
        change(&request)
        return Synthesis.reply(
            to: request, script: script, dice: Dice(seed: 3),
            key: RollKey(session: 1, call: call, attempt: 1), wishes: wishes
        ).choices[0]
    }

    private func names(
        _ tools: [Tool], wishes: ReplyWishes = ReplyWishes(),
        _ change: (inout ChatRequest) -> Void
    ) -> Set<String> {
        var names: Set<String> = []
        for call in 0..<40 as Range<UInt64> {
            let choice = choice(tools, call: call, wishes: wishes, change)
            #expect(choice.toolCalls.isEmpty == (choice.finish == .stop))
            names.formUnion(choice.toolCalls.map(\.name))
        }
        return names
    }

    private static func functions(_ names: String...) -> [Tool] {
        names.map { Tool(name: $0, schema: text) }
    }

    // MARK: Forced

    @Test func aForcedToolIsCalledAfterAResultToo() {
        let tools = Self.functions("look", "done")
        for choice in [ChatRequest.ToolChoice.required, .named("done")] {
            let called = names(tools) {
                $0.toolChoice = choice
                $0.endsWithToolResult = true
                $0.calledTools = ["look"]
            }
            #expect(called == ["done"])
        }
        let free = choice(tools) {
            $0.endsWithToolResult = true
            $0.calledTools = ["look"]
        }
        #expect(free.toolCalls.isEmpty && free.text != nil)
    }

    @Test func aToolThatWasCalledIsCalledAgainWhereThereIsNoOther() {
        let only = names(Self.functions("look")) {
            $0.toolChoice = .required
            $0.endsWithToolResult = true
            $0.calledTools = ["look", "look"]
        }
        #expect(only == ["look"])
        let all = names(Self.functions("look", "done")) {
            $0.toolChoice = .required
            $0.endsWithToolResult = true
            $0.calledTools = ["done", "look"]
        }
        #expect(all == ["look", "done"])
        let named = names(Self.functions("look", "done")) {
            $0.toolChoice = .named("look")
            $0.endsWithToolResult = true
            $0.calledTools = ["look"]
        }
        #expect(named == ["look"])
    }

    @Test func aToolThatTheUserNamedIsNotCalledForEver() {
        let called = names(Self.functions("look", "done")) {
            $0.toolChoice = .required
            $0.userText = "Please look."
            $0.endsWithToolResult = true
            $0.calledTools = ["look"]
        }
        #expect(called == ["done"])
    }

    @Test(arguments: [ChatRequest.ToolChoice.automatic, .required])
    func onlyWhatIsAllowedIsCalled(_ choice: ChatRequest.ToolChoice) {
        let called = names(Self.functions("a", "b", "c")) {
            $0.toolChoice = choice
            $0.userText = "Use b."
            $0.allowedTools = ["a", "c"]
        }
        #expect(called == ["a", "c"])
    }

    @Test func anAllowedToolThatIsRequiredIsCalledThoughItWasBefore() {
        let called = names(Self.functions("a", "b")) {
            $0.toolChoice = .required
            $0.allowedTools = ["a"]
            $0.endsWithToolResult = true
            $0.calledTools = ["a"]
        }
        #expect(called == ["a"])
    }

    // MARK: Forms

    private static func custom(_ grammar: JSON = .null) -> Tool {
        Tool(name: "code", schema: .null, form: .custom, grammar: grammar)
    }

    @Test func aCustomToolIsGivenWords() {
        let call = choice([Self.custom()]).toolCalls[0]
        #expect(call.form == .custom && call.name == "code")
        #expect(call.arguments.text.hasSuffix("."))
    }

    @Test(arguments: [
        (#"[a-f0-9]{8}"#, #"^[a-f0-9]{8}$"#),
        (#"^(SELECT|INSERT) [a-z]+;$"#, #"^(SELECT|INSERT) [a-z]+;$"#),
        (#"(?P<year>\d{4})-(?P<month>\d\d)"#, #"^\d{4}-\d\d$"#), ("a|bc", "^(a|bc)$"),
    ])
    func aCustomToolIsGivenWhatItsPatternTakes(_ pattern: String, _ whole: String) throws {
        let grammar: JSON = ["syntax": "regex", "definition": .string(pattern)]
        let expected = try Regex(whole)
        for call in 0..<20 as Range<UInt64> {
            let text = choice([Self.custom(grammar)], call: call).toolCalls[0].arguments.text
            #expect(try expected.wholeMatch(in: text) != nil, "\(text)")
        }
    }

    @Test func aGrammarThatCannotBeMetGetsWords() {
        for grammar: JSON in [
            ["syntax": "regex", "definition": "(?<=a)b"],
            ["syntax": "lark", "definition": "start: unknown"],
            ["syntax": "lark", "definition": "start: \"(\" start \")\""],
            ["syntax": "lark", "definition": "start{a}: a"], ["syntax": "lark", "definition": "x"],
            ["syntax": "lark", "definition": "%import python.NAME"],
        ] {
            let text = choice([Self.custom(grammar)]).toolCalls[0].arguments.text
            #expect(text.hasSuffix("."), "\(text)")
        }
    }

    private static let grammars: [(String, String)] = [
        (#"start: "a" "b"?"#, "ab?"),
        (
            """
            // Sums, as OpenAI's guide to function calling has them.
            start: expr
            expr: term (SP ADD SP term)* -> add
            | term
            term: INT
            SP: " "
            ADD: "+"
            %import common.INT
            """, #"\d+( \+ \d+)*"#
        ),
        (
            """
            start: "SELECT" NAME ("," NAME)* "FROM" NAME ";"
            NAME: /[a-z]{3,5}/
            %ignore /[ \\t\\n]+/
            """, "SELECT [a-z]{3,5}( , [a-z]{3,5})* FROM [a-z]{3,5} ;"
        ),
        (
            """
            ?start: list
            list: "[" [start ("," start)*] "]"
                | DIGIT~2..3   # two digits or three
            %import common (DIGIT, WS)
            %ignore WS
            """, #"[\[\], 0-9]+"#
        ),
        ("start: LETTER \"..\" LETTER\nLETTER.2: \"a\"..\"f\"", #"[a-f]\.\.[a-f]"#),
    ]

    @Test(arguments: grammars.indices)
    func aCustomToolIsGivenWhatItsGrammarTakes(_ row: Int) throws {
        let (definition, whole) = Self.grammars[row]
        let grammar: JSON = ["syntax": "lark", "definition": .string(definition)]
        let expected = try Regex(whole)
        var texts: Set<String> = []
        for call in 0..<20 as Range<UInt64> {
            let text = choice([Self.custom(grammar)], call: call).toolCalls[0].arguments.text
            #expect(try expected.wholeMatch(in: text) != nil, "\(text)")
            texts.insert(text)
        }
        #expect(texts.count > 1)
    }

    private static let legacy = ["f", "g"].map { Tool(name: $0, schema: text, form: .legacy) }

    @Test func ofFunctionsOneIsCalled() {
        let two = ReplyScript(
            toolCalls: ["f", "g"].map { ScriptedToolCall(name: $0, arguments: "{}") })
        for choice in [
            choice(Self.legacy) { $0.userText = "f and g" }, choice(Self.legacy, script: two),
            choice(Self.legacy, wishes: ReplyWishes(toolCalls: 2)),
        ] {
            #expect(choice.toolCalls.map(\.form) == [.legacy])
            #expect(choice.finish == .toolCalls)
        }
    }

    @Test func aScriptedCallHasTheFormOfItsTool() {
        let script = ReplyScript(
            toolCalls: ["code", "look", "other"].map {
                ScriptedToolCall(name: $0, arguments: "print(1)")
            })
        let tools = Self.functions("look") + [Self.custom()]
        #expect(
            choice(tools, script: script).toolCalls.map(\.form) == [.custom, .function, .function])
    }

    // MARK: Wishes

    @Test func aFaultOfJSONArgumentsFindsAFunction() {
        let tools = [Self.custom()] + Self.functions("look")
        for fault in [ContentFault.argumentsNotJSON, .argumentsBreakSchema] {
            let wishes = ReplyWishes([.content(fault)])
            #expect(names(tools, wishes: wishes) { _ in } == ["look"])
            let forbidden = choice(tools, wishes: wishes) { $0.toolChoice = .none }
            #expect(forbidden.toolCalls.map(\.name) == ["look"])
            #expect(choice([Self.custom()], wishes: wishes).toolCalls.map(\.form) == [.custom])
        }
        let cut = ReplyWishes([.content(.argumentsCut)])
        #expect(names(tools, wishes: cut) { _ in } == ["code", "look"])
    }

    @Test func whatIsNotAllowedIsNotWishedFor() {
        let forbidden = choice(Self.functions("a", "b"), wishes: ReplyWishes(toolCalls: 1)) {
            $0.allowedTools = ["b"]
            $0.endsWithToolResult = true
        }
        #expect(forbidden.toolCalls.map(\.name) == ["b"])
    }

    // MARK: Shapes

    @Test(arguments: [false, true])
    func theShapeThatThePromptAsksForIsMet(_ isFenced: Bool) throws {
        var request = ChatRequest(model: "m", stream: false)
        request.promptShape = ChatRequest.PromptShape(schema: Self.text, isFenced: isFenced)
        func reply(_ script: ReplyScript? = nil) -> Reply {
            Synthesis.reply(
                to: request, script: script, dice: Dice(seed: 3),
                key: RollKey(session: 1, call: 1, attempt: 1))
        }
        var text = reply().choices[0].text?.text ?? ""
        if isFenced {
            #expect(text.hasPrefix("```json\n") && text.hasSuffix("\n```"))
            text = String(text.dropFirst(8).dropLast(4))
        }
        let value = try JSON.parse(text)
        #expect(SchemaCheck(root: Self.text).problems(value, Self.text).isEmpty)
        #expect(reply().isShapedByPrompt)
        #expect(!reply(ReplyScript(text: "No.")).isShapedByPrompt)
    }
}
