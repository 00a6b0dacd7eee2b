import BrownoutDialects
import BrownoutJSON
import Testing

@testable import BrownoutSynthesis

/// A client decides how large a schema is; sampling one is on the path of its request.
@Suite struct LargeSchemaTests {
    private static func joined(_ count: Int, _ part: (Int) -> String) -> String {
        (0..<count).map(part).joined(separator: ",")
    }

    /// Schemas of about a megabyte, each of which something once took the square of.
    private static let shapes: [(name: String, text: String)] = {
        let names = joined(50_000) { "\"name_\($0)\"" }
        let more = joined(50_000) { "\"more_\($0)\"" }
        let properties = joined(40_000) { "\"name_\($0)\":{}" }
        let description = String(repeating: ", minimum: 1", count: 80_000)
        return [
            ("enum", #"{"enum":[\#(names)]}"#),
            ("enum of none that fits", #"{"type":"integer","enum":[\#(names)]}"#),
            ("enum in a list", #"{"items":{"enum":[\#(names)],"not":false},"minItems":500}"#),
            ("required", #"{"required":[\#(names)]}"#),
            ("required and properties", #"{"required":[\#(more)],"properties":{\#(properties)}}"#),
            ("joined required", #"{"allOf":[{"required":[\#(names)]},{"required":[\#(more)]}]}"#),
            ("joined enum", #"{"allOf":[{"enum":[\#(names)]},{"enum":[\#(more)]}]}"#),
            (
                "joined properties",
                #"{"allOf":[{"properties":{\#(properties)}},{"properties":{\#(properties)}}]}"#
            ),
            ("joined keywords", "{\"allOf\":[{\(properties)},{\(properties)}]}"),
            ("many joined", "{\"allOf\":[\(joined(30_000) { "{\"required\":[\"n\($0)\"]}" })]}"),
            ("alternatives", "{\"anyOf\":[\(joined(30_000) { "{\"const\":\"n\($0)\"}" })]}"),
            (
                "alternatives in a list",
                #"{"items":{"anyOf":[\#(joined(40_000) { "{\"const\":\($0)}" })]},"minItems":500}"#
            ),
            (
                "default", #"{"default":[\#(names)],"uniqueItems":true}"#
            ),
            ("default of members", #"{"default":{\#(properties)},"const":{\#(properties)}}"#),
            (
                "default among patterns",
                "{\"default\":{\(properties)},\"patternProperties\":{"
                    + joined(20_000) { "\"(a|b)*\($0)\":{}" } + "}}"
            ),
            (
                "dependent",
                #"{"required":["a"],"dependentRequired":{"a":[\#(names)]}}"#
            ),
            ("description", "{\"description\":\"{minimum: 1\(description)}\"}"),
            ("description of braces", "{\"description\":\"x\(description)}\"}"),
            (
                "references",
                ##"{"$defs":{\##(properties)},"items":{"$ref":"#/$defs/name_39999"},"minItems":500}"##
            ),
            (
                "patterns in a list",
                #"{"items":{"pattern":"^((a|aa)+)+b$"},"minItems":500}"#
            ),
        ]
    }()

    @Test(arguments: shapes.indices)
    func aLargeSchemaIsSampledSoon(_ index: Int) throws {
        let shape = Self.shapes[index]
        let schema = try JSON.parse(shape.text)
        var draws = WordStream(state: 3)
        // Generous for a debug build; the square of the names would take minutes.
        let took = ContinuousClock().measure { _ = SchemaSampler.arguments(schema, &draws) }
        #expect(took < .seconds(5), "\(shape.name)")
    }

    @Test func anOptionThatFitsIsFoundAmongMany() throws {
        let names = (0..<2_000).map { JSON.string("name_\($0)") }
        var draws = WordStream(state: 3)
        let value = SchemaSampler.value(
            ["type": "integer", "maximum": 5, "enum": .array(names + [7, 3])], &draws)
        #expect(value == 3)
    }

    @Test func namesAreLookedUp() {
        let names = SortedNames(["b", "a", "c", "a"])
        #expect(["a", "b", "c", "d", ""].map(names.place) == [1, 0, 2, nil, nil])
    }
}
