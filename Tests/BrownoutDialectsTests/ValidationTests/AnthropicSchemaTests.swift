import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Schemas that Anthropic refuses.
@Suite struct AnthropicSchemaTests {
    private static func refusal(_ member: String, _ value: String) throws -> String? {
        Samples.request(.anthropic, [(member, try JSON.parse(value))]).refusal?.message
    }

    private static func tool(_ schema: String, _ more: String = "") throws -> String? {
        try refusal("tools", #"[{"name":"f"\#(more),"input_schema":\#(schema)}]"#)
    }

    private static let draft =
        "JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        + "(https://json-schema.org/draft/2020-12)."

    @Test(arguments: [
        #""x":"bar""#, #""x":{"type":"any"}"#, #""x":{"type":[]}"#, #""x":{"items":[{}]}"#,
        #""x":{"required":true}"#, #""x":{"required":["a","a"]}"#, #""x":{"enum":"a"}"#,
        #""x":{"anyOf":[]}"#, #""x":{"exclusiveMinimum":true}"#, #""x":{"minLength":-1}"#,
        #""x":{"multipleOf":0}"#, #""x":{"description":1}"#, #""x":{"not":1}"#,
        #""x":{"additionalProperties":"no"}"#, #""x":{"properties":[]}"#,
        #""x":{"anyOf":[{"type":"string"},{"type":"text"}]}"#,
    ])
    func aToolsSchemaHasToBeOne(_ property: String) throws {
        #expect(
            try Self.tool(#"{"type":"object","properties":{\#(property)}}"#)
                == "tools.0.custom.input_schema: \(Self.draft) Learn more about tool use at "
                + "https://docs.claude.com/en/docs/tool-use.")
        let format = #"{"type":"object","additionalProperties":false,"properties":{\#(property)}}"#
        #expect(
            try Self.refusal(
                "output_config", #"{"format":{"type":"json_schema","schema":\#(format)}}"#)
                == "output_config.format.schema: \(Self.draft)")
    }

    @Test(arguments: [
        "{}", "true", #"{"type":["string","null"]}"#, #"{"items":{},"prefixItems":[{}]}"#,
        #"{"enum":[1,null,"a"]}"#, #"{"minimum":-1.5,"maxLength":3.0}"#, #"{"nullable":true}"#,
        ##"{"$ref":"#/$defs/a"}"##, #"{"anyOf":[{"type":"string"},{"const":null}]}"#,
    ])
    func aToolsSchemaMayBeAnyThatIsOne(_ property: String) throws {
        #expect(try Self.tool(#"{"type":"object","properties":{"x":\#(property)}}"#) == nil)
    }

    private static let unclosed =
        "For 'object' type, 'additionalProperties' must be explicitly set to false"

    /// A schema that an answer is held to, and what is wrong with it.
    private static let strict = [
        (#"{"type":"object","properties":{"x":{"type":"string"}}}"#, unclosed),
        (#"{"type":"object","additionalProperties":true}"#, unclosed),
        (
            #"{"type":"object","additionalProperties":false,"properties":{"x":{"type":"array","#
                + #""items":{"type":"object"}}}}"#, unclosed
        ),
        (
            #"{"type":"object","additionalProperties":false,"$defs":{"a":{"type":"object"}}}"#,
            unclosed
        ),
        (
            #"{"type":"object","additionalProperties":false,"properties":{"x":{"anyOf":["#
                + #"{"type":"integer","minimum":1,"maximum":3},{"type":"null"}]}}}"#,
            "For 'integer' type, properties maximum, minimum are not supported"
        ),
        (
            #"{"type":"object","additionalProperties":false,"properties":{"#
                + #""x":{"type":"integer","minimum":1}}}"#,
            "For 'integer' type, property 'minimum' is not supported"
        ),
    ]

    @Test(arguments: strict)
    func aSchemaThatAnAnswerIsHeldToIsClosed(_ schema: String, _ problem: String) throws {
        #expect(try Self.tool(schema) == nil)
        #expect(try Self.tool(schema, #","strict":false"#) == nil)
        #expect(try Self.tool(schema, #","strict":true"#) == "tools.0.custom: \(problem)")
        let format = #"{"type":"json_schema","schema":\#(schema)}"#
        #expect(try Self.refusal("output_format", format) == "output_format.schema: \(problem)")
        #expect(
            try Self.refusal("output_config", #"{"format":\#(format)}"#)
                == "output_config.format.schema: \(problem)")
    }

    @Test func aFormatThatSaysNothingIsRefused() throws {
        let format = #"{"format":{"type":"json_schema","schema":{"foo":"bar"}}}"#
        #expect(
            try Self.refusal("output_config", format)?
                .hasPrefix("output_config.format.schema: ") ?? false)
    }

    @Test func oneToolIsNotDeferred() throws {
        let late = #"{"name":"f","defer_loading":true,"input_schema":{"type":"object"}}"#
        #expect(
            try Self.refusal("tools", "[\(late)]")
                == "All tools have defer_loading set. At least one tool must be non-deferred.")
        let search =
            #"{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}"#
        #expect(try Self.refusal("tools", "[\(late),\(search)]") == nil)
    }
}
