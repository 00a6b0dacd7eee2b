import BrownoutJSON
import Testing

@Suite struct JSONViewTests {
    @Test func membersAreFoundWhateverTheirNamesAreWrittenWith() throws {
        let root = try JSONTape.parse(
            #"{"a\u0062c":1,"\"":2,"h\u00e9":3,"\ud83c\udf0d":4,"n\n":5,"":6,"\/":7}"#
        ).root
        #expect(root["abc"]?.intValue == 1)
        #expect(root["\""]?.intValue == 2)
        #expect(root["hé"]?.intValue == 3)
        #expect(root["🌍"]?.intValue == 4)
        #expect(root["n\n"]?.intValue == 5)
        #expect(root[""]?.intValue == 6)
        #expect(root["/"]?.intValue == 7)
        #expect(root["ab"] == nil)
        #expect(root["abcd"] == nil)
        #expect(root[#"a\u0062c"#] == nil)
        #expect(root[text: "hé"]?.intValue == 3)
        #expect(root["he\u{301}"] == nil)
    }

    @Test func theLastOfTwoEqualNamesCounts() throws {
        let root = try JSONTape.parse(#"{"a":[1,[2]],"b":0,"\u0061":{"c":3},"b":null}"#).root
        #expect(root["a"]?["c"]?.intValue == 3)
        #expect(root["b"]?.isNull == true)
        #expect(root.count == 4)
        #expect(root.members.map { $0.name.stringValue } == ["a", "b", "a", "b"])
        #expect(root.members.map { $0.value.kind } == [.array, .number, .object, .null])
    }

    @Test func aNameInsideIsNotOneOutside() throws {
        let root = try JSONTape.parse(#"{"a":{"b":1},"c":["b",{"b":2}],"d":"b"}"#).root
        #expect(root["b"] == nil)
        #expect(root["a"]?["b"]?.intValue == 1)
        #expect(root["c"]?.element(at: 1)?["b"]?.intValue == 2)
        #expect(root["c"]?["b"] == nil)
        #expect(root["d"]?["b"] == nil)
    }

    @Test func aStringIsComparedByItsBytes() throws {
        let root = try JSONTape.parse(#"["user","us\u0065r","userx","use",1,null,"e\u0301"]"#).root
        let isUser = root.elements.map { $0.isString("user") }
        #expect(isUser == [true, true, false, false, false, false, false])
        let last = try #require(root.element(at: 6))
        #expect(last.isString("e\u{301}"))
        #expect(!last.isString("é"))
        #expect(last.stringValue == "é")
    }

    @Test func aSwitchMayHaveTextsAsItsCases() throws {
        let root = try JSONTape.parse(#"{"model":1,"mess\u0061ges":2,"n":3,"other":4}"#).root
        let found = root.members.map { member in
            switch member.name {
            case "messages": 20
            case "model": 10
            case "n": 30
            default: 0
            }
        }
        #expect(found == [10, 20, 30, 0])
    }

    @Test func elementsAreReachedByTheirPlaceAndInTheirOrder() throws {
        let root = try JSONTape.parse(#"[[1,[2,3]],{"a":[4,5]},"x",[],6]"#).root
        #expect(root.count == 5)
        #expect(root.elements.map(\.count) == [2, 1, 0, 0, 0])
        #expect(root.element(at: 4)?.intValue == 6)
        #expect(root.element(at: 5) == nil)
        #expect(root.element(at: -1) == nil)
        #expect(root.element(at: 2)?.element(at: 0) == nil)
        #expect(root.element(at: 0)?.element(at: 1)?.element(at: 1)?.intValue == 3)
    }

    @Test func aPointerLeadsWhereItLeadsInTheTree() throws {
        let text = #"{"a":[{"b/c":1,"d~e":2},[3]],"":4,"0":5,"a\u0062":"x"}"#
        let tree = try JSON.parse(text)
        let root = try JSONTape.parse(text).root
        let pointers = [
            "", "/", "/a", "/a/0", "/a/0/b~1c", "/a/0/d~0e", "/a/1/0", "/a/2", "/a/-1", "/a/x",
            "/a/00", "/a/+1", "/0", "/ab", "/ab/0", "/a/0/b~1c/x", "/nowhere", "a",
        ]
        for pointer in pointers {
            #expect(root.value(at: pointer)?.json == tree.value(at: pointer), "\(pointer)")
        }
        #expect(pointers.compactMap { tree.value(at: $0) }.count > 9)
    }

    @Test func aViewHoldsOnToItsTape() throws {
        func inner() throws -> JSONView? {
            try JSONTape.parse(#"{"a":{"b":"a text of more bytes than a word has"}}"#).root["a"]
        }
        let view = try #require(try inner())
        #expect(view["b"]?.isString("a text of more bytes than a word has") == true)
    }

    @Test func theTextIsKeptAsItCame() throws {
        let text = " {\"a\" : [ 1.0 , \"\\u0061\" ] }\n"
        let tape = try JSONTape.parse(text)
        #expect(tape.withText { String(decoding: $0, as: UTF8.self) } == text)
    }

    @Test func manyTasksMayReadOneTape() async throws {
        let tape = try JSONTape.parse("[" + String(repeating: "7,", count: 5_000) + "7]")
        let sums = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { tape.root.elements.reduce(0) { $0 + ($1.intValue ?? 0) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == Array(repeating: 35_007, count: 8))
    }
}
