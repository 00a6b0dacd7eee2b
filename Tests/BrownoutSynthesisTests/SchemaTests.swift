import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutSynthesis
import Testing

@Suite struct SchemaTests {
    /// The arguments a tool with a schema is called with, for the n-th call.
    private func arguments(_ schema: JSON, call: UInt64 = 1) throws -> JSON {
        var request = ChatRequest(model: "m", stream: false)
        request.tools = [ChatRequest.Tool(name: "f", schema: schema)]
        let reply = Synthesis.reply(
            to: request, script: nil, dice: Dice(seed: 3),
            key: RollKey(session: 1, call: call, attempt: 1))
        let call = try #require(reply.choices[0].toolCalls.first)
        return try JSON.parse(call.arguments.text)
    }

    private static let schemas: [String] = [
        #"{"type":"object","properties":{"city":{"type":"string"},"#
            + #""unit":{"enum":["c","f"]},"days":{"type":"integer","minimum":1,"maximum":7}},"#
            + #""required":["city"],"additionalProperties":false}"#,
        #"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"number"},"#
            + #""c":{"type":"boolean"},"d":{"type":"null"},"e":{"type":["string","null"]}}}"#,
        #"{"type":"object","properties":{"n":{"type":"integer","minimum":10,"maximum":10},"#
            + #""m":{"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":6},"#
            + #""o":{"type":"integer","multipleOf":7,"minimum":1,"maximum":20},"#
            + #""p":{"type":"integer","maximum":-5},"q":{"type":"integer","minimum":1000000}}}"#,
        #"{"type":"object","properties":{"n":{"type":"number","minimum":0.1,"maximum":0.2},"#
            + #""m":{"type":"number","multipleOf":0.01,"minimum":0.5,"exclusiveMaximum":1},"#
            + #""o":{"type":"number","exclusiveMinimum":0,"maximum":1},"#
            + #""p":{"type":"number","minimum":-2,"maximum":-1.5},"#
            + #""q":{"type":"number","minimum":0.000001,"maximum":0.000002}}}"#,
        #"{"type":"object","properties":{"s":{"type":"string","minLength":30},"#
            + #""t":{"type":"string","maxLength":3},"u":{"type":"string","minLength":5,"#
            + #""maxLength":5},"v":{"type":"string","format":"date","maxLength":4}}}"#,
        #"{"type":"object","properties":{"l":{"type":"array","items":{"type":"string"},"#
            + #""minItems":3,"maxItems":3},"m":{"type":"array","maxItems":0},"n":{"type":"array","#
            + #""items":{"enum":[1,2,3]},"minItems":3,"uniqueItems":true},"o":{"type":"array","#
            + #""prefixItems":[{"type":"string"},{"type":"integer"}],"minItems":2}}}"#,
        #"{"type":"object","$defs":{"city":{"type":"object","properties":{"name":{"type":"#
            + #""string"}},"required":["name"]}},"properties":{"from":{"$ref":"#
            + ##""#/$defs/city"},"to":{"allOf":[{"$ref":"#/$defs/city"},{"required":["zip"],"##
            + #""properties":{"zip":{"type":"string"}}}]}},"required":["from","to"]}"#,
        #"{"type":"object","properties":{"x":{"anyOf":[{"type":"null"},{"type":"integer"}]},"#
            + #""y":{"oneOf":[{"type":"string"},{"type":"integer"}]},"z":{"const":{"a":[1]}},"#
            + #""d":{"type":"string","default":"usual"}},"required":["x","y","z"]}"#,
        ##"{"type":"object","properties":{"value":{"type":"integer"},"left":{"$ref":"#"},"##
            + ##""right":{"$ref":"#"}},"required":["value"]}"##,
        #"{"properties":{"a":{"minimum":3},"b":{"items":{"type":"boolean"}},"#
            + #""c":{"properties":{"d":{}}}},"required":["a","extra"]}"#,
        #"{"type":"object"}"#, "{}",
    ]

    @Test(arguments: schemas)
    func argumentsFitTheirSchema(_ text: String) throws {
        let schema = try JSON.parse(text)
        for call in 0..<50 {
            let value = try arguments(schema, call: UInt64(call))
            let problems = SchemaCheck(root: schema).problems(value, schema)
            #expect(problems.isEmpty, "\(value.text)")
        }
    }

    @Test func allPropertiesAreGiven() throws {
        let schema = try JSON.parse(Self.schemas[0])
        let keys = try arguments(schema).objectValue?.map(\.key)
        #expect(keys == ["city", "unit", "days"])
    }

    @Test(arguments: [
        ("date", 10), ("date-time", 20), ("uuid", 36), ("time", 9),
    ])
    func formatsHaveTheirShape(_ format: String, _ length: Int) throws {
        let schema: JSON = [
            "type": "object",
            "properties": ["x": ["type": "string", "format": .string(format)]],
        ]
        let text = try #require(try arguments(schema)["x"]?.stringValue)
        #expect(text.utf8.count == length)
    }

    @Test func addressesAreOfNobody() throws {
        for (format, part) in [
            ("email", "@example.com"), ("uri", "https://example.com/"), ("ipv4", "192.0.2."),
            ("hostname", ".example.com"),
        ] {
            let schema: JSON = [
                "type": "object",
                "properties": ["x": ["type": "string", "format": .string(format)]],
            ]
            #expect(try arguments(schema)["x"]?.stringValue?.contains(part) == true)
        }
    }

    @Test func aSchemaThatRefersToItselfComesToAnEnd() throws {
        let tree = try JSON.parse(Self.schemas[8])
        #expect(try arguments(tree).text.utf8.count < 100_000)
        let endless = try JSON.parse(
            ##"{"type":"object","properties":{"n":{"$ref":"#"}},"required":["n"]}"##)
        #expect(try arguments(endless).text.utf8.count < 100_000)
        let circle = try JSON.parse(##"{"$ref":"#"}"##)
        #expect(try arguments(circle) == [:])
        let wide = try JSON.parse(
            ##"{"type":"object","properties":{"l":{"type":"array","minItems":9,"items":"##
                + ##"{"$ref":"#"}}},"required":["l"]}"##)
        #expect(try arguments(wide).text.utf8.count < 1_000_000)
        let alternatives = try JSON.parse(
            ##"{"anyOf":[{"$ref":"#"},{"$ref":"#"}],"allOf":[{"$ref":"#"},{"$ref":"#"}]}"##)
        _ = try arguments(alternatives)
    }

    @Test func whatIsNoSchemaGivesNoArguments() throws {
        for schema: JSON in [.null, "x", 5, true, [], ["type": "string"], ["type": 5]] {
            #expect(try arguments(schema) == [:])
        }
    }
}
