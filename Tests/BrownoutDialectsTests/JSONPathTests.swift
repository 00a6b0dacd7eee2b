import BrownoutJSON
import Testing

@testable import BrownoutDialects

@Suite struct JSONPathTests {
    private let json: JSON = [
        "id": "a",
        "list": [["said": ["text": "x", "end": nil]], ["said": ["text": "y"]], ["other": 1]],
        "rows": [[1, 2], [3]], "end": "z",
    ]

    @Test(
        arguments: [
            ("id", ["a"]), ("list[].said.text", ["x", "y"]), ("rows[][]", [1, 2, 3]),
            ("list[].said.end", [nil]), ("list.said", []), ("id[]", []), ("none.text", []),
        ] as [(JSONPath, [JSON])])
    func aPathLeadsToAllThatStandsThere(_ path: JSONPath, _ values: [JSON]) {
        #expect(json.values(at: path) == values)
    }

    @Test func whatStandsAtPathsIsChangedAndTheRestStays() throws {
        let changed = try #require(
            json.changing(["list[].said.text", "id", "none"]) { value in
                value == "y" ? nil : value.stringValue.map { .string($0 + "!") }
            })
        #expect(
            changed.text == #"{"id":"a!","list":[{"said":{"text":"x!","end":null}},"#
                + #"{"said":{"text":"y"}},{"other":1}],"rows":[[1,2],[3]],"end":"z"}"#)
        #expect(json.changing(["list.said", "none"]) { _ in 1 } == nil)
    }

    @Test func membersAtPathsAreTakenOut() throws {
        let paths: [JSONPath] = ["list[].said.end", "end"]
        let bare = try #require(json.removing(paths))
        #expect(
            bare.text == #"{"id":"a","list":[{"said":{"text":"x"}},{"said":{"text":"y"}},"#
                + #"{"other":1}],"rows":[[1,2],[3]]}"#)
        #expect(json.removing(paths) { !$0.isNull }?["list"] == json["list"])
        #expect(bare.removing(paths) == nil)
    }
}
