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

    /// Further keywords, one schema of a property each.
    private static let properties: [String] = [
        #"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#,
        #"{"oneOf":[{"type":"integer","multipleOf":3},{"type":"integer","multipleOf":5}],"#
            + #""minimum":1,"maximum":60}"#,
        #"{"allOf":[{"type":"integer","minimum":5},{"maximum":9},{"multipleOf":2}]}"#,
        #"{"allOf":[{"minLength":3},{"maxLength":5},{"pattern":"^[a-z]+$"}],"type":"string"}"#,
        #"{"allOf":[{"enum":["a","b"]},{"enum":["b","c"]}]}"#,
        #"{"type":["integer","string"],"enum":[null,"x",2]}"#,
        #"{"type":"string","not":{"enum":["bridge","garden"]}}"#,
        #"{"type":"integer","minimum":1,"maximum":4,"not":{"const":2}}"#,
        #"{"type":"object","properties":{"kind":{"enum":["a","b"]},"n":{"type":"integer"}},"#
            + #""required":["kind"],"if":{"properties":{"kind":{"const":"a"}}},"then":"#
            + #"{"required":["n"]},"else":{"properties":{"n":{"type":"integer","minimum":50}}}}"#,
        #"{"type":"object","additionalProperties":{"type":"integer","minimum":3}}"#,
        #"{"type":"object","patternProperties":{"^x-[a-z]{2}$":{"type":"boolean"}},"#
            + #""additionalProperties":false,"minProperties":2}"#,
        #"{"type":"object","propertyNames":{"pattern":"^[A-Z]{3}$"},"#
            + #""additionalProperties":{"type":"number"},"minProperties":1,"maxProperties":2}"#,
        #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"#
            + #""dependentRequired":{"a":["b"]}}"#,
        #"{"type":"array","items":{"type":"integer"},"contains":{"const":7},"minItems":3}"#,
        #"{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}],"#
            + #""minItems":2,"maxItems":2}"#,
        #"{"type":"array","prefixItems":[{"type":"integer"}],"items":false,"minItems":1}"#,
        #"{"type":"array","items":{"type":"string","enum":["a","b","c"]},"uniqueItems":true,"#
            + #""minItems":2,"maxItems":3}"#,
        #"{"type":"string","pattern":"^[A-Z]{2}-\\d{4}$"}"#,
        #"{"type":"string","pattern":"^\\w+$","minLength":12,"maxLength":14}"#,
        #"{"type":"string","format":"email","minLength":40}"#,
        #"{"type":"string","format":"uri","minLength":60,"maxLength":90}"#,
        #"{"anyOf":[{"type":"number"},{"type":"string","pattern":"^(?!^[-+.]*$)[+-]?0*\\d*"#
            + #"\\.?\\d*$"}]}"#,
        #"{"oneOf":[{"type":"object","properties":{"kind":{"const":"cat"},"lives":{"type":"#
            + #""integer"}},"required":["kind","lives"]},{"type":"object","properties":{"kind":"#
            + #"{"const":"dog"},"good":{"type":"boolean"}},"required":["kind","good"]}]}"#,
        #"{"type":"number","multipleOf":0.1,"minimum":0,"maximum":1}"#, "true",
        #"{"type":["null","array"],"items":{"type":"null"}}"#,
    ]

    @Test(arguments: properties)
    func everyKeywordIsMet(_ text: String) throws {
        let schema: JSON = [
            "type": "object", "properties": ["x": try JSON.parse(text)], "required": ["x"],
        ]
        for call in 0..<40 {
            let value = try arguments(schema, call: UInt64(call))
            let problems = SchemaCheck(root: schema).problems(value, schema)
            #expect(problems.isEmpty, "\(value.text)")
        }
    }

    /// A schema made up from draws, of every keyword that the sampler knows.
    private static func madeUp(_ draws: inout WordStream, depth: Int) -> JSON {
        func number(_ value: Int) -> JSON { .number(JSONNumber(value)) }
        switch draws.below(depth > 0 ? 9 : 5) {
        case 0: return ["type": "boolean"]
        case 1:
            let least = draws.below(20) - 10
            return [
                "type": "integer", "minimum": number(least),
                "exclusiveMaximum": number(least + 1 + draws.below(9)),
            ]
        case 2:
            let least = draws.below(9)
            return [
                "type": "string", "minLength": number(least),
                "maxLength": number(least + draws.below(30)),
            ]
        case 3: return ["enum": ["a", number(draws.below(9)), .null, true]]
        case 4:
            let patterns: [JSON] = ["^[a-f]{2,4}$", "\\d+", "^(x|yy)+$", "[^ ]{3}"]
            return ["type": "string", "pattern": patterns[draws.below(patterns.count)]]
        case 5:
            return [
                "type": "array", "items": madeUp(&draws, depth: depth - 1),
                "minItems": number(draws.below(3)), "maxItems": number(3 + draws.below(3)),
            ]
        case 6:
            return ["anyOf": [madeUp(&draws, depth: depth - 1), madeUp(&draws, depth: depth - 1)]]
        case 7: return ["allOf": [madeUp(&draws, depth: depth - 1)], "title": "x"]
        default:
            return [
                "type": "object",
                "properties": [
                    "a": madeUp(&draws, depth: depth - 1), "b": madeUp(&draws, depth: depth - 1),
                ],
                "required": draws.below(2) == 0 ? ["a"] : ["a", "b"],
                "additionalProperties": false,
            ]
        }
    }

    @Test(arguments: 0..<400)
    func madeUpSchemasAreMet(_ seed: Int) throws {
        var draws = WordStream(state: UInt64(seed))
        let schema: JSON = [
            "type": "object", "properties": ["x": Self.madeUp(&draws, depth: 4)],
            "required": ["x"],
        ]
        for call in 0..<5 {
            let value = try arguments(schema, call: UInt64(call))
            let problems = SchemaCheck(root: schema).problems(value, schema)
            #expect(problems.isEmpty, "\(schema.text) got \(value.text)")
        }
    }

    @Test func keywordsInADescriptionAreRead() throws {
        let schema = try JSON.parse(
            #"{"type":"object","properties":{"a":{"type":"string","description":"#
                + #""A code.\n\n{pattern: ^[a-z]{2,3}$, maxLength: 2}"},"b":{"type":"integer","#
                + #""description":"{minimum: 3, maximum: 4, title: x}"},"c":{"type":"string","#
                + #""description":"{just words}"}}}"#)
        for call in 0..<20 {
            let value = try arguments(schema, call: UInt64(call))
            #expect(value["a"]?.stringValue?.utf8.count == 2)
            #expect([3, 4].contains(value["b"]?.intValue))
            #expect(value["c"]?.stringValue?.isEmpty == false)
        }
    }

    @Test func alternativesAreAllSeen() throws {
        let schema = try JSON.parse(
            #"{"type":"object","properties":{"x":{"anyOf":[{"type":"integer"},{"type":"#
                + #""string"},{"type":"boolean"},{"type":"null"}]}}}"#)
        let kinds = try (0..<60).map { try arguments(schema, call: $0)["x"]?.kind ?? "" }
        #expect(Set(kinds) == ["integer", "string", "boolean"])
    }

    @Test func aListThatRequiresItsRestEnds() throws {
        let list = try JSON.parse(
            ##"{"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":{"value":"##
                + ##"{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/Node"},{"type":"##
                + ##""null"}]}},"required":["value","next"],"additionalProperties":false}}}"##)
        let tree = try JSON.parse(
            ##"{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"},"##
                + ##""maxItems":2},"either":{"oneOf":[{"$ref":"#"},{"type":"integer"}]}},"##
                + ##""required":["children","either"]}"##)
        for schema in [list, tree] {
            for call in 0..<20 {
                let value = try arguments(schema, call: UInt64(call))
                #expect(SchemaCheck(root: schema).problems(value, schema).isEmpty)
                #expect(value.text.utf8.count < 20_000)
            }
        }
    }

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
