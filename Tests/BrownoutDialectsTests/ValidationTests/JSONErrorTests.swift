import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// Bodies that are not JSON, in the words of each provider.
@Suite struct JSONErrorTests {
    /// What Anthropic's parser says of a text; taken from the parser itself.
    private static let words: [(String, String)] = [
        ("{\"a\":\"x\\ud83d\"}", "no low surrogate in string: line 1 column 8 (char 7)"),
        ("{\"a\":\"x\\udc00\"}", "invalid high surrogate in string: line 1 column 8 (char 7)"),
        (
            "{\"a\":\"x\\ud83d\\ud83d\"}",
            "invalid low surrogate in string: line 1 column 8 (char 7)"
        ),
        ("{\"a\":\"x\\uD83Dabc\"}", "no low surrogate in string: line 1 column 8 (char 7)"),
        ("{\"\\ud83d\":1}", "no low surrogate in string: line 1 column 3 (char 2)"),
        ("{\"a\":\"x\\ud83d\\n\"}", "no low surrogate in string: line 1 column 8 (char 7)"),
        ("{\"a\":\"x\\ud83d\\udg00\"}", "invalid escape in string: line 1 column 8 (char 7)"),
        ("{\"a\":\"x\\ud83d", "unexpected end of data: line 1 column 14 (char 13)"),
        ("{\"a\":\"x\\ud83d\\u", "unexpected end of data: line 1 column 16 (char 15)"),
        ("{\"a\":\"x\\ud83d\\", "unexpected end of data: line 1 column 15 (char 14)"),
        ("{\"a\":\"\\ud83d\",\"b\":}", "no low surrogate in string: line 1 column 7 (char 6)"),
        ("[\"\\ude00\\ud83d\"]", "invalid high surrogate in string: line 1 column 3 (char 2)"),
        ("", "Input is a zero-length, empty document: line 1 column 1 (char 0)"),
        ("  ", "input data is empty: line 1 column 1 (char 0)"),
        ("\n", "input data is empty: line 1 column 1 (char 0)"),
        ("{\"a\":\"b", "unexpected end of data: line 1 column 8 (char 7)"),
        ("{\"a\":1", "unexpected end of data: line 1 column 7 (char 6)"),
        ("{\"a\":", "unexpected end of data: line 1 column 6 (char 5)"),
        ("{\"a\"", "unexpected end of data: line 1 column 5 (char 4)"),
        ("{", "unexpected end of data: line 1 column 2 (char 1)"),
        ("[1,", "unexpected end of data: line 1 column 4 (char 3)"),
        ("[1 ", "unexpected end of data: line 1 column 4 (char 3)"),
        ("{\"a\":1,\n ", "unexpected end of data: line 2 column 2 (char 9)"),
        ("\"abc", "unexpected end of data: line 1 column 5 (char 4)"),
        ("\"ab\\", "unexpected end of data: line 1 column 5 (char 4)"),
        ("\"ab\\u00", "unexpected end of data: line 1 column 8 (char 7)"),
        ("tru", "unexpected end of data: line 1 column 4 (char 3)"),
        ("[nul", "unexpected end of data: line 1 column 5 (char 4)"),
        ("-", "unexpected end of data: line 1 column 2 (char 1)"),
        ("[1.", "unexpected end of data: line 1 column 4 (char 3)"),
        ("[1e", "unexpected end of data: line 1 column 4 (char 3)"),
        ("[1e+", "unexpected end of data: line 1 column 5 (char 4)"),
        ("{} x", "unexpected content after document: line 1 column 4 (char 3)"),
        ("{}{}", "unexpected content after document: line 1 column 3 (char 2)"),
        ("{\"a\":1}\n\n}", "unexpected content after document: line 3 column 1 (char 9)"),
        ("1 2", "unexpected content after document: line 1 column 3 (char 2)"),
        ("{\"a\":\"b\u{1}c\"}", "unexpected control character in string: line 1 column 8 (char 7)"),
        ("{\"a\":\"b\nc\"}", "unexpected control character in string: line 1 column 8 (char 7)"),
        ("{\"a\":\"\\q\"}", "invalid escaped sequence in string: line 1 column 7 (char 6)"),
        ("{\"a\":\"\\u12g4\"}", "invalid escaped sequence in string: line 1 column 7 (char 6)"),
        ("{\"a\":1,}", "trailing comma is not allowed: line 1 column 7 (char 6)"),
        ("[1, \n ]", "trailing comma is not allowed: line 1 column 3 (char 2)"),
        ("{\"a\":1,\n}", "trailing comma is not allowed: line 1 column 7 (char 6)"),
        ("[,1]", "unexpected character, expected a JSON value: line 1 column 2 (char 1)"),
        ("{,}", "unexpected character, expected a string key: line 1 column 2 (char 1)"),
        ("{\"a\" 1}", "unexpected character, expected ':' after key: line 1 column 6 (char 5)"),
        ("{\"a\":}", "unexpected character, expected a JSON value: line 1 column 6 (char 5)"),
        (
            "{\"a\":1 \"b\":2}",
            "unexpected character, expected ',' or '}': line 1 column 8 (char 7)"
        ),
        ("[1 2]", "unexpected character, expected ',' or ']': line 1 column 4 (char 3)"),
        ("{a:1}", "unexpected character, expected a string key: line 1 column 2 (char 1)"),
        ("{'a':1}", "unexpected character, expected a string key: line 1 column 2 (char 1)"),
        (
            "{\"a\":1,,\"b\":2}",
            "unexpected character, expected a string key: line 1 column 8 (char 7)"
        ),
        ("[1,,2]", "unexpected character, expected a JSON value: line 1 column 4 (char 3)"),
        ("{1:2}", "unexpected character, expected a string key: line 1 column 2 (char 1)"),
        ("{\"a\":[1,2}", "unexpected character, expected ',' or ']': line 1 column 10 (char 9)"),
        ("[{\"a\":1]", "unexpected character, expected ',' or '}': line 1 column 8 (char 7)"),
        ("trux", "invalid literal, expected 'true': line 1 column 1 (char 0)"),
        ("[trx]", "invalid literal, expected 'true': line 1 column 2 (char 1)"),
        ("nope", "invalid literal, expected 'null': line 1 column 1 (char 0)"),
        ("{\"a\":truex}", "unexpected character, expected ',' or '}': line 1 column 10 (char 9)"),
        ("NaN", "unexpected character, expected a JSON value: line 1 column 1 (char 0)"),
        ("-Infinity", "no digit after sign: line 1 column 2 (char 1)"),
        ("-a", "no digit after sign: line 1 column 2 (char 1)"),
        ("[-]", "no digit after sign: line 1 column 3 (char 2)"),
        (".5", "no digit after sign: line 1 column 1 (char 0)"),
        ("+1", "no digit after sign: line 1 column 1 (char 0)"),
        ("[1.]", "no digit after decimal point: line 1 column 4 (char 3)"),
        ("[1.5e]", "no digit after exponent sign: line 1 column 6 (char 5)"),
        ("1e+a", "no digit after exponent sign: line 1 column 4 (char 3)"),
        ("[01]", "number with leading zero is not allowed: line 1 column 2 (char 1)"),
        ("[-01]", "number with leading zero is not allowed: line 1 column 3 (char 2)"),
        ("0x10", "unexpected content after document: line 1 column 2 (char 1)"),
        ("\u{feff}{}", "UTF-8 byte order mark (BOM) is not supported: line 1 column 1 (char 0)"),
        ("{\"é\":\"é😀\\q\"}", "invalid escaped sequence in string: line 1 column 9 (char 8)"),
        ("{\"é\":\"\n", "unexpected control character in string: line 1 column 7 (char 6)"),
        (
            "{\n\"é\": 1,\n\"b\" 2}",
            "unexpected character, expected ':' after key: line 3 column 5 (char 14)"
        ),
        ("]", "unexpected character, expected a JSON value: line 1 column 1 (char 0)"),
        ("x", "unexpected character, expected a JSON value: line 1 column 1 (char 0)"),
    ]

    private static func refusal(_ body: [UInt8], target: String) -> ProviderError? {
        var request = IncomingRequest(
            method: "POST", target: target,
            headers: [
                HeaderField("authorization", "Bearer k"),
                HeaderField("anthropic-version", "2023-06-01"),
            ])
        if !body.isEmpty {
            let read = body.withUnsafeBufferPointer { JSON.read($0) }
            request.body = read.value.mapError { .notJSON($0) }
            request.loneSurrogate = read.loneSurrogate
        }
        return Router.parse(in: .healthy, request).refusal
    }

    @Test(arguments: words)
    func anthropicSaysWhatIsWrongAndWhere(_ text: String, _ words: String) {
        for target in ["/v1/messages", "/anthropic/v1/messages/count_tokens"] {
            let error = Self.refusal(Array(text.utf8), target: target)
            #expect(error?.status == 400)
            #expect(error?.type == "invalid_request_error")
            #expect(error?.message == "The request body is not valid JSON: \(words)")
        }
    }

    @Test(
        arguments: [[0x7B, 0xFF], [0x22, 0x61, 0xC3], [0x22, 0xED, 0xA0, 0xBD, 0x22]] as [[UInt8]])
    func anthropicRefusesWhatIsNotUTF8AtItsBeginning(_ bytes: [UInt8]) {
        #expect(
            Self.refusal(bytes, target: "/v1/messages")?.message
                == "The request body is not valid JSON: str is not valid UTF-8: surrogates not "
                + "allowed: line 1 column 1 (char 0)")
    }

    @Test(arguments: words)
    func openAISaysThatItIsNotJSON(_ text: String, _ words: String) {
        for path in ["chat/completions", "completions", "embeddings", "moderations"] {
            let error = Self.refusal(Array(text.utf8), target: "/v1/\(path)")
            #expect(error?.status == 400)
            let begin = "We could not parse the JSON body of your request. (HINT: "
            #expect(error?.message.hasPrefix(begin) ?? false)
        }
    }

    /// A member of a body that is right but for half a letter.
    private static let halves = [
        #""messages":[{"role":"user","content":"\ud83d"}]"#,
        #""messages":[{"role":"user","content":"x"}],"metadata":{"user_id":"\uDC00"}"#,
        #""messages":[{"role":"user","content":"x"}],"metadata":{"\ud83d\ud83d":"x"}"#,
        #""messages":[{"role":"user","content":"x"}],"tools":[{"name":"\ud83dx"}]"#,
    ]

    @Test(arguments: halves)
    func halfALetterIsRefusedWhereverItStands(_ member: String) {
        let anthropic = #"{"model":"claude-sonnet-4-5","max_tokens":9,\#(member)}"#
        let error = Self.refusal(Array(anthropic.utf8), target: "/v1/messages")
        let place = anthropic.prefix { $0 != "\\" }.count
        #expect(
            error?.message.hasSuffix(
                " surrogate in string: line 1 column \(place + 1) (char \(place))") ?? false)
        let openAI = #"{"model":"gpt-4o-mini",\#(member)}"#
        #expect(
            Self.refusal(Array(openAI.utf8), target: "/v1/chat/completions")?.message
                .hasPrefix("We could not parse the JSON body") ?? false)
    }

    @Test func aWholePairIsALetter() {
        let member = #""messages":[{"role":"user","content":"\ud83d\ude00"}]"#
        let anthropic = #"{"model":"claude-sonnet-4-5","max_tokens":9,\#(member)}"#
        #expect(Self.refusal(Array(anthropic.utf8), target: "/v1/messages") == nil)
        let openAI = #"{"model":"gpt-4o-mini",\#(member)}"#
        #expect(Self.refusal(Array(openAI.utf8), target: "/v1/chat/completions") == nil)
    }
}
