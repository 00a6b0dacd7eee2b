import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// What a prompt says of the answer's shape.
@Suite struct PromptShapeTests {
    private static let person = #"{"properties": {"name": {"type": "string"}}, "type": "object"}"#
    private static let other =
        #"{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}"#

    private func shape(
        _ dialect: DialectName, system: JSON? = nil, _ user: JSON = "a person",
        more: [(String, JSON)] = []
    ) -> ChatRequest.PromptShape? {
        var messages: [JSON] = [["role": "user", "content": user]]
        var changes = more
        switch (DialectSample.of(dialect).form, system) {
        case (.choices, let system?), (.lines, let system?):
            messages.insert(["role": "system", "content": system], at: 0)
        case (.blocks, let system?): changes.append(("system", system))
        case (_, nil): break
        }
        return Samples.request(dialect, [("messages", .array(messages))] + changes)
            .chat?.promptShape
    }

    /// Words around a schema, as clients and people write them, and whether they ask for it.
    private static let askings: [(String, asks: Bool, isFenced: Bool)] = [
        (
            "Always respond with a JSON object that fits this schema:\n\nSCHEMA\n\nNo prose.", true,
            false
        ),
        ("Answer in json that fits this json_schema: SCHEMA", true, false),
        (
            "Provide the parsed objects in json that match the following json_schema:\n\nSCHEMA",
            true, false
        ),
        ("Extract a valid JSON object from the text using this schema: SCHEMA", true, false),
        ("JSON schema:\nSCHEMA\nYou MUST answer with a JSON object that matches it.", true, false),
        ("Here's a JSON schema to follow:\nSCHEMA\n\nOutput a valid JSON object.", true, false),
        ("Your answer must match this JSON schema: SCHEMA", true, false),
        ("Please follow this JSON Schema: SCHEMA", true, false),
        ("JSON only! SCHEMA", true, false),
        ("SCHEMA\nReturn the correct JSON response within a ```json codeblock.", true, true),
        ("Reply with JSON like SCHEMA in a code block.", true, true),
        (
            "Reply with JSON in a fenced code block, of this schema:\n```json\nSCHEMA\n```", true,
            true
        ),
        ("Return JSON of this schema:\n```json\nSCHEMA\n```", true, false),
        (
            "Respond with JSON. Do not include markdown code blocks in your response.\n"
                + "Remove the ```json markdown from the output.\n```SCHEMA```", true, false
        ),
        (
            "Output JSON as in SCHEMA. Ensure that the output has no code block markers like "
                + "```json or ```python.", true, false
        ),
        ("Always respond with JSON. Don't include any Markdown fencing. SCHEMA", true, false),
        ("What does this describe? SCHEMA", false, false),
        ("Explain this JSON Schema to me: SCHEMA", false, false),
        ("Generate a larger JSON schema than SCHEMA", false, false),
        ("Is this a JSON schema? SCHEMA Answer yes or no.", false, false),
        ("We keep JSON. SCHEMA", false, false),
    ]

    @Test(arguments: askings.indices, DialectName.allCases)
    func aSchemaIsAskedForInWords(_ row: Int, _ dialect: DialectName) throws {
        let row = Self.askings[row]
        let text = row.0.replacing("SCHEMA", with: Self.person)
        let schema = try JSON.parse(Self.person)
        let expected =
            row.asks ? ChatRequest.PromptShape(schema: schema, isFenced: row.isFenced) : nil
        #expect(shape(dialect, system: .string(text)) == expected)
        #expect(shape(dialect, .string(text)) == expected)
        // Ollama's messages are texts.
        guard dialect != .ollama else { return }
        let parts: JSON = [["type": "text", "text": .string(text)]]
        #expect(shape(dialect, system: parts) == expected)
        #expect(shape(dialect, parts) == expected)
    }

    @Test(arguments: DialectName.allCases)
    func wordsAndSchemaMayStandInDifferentMessages(_ dialect: DialectName) {
        let shape = shape(
            dialect, system: .string("The schema is \(Self.person)"),
            "Return the JSON in a ```json codeblock.")
        #expect(shape?.isFenced == true)
    }

    @Test func jsonModeNeedsNoVerb() {
        let mode: [(String, JSON)] = [("response_format", ["type": "json_object"])]
        let text = JSON.string("json: \(Self.person)")
        #expect(shape(.openai, system: text, more: mode) != nil)
        #expect(shape(.openai, system: "json", more: mode) == nil)
        #expect(shape(.openai, system: text) == nil)
    }

    @Test(arguments: DialectName.allCases)
    func aSchemaInAFieldOfItsOwnIsStronger(_ dialect: DialectName) {
        let schema: JSON = ["type": "object", "properties": [:], "additionalProperties": false]
        let more = [DialectSample.of(dialect).format(schema)]
        #expect(
            shape(dialect, .string("Answer with JSON: \(Self.person)"), more: more) == nil)
    }

    private static let recursive = ##"{"$defs": {"A": {"type": "object"}}, "$ref": "#/$defs/A"}"##
    private static let list = ##"{"type": "array", "$defs": {"A": {}}}"##

    /// What stands in a prompt, and the schema that it is taken for.
    private static let schemas: [(text: String, schema: String?)] = [
        (person + " then " + other, other), (other + " then " + person, person),
        // An example that fits no schema is none.
        (person + #" such as {"properties": {"name": ["a"]}}"#, person),
        (#"{"name": "x", "strict": true, "schema": "# + person + "}", person),
        (#"{"type": "json_schema", "json_schema": {"schema": "# + person + "}}", person),
        ("{{name}} { not json } " + person + " {", person), (recursive, recursive), (list, list),
        // What a tool is given, and things with properties of their own.
        (#"{"name": "w", "parameters": "# + person + "}", nil),
        (#"{"type": "Feature", "properties": {"name": {"a": 1}}}"#, nil),
        (#"{"properties": {"name": "x"}}"#, nil), (#"{"properties": 4}"#, nil),
        (#"{'properties': {'name': {'type': 'string'}}}"#, nil),
        (#"{"properties": {"name": {"type": "string"}}"#, nil),
    ]

    @Test(arguments: schemas.indices)
    func theLastSchemaCounts(_ row: Int) throws {
        let (text, schema) = Self.schemas[row]
        let expected = try schema.map { try JSON.parse($0) }
        #expect(shape(.openai, .string("Answer with JSON. \(text)"))?.schema == expected)
    }

    @Test func whatOthersSayAsksForNothing() {
        let said = JSON.string("Answer with JSON: \(Self.person)")
        let messages: JSON = [
            ["role": "user", "content": "hi"], ["role": "assistant", "content": said],
            ["role": "user", "content": "Go on."],
        ]
        for dialect in DialectName.allCases {
            let request = Samples.request(dialect, [("messages", messages)])
            #expect(request.chat != nil && request.chat?.promptShape == nil)
        }
    }

    @Test func manyBracesAreGivenUpOn() {
        let braces = String(repeating: #"{"properties":"#, count: 20_000)
        #expect(shape(.openai, .string("Answer with JSON. \(braces)")) == nil)
    }
}
