import BrownoutJSON
import Testing

/// What a tape says is what the tree says.
@Suite struct JSONTapeTests {
    /// Texts that are JSON.
    static let good: [String] = [
        "null", "true", "false", "0", "-0", "-0.5e-7", "1e400", "1E+2", "3.0", "[]", "{}", #""""#,
        " \t\r\n[ ]\n", " { } ", "[[],{},[[]]]", #"{"a":1,"a":2}"#, #"{"":{"":[]}}"#,
        #"{"b":1,"a":[true,false,null],"c":{"d":"e"}}"#, "[1,2.5,-3,4e1,5]",
        "[9223372036854775807,-9223372036854775808,9223372036854775808,999999999999999999]",
        "[-999999999999999999,1234567890123456789012345678901234567890.5,0e1]",
        #"["\u0001","\"\\","\/\b\f\n\r\t"]"#, #""héllo 🌍""#, #"{"h\u00e9":"\ud83c\udf0d"}"#,
        #"["\ud83c","a\udc00b","\ud83c\ud83c\udf0d","\ud83cx","\ud83c\n","\ud83c\u0041"]"#,
        #"{"\ud83c":"\udf0d"}"#, #""\uFFFF\uD7FF\uE000\u0000""#, "\"\u{7F}\u{80}\u{7FF}\u{800}\"",
        "\"\u{FFFF}\u{10000}\u{10FFFF}\u{D7FF}\u{E000}\"",
        #"["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]"#,
        String(repeating: "[", count: 128) + String(repeating: "]", count: 128),
        "[" + String(repeating: "1,", count: 999) + "1]",
        "[" + String(repeating: #"{"a":[]},"#, count: 99) + "1]",
    ]

    /// Texts that are not.
    static let bad: [String] = [
        "", " ", "\n\t ", "{", "[", "\"", "}", "]", ",", ":", #"{"a"}"#, #"{"a":1,}"#, "[1,]",
        "[1 2]", #"{"a":1 "b":2}"#, #"{"a" 1}"#, #"{a:1}"#, "{1:2}", "{,}", "[,]", "[}", "{]",
        #"{"a":1]"#, "[1}", "01", "-01", "-", "+1", ".5", "1.", "1.e1", "00e1", "1e", "1e+", "1e-x",
        "0x1",
        "tru", "truE", "nul", "nulll", "fals", "falsy", "t", "f", "n", "NaN", "1 1", "1,", "[]]",
        "{}}", #""a"#, #""\"#, #""\x""#, #""\u""#, #""\u12g4""#, #""\u12"#, #""\ud83c\u""#,
        #""\ud83c\u12"#, #""\ud83c"#, #""\ud83c\"#, #""\ud83c\ud8"#, #""\ud83c\u00zz""#,
        #"["\ud83c",tru"#, #"{"a":"\udc00",}"#, "\"\u{1}\"", "\"a\nb\"", "\"a\u{0}\"", "\u{0}",
        "1\u{0}", "[1]\u{0}", "\u{FEFF}{}", "\u{FEFF}", "\u{A0}1", "é", #"{"é":é}"#, "'a'", "//",
        "[1,\n2,\n  x]",
        String(repeating: "[", count: 129) + String(repeating: "]", count: 129),
        String(repeating: #"{"a":"#, count: 129), String(repeating: "[", count: 100_000),
    ]

    @Test(arguments: good)
    func aTextIsTheSameValueOnATapeAsInATree(text: String) throws {
        let bytes = Array(text.utf8)
        #expect(Comparison(bytes).difference == nil)
        #expect(try JSONTape.parse(text).json == JSON.parse(text))
    }

    @Test(arguments: bad)
    func whatIsNotJSONIsRefusedForTheSameReason(text: String) {
        #expect(Comparison(Array(text.utf8)).difference == nil)
        #expect(throws: JSONParseError.self) { try JSONTape.parse(text) }
    }

    /// Every two bytes that are not both ASCII, and those of three and four where UTF-8 has its
    /// borders, alone and behind an escape.
    @Test func whatIsNotUTF8IsRefusedForTheSameReason() {
        let edges: [UInt8] = [0x22, 0x5C, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        var differences: [String] = []
        var taken = 0
        func check(_ inside: [UInt8], behind escape: [UInt8] = []) {
            let comparison = Comparison([0x22] + escape + inside + [0x22])
            if let difference = comparison.difference { differences.append(difference) }
            if comparison.isTaken { taken += 1 }
        }
        for first in UInt8(0x7F)...UInt8.max {
            for second in UInt8.min...UInt8.max {
                check([first, second])
                check([second, first])
            }
            for second in edges where first >= 0xDF {
                for third in edges {
                    check([first, second, third])
                    check([first, second, third], behind: [0x5C, 0x6E])
                    for fourth in edges where first >= 0xEF {
                        check([first, second, third, fourth])
                    }
                }
            }
        }
        #expect(differences.prefix(5) == [])
        #expect(taken > 2_000)
    }

    @Test func everyByteIsReadTheSameAtAnyPlaceOfAString() {
        for byte in UInt8.min...UInt8.max {
            for before in 0..<90 {
                let text = [0x22] + [UInt8](repeating: 0x61, count: before) + [byte, 0x7A, 0x22]
                #expect(Comparison(text).difference == nil)
            }
        }
    }

    @Test func everyPrefixOfADocumentIsRefusedForTheSameReason() {
        let text = Array(#" {"a":[1.5e3,"\u00e9\ud83c\n",{"b":null}],"c":true,"é":[]}"#.utf8)
        #expect(Comparison(text).isTaken)
        for end in 0..<text.count {
            let comparison = Comparison(Array(text[..<end]))
            #expect(comparison.difference == nil)
            #expect(!comparison.isTaken)
        }
    }

    @Test(arguments: 0...4)
    func theLimitOfDepthIsTheSame(limit: Int) {
        for text in ["1", "[]", "[[]]", "{}", #"{"a":[{}]}"#, "[[[[]]]]", "[],[]", "[[],[[]]]"] {
            #expect(Comparison(Array(text.utf8), depthLimit: limit).difference == nil)
        }
    }

    /// The room that a tape has first is for fewer, at any length.
    @Test(arguments: [1, 2, 3, 7, 20, 60, 100, 500, 5_000])
    func aTextOfManyValuesIsReadTheSame(count: Int) {
        let arrays = "[" + String(repeating: "[],", count: count) + "{}]"
        let members = "{" + String(repeating: #""":0,"#, count: count) + #""":[]}"#
        let nested = "[" + String(repeating: #"{"a":{"b":[1,"c"]}}, "#, count: count) + "1]"
        for text in [arrays, members, nested] {
            let comparison = Comparison(Array(text.utf8))
            #expect(comparison.difference == nil)
            #expect(comparison.isTaken)
        }
    }
}
