import BrownoutJSON
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,false,null],"c":{"d":"e"}}"#, "[]", "{}", #""""#, "0", "-0.5e-7",
        "1e400", #"{"a":1,"a":2}"#, #"["\u0001","\"\\"]"#, #""héllo 🌍""#,
    ])
    func whatIsParsedIsWrittenAgainInTheSameOrder(text: String) throws {
        #expect(try JSON.parse(text).text == text)
    }

    @Test func escapesAreDecoded() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83c\udf0d\ud83c""#
        #expect(try JSON.parse(text) == .string("\"\\/\u{8}\u{C}\n\r\té🌍\u{FFFD}"))
    }

    @Test(arguments: [
        ("", 0), ("{", 1), (#"{"a"}"#, 4), (#"{"a":1,}"#, 7), ("[1 2]", 3), ("01", 1), ("-", 1),
        ("1.", 2), ("tru", 0), (#""a"#, 2), ("\"\u{1}\"", 1), (#""\x""#, 2), ("1 1", 2),
        (#""\u12g4""#, 5), ("nulll", 4),
    ])
    func whatIsNotJSONIsRefusedWithItsPlace(text: String, offset: Int) {
        #expect { try JSON.parse(text) } throws: { ($0 as? JSONParseError)?.offset == offset }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: JSONParseError.self) { try JSON.parse([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONParseError.self) { try JSON.parse([0x22, 0x5C, 0x6E, 0xFF, 0x22]) }
    }

    @Test func nestingBeyondTheLimitIsRefusedNotFollowed() throws {
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONParseError.self) { try JSON.parse(deep) }
        let fits = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSON.parse(fits).arrayValue?.count == 1)
    }

    @Test func everyPrefixOfADocumentIsRefusedWithoutACrash() throws {
        let text = Array(#"{"a":[1.5e3,"\u00e9\n",{"b":null}],"c":true}"#.utf8)
        for end in 0..<text.count {
            #expect(throws: JSONParseError.self) { try JSON.parse(Array(text[..<end])) }
        }
    }

    @Test func numbersKeepTheirText() throws {
        let value = try JSON.parse("[1.0, 3, 2.5, 1e2, 1234567890123456789]")
        let numbers = try #require(value.arrayValue)
        #expect(numbers.map(\.intValue) == [1, 3, nil, 100, 1_234_567_890_123_456_789])
        #expect(numbers.map(\.doubleValue) == [1, 3, 2.5, 100, 1_234_567_890_123_456_768])
        #expect(numbers[0] != .number(JSONNumber(1)))
    }

    @Test func aPointerLeadsIntoTheValue() throws {
        let value = try JSON.parse(#"{"a":[{"b/c":1,"d~e":2}],"":3}"#)
        #expect(value.value(at: "") == value)
        #expect(value.value(at: "/a/0/b~1c") == 1)
        #expect(value.value(at: "/a/0/d~0e") == 2)
        #expect(value.value(at: "/") == 3)
        #expect(value.value(at: "/a/1") == nil)
        #expect(value.value(at: "/a/0/b~1c/x") == nil)
    }

    @Test func theWriterKeepsTheOrderOfTheCalls() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("z", 1)
        writer.field("a", String?.none)
        writer.key("list")
        writer.beginArray()
        writer.bool(true)
        writer.int(-12)
        writer.endArray()
        writer.field("raw", JSON.object([JSONMember("k", "v")]))
        writer.endObject()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"{"z":1,"a":null,"list":[true,-12],"raw":{"k":"v"}}"#)
    }

    @Test(arguments: [
        (0, "0"), (1_250_000, "1.25"), (-1, "-0.000001"), (3_000_000, "3"), (1_000_001, "1.000001"),
        (-12_500_000, "-12.5"), (Int64.min, "-9223372036854.775808"), (nil, "null"),
    ])
    func millionthsAreDecimalNumbers(value: Int64?, text: String) {
        var writer = JSONWriter()
        writer.beginArray()
        writer.millionths(value)
        writer.millionths(value)
        writer.endArray()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "[\(text),\(text)]")
    }

    @Test func theLastOfTwoEqualKeysCounts() throws {
        #expect(try JSON.parse(#"{"a":1,"a":2}"#)["a"] == 2)
    }

    @Test func everyByteIsReadTheSameAtAnyPlaceOfAString() {
        for byte in UInt8.min...UInt8.max {
            for before in 0..<18 {
                let text = [UInt8](repeating: 0x61, count: before) + [byte]
                let quote = UInt8(ascii: "\"")
                let parsed = try? JSON.parse([quote] + text + [0x7A, quote])
                let stands = byte >= 0x20 && byte < 0x80 && byte != quote && byte != 0x5C
                let whole = JSON.string(String(decoding: text, as: UTF8.self) + "z")
                #expect(parsed == (stands ? whole : Optional.none), "byte \(byte) after \(before)")
            }
        }
    }

    /// Short decimals are read without the library's function, and must be the same doubles.
    @Test func aDecimalIsTheNearestDouble() {
        var state: UInt64 = 7
        func draw(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for _ in 0..<20_000 {
            var text = draw(2) == 0 ? "-" : ""
            for place in 0...draw(10) { text += String(place == 0 ? 1 + draw(9) : draw(10)) }
            if draw(3) > 0 {
                text += "."
                for _ in 0...draw(10) { text += String(draw(10)) }
            }
            #expect(JSONNumber(text: text).double?.bitPattern == Double(text)?.bitPattern)
        }
        for text in ["0", "-0", "0.1", "-0.0", "1e3", "123456789012345", "1234567890123456"] {
            #expect(JSONNumber(text: text).double?.bitPattern == Double(text)?.bitPattern)
        }
    }
}
