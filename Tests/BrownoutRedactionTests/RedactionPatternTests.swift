import Testing

@testable import BrownoutRedaction

@Suite struct RedactionPatternTests {
    private func redactor(_ expression: String) throws -> Redactor {
        Redactor(patterns: [try RedactionPattern(name: "own", expression: expression)])
    }

    private func found(_ expression: String, _ text: String) throws -> [String] {
        let pattern = try RedactionPattern(name: "own", expression: expression)
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { pattern.ranges(in: $0) }
            .map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        ("EMP-\\d{4}", "a EMP-1234 EMP-12 EMP-56789", ["EMP-1234", "EMP-5678"]),
        ("cust_[a-z0-9]+", "cust_9x, cust_", ["cust_9x"]),
        ("(?i)patient \\w+", "Patient Zero and PATIENT one", ["Patient Zero", "PATIENT one"]),
        (
            "(?:red|green|blue) door", "a green door, a door, a red door",
            ["green door", "red door"]
        ),
        ("\\bcat\\b", "cat concat cats a cat", ["cat", "cat"]),
        ("\\Bcat", "cat concat", ["cat"]),
        ("a{2,3}", "a aa aaa aaaaa", ["aa", "aaa", "aaaaa"]),
        ("x(ab)*y", "xy xabab xababy", ["xy", "xababy"]),
        ("x(a?b?)*y", "xy xabby", ["xy", "xabby"]),
        ("colou?r", "color colour colouur", ["color", "colour"]),
        ("[^ ,]+@corp", "jo@corp, é@corp", ["jo@corp", "é@corp"]),
        ("Müller|Groß", "Frau Müller, Herr Groß", ["Müller", "Groß"]),
        ("[äö]x.", "äxé öxa üxa", ["äxé", "öxa"]),
        ("\\(\\d+\\)", "(12) (x)", ["(12)"]),
        ("ab|abcd", "abcde", ["abcd"]),
        ("[]x]+-", "]x]-", ["]x]-"]),
        ("[a-]+\\.", "a-a.", ["a-a."]),
        ("k{", "ok{", ["k{"]),
    ])
    func whatFitsIsFound(expression: String, text: String, expected: [String]) throws {
        let found = try found(expression, text)
        #expect(found == expected)
    }

    @Test(arguments: [
        ("a(b", 1, "a '(' without its ')'"), ("a)", 1, "a ')' without its '('"),
        ("[ab", 0, "a '[' without its ']'"), ("*a", 0, "nothing to repeat before '*'"),
        ("a**", 2, "nothing to repeat before '*'"), ("^a", 0, "a pattern is not anchored"),
        ("(?=a)", 1, "groups are"), ("(a)\\1", 3, "an unknown escape '\\1'"),
        ("a\\", 1, "a '\\' at the end"), ("a{3,2}", 1, "a repetition is"),
        ("a{5000}", 1, "a repetition is"), ("[z-a]", 1, "a range is"), ("[^ä]", 2, "'[^…]' leaves"),
        ("a*", 0, "the pattern fits the empty text"), ("", 0, "the pattern fits the empty text"),
        ("((a{100}){100}){100}", 0, "the pattern is too large"),
    ])
    func aMistakeIsNamedWithItsPlace(expression: String, offset: Int, message: String) {
        let error = #expect(throws: RedactionPatternError.self) {
            _ = try RedactionPattern(name: "own", expression: expression)
        }
        #expect(error?.offset == offset)
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["", "ä", "a b", "x-\(String(repeating: "y", count: 40))"])
    func aNameIsMadeOfLettersOfMarkers(name: String) {
        #expect(throws: RedactionPatternError.self) {
            _ = try RedactionPattern(name: name, expression: "a")
        }
    }

    @Test func aFindHasItsPatternsNameAndKeepsJSONWhole() throws {
        let digits = try redactor("\\d{3,}")
        #expect(
            digits.redacted(#"{"a":123,"b":"x 456","c":[1,789]}"#)
                .replacing(#/-[0-9a-f]{4}/#, with: "")
                == #"{"a":"redacted-own","b":"x redacted-own","c":[1,"redacted-own"]}"#)
        let all = try redactor("\\S+")
        let text = #"{"name":"bob","n":[1,true],"m":"{\"k\":\"v\"}"}"#
        #expect(
            all.redacted(text).replacing(#/redacted-own-[0-9a-f]{4}/#, with: "*")
                == #"{"*":"*","*":["*","*"],"*":"{\"*\":\"*\"}"}"#)
        let once = all.redacted(text)
        #expect(all.redacted(once) == once)
    }

    @Test func aFindIsTheSameInEveryForm() throws {
        let redactor = try redactor("EMP \\d+")
        let marker = redactor.redacted("EMP 77")
        for text in ["EMP%2077", "EMP+77", "EMP\\u002077", "EMP%20%37%37"] {
            #expect(redactor.redacted(text) == marker)
        }
    }

    /// What takes a backtracking matcher for ever.
    @Test func everyExpressionTakesATimeInProportionToTheText() throws {
        for expression in ["(a|aa)+b", "(a*)*b", "(\\w+\\s?)+:", "a.*a.*a.*b"] {
            let pattern = try RedactionPattern(name: "own", expression: expression)
            let text = [UInt8](repeating: UInt8(ascii: "a"), count: 30_000)
            let time = ContinuousClock().measure {
                #expect(text.withUnsafeBufferPointer { pattern.ranges(in: $0) }.isEmpty)
            }
            #expect(time < .seconds(10))
        }
    }
}
