import BrownoutJSON
import Testing

@testable import BrownoutRedaction

@Suite struct RedactorTests {
    private let redactor = Redactor()

    /// A text with each digest as `#`, so that a table says what else became of it.
    private func legible(_ text: String) -> String {
        text.replacing(#/(redacted-[a-z0-9_]+)-[0-9a-f]{4}/#) { "<\($0.1)>" }
            .replacing("<redacted-", with: "<")
    }

    @Test(arguments: [
        // Credentials of known forms.
        ("use sk-abcdefgh123", "use <secret>"),
        ("sk-ant-api03-XyZ_1-2", "<secret>"),
        ("AIzaSyD-1234567890abcdefghijklmnopqrstu", "<secret>"),
        ("id AKIAIOSFODNN7EXAMPLE.", "id <secret>."),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "<secret>"),
        ("xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy", "<secret>"),
        ("eyJhbGciOi.eyJzdWIiOi.SflKxwRJSM_-x next", "<secret> next"),
        ("Authorization: Bearer tok9-x", "Authorization: Bearer <secret>"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic <secret>"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n.",
            "<secret>\n."
        ),
        // By the name of what they are the value of.
        (#"{"api_key": "s3cr3t", "x": 1}"#, #"{"api_key": "<secret>", "x": 1}"#),
        (#"{"OPENAI-API-KEY":"a"}"#, #"{"OPENAI-API-KEY":"<secret>"}"#),
        (#"{"password":"a\"b, \\","n":1}"#, #"{"password":"<secret>","n":1}"#),
        (#"{"pass\u0077ord":"ab"}"#, #"{"pass\u0077ord":"<secret>"}"#),
        (#"{"password": 123456, "secret": null}"#, #"{"password": "<secret>", "secret": null}"#),
        (#"{"authorization":"Bearer abc"}"#, #"{"authorization":"Bearer <secret>"}"#),
        ("{'client_secret': 'abc'}", "{'client_secret': '<secret>'}"),
        (#"{"a":"{\"apiKey\":\"s3\\\"cr\"}"}"#, #"{"a":"{\"apiKey\":\"<secret>\"}"}"#),
        ("/v1beta/models?key=abc&alt=sse", "/v1beta/models?key=<secret>&alt=sse"),
        ("/x?alt=sse&sig=a%2Fb%3D", "/x?alt=sse&sig=<secret>"),
        ("OPENAI_API_KEY=s3cr3t next", "OPENAI_API_KEY=<secret> next"),
        ("x-api-key: s3cr3t", "x-api-key: <secret>"),
        (#"{"value":"ek_0123456789abcdef0123456789abcdef"}"#, #"{"value":"<secret>"}"#),
        ("https://bob:hunter@2@api.example.com/v1", "https://bob:<secret>@api.example.com/v1"),
        ("x_sk-ant-api03-abcdefghijklmnop01", "x_<secret>"),
        (#"{"card_number": 378282246310005}"#, #"{"card_number": "<card>"}"#),
        ("**sk-proj-abcdefghijklmnop0123456789** is bold", "**<secret>** is bold"),
        ("https://bob:hunter2@api.example.com/v1", "https://bob:<secret>@api.example.com/v1"),
        // E-mail addresses.
        ("to ann.o'neil+x@mail.example.co.uk.", "to <email>."),
        ("<bob@example.com>", "<<email>>"),
        (#"{"to":"hi\nbob@example.com"}"#, #"{"to":"hi\n<email>"}"#),
        (#"{"to":"bob\u0040example.com"}"#, #"{"to":"<email>"}"#),
        ("?to=bob%40example.com&x=1", "?to=<email>&x=1"),
        ("?to=a+b%40example.com", "?to=<email>"),
        ("%0Abob@example.com", "%0A<email>"),
        (#"{"q":"a=%22bob%40example.com%22"}"#, #"{"q":"a=%22<email>%22"}"#),
        ("q=%7B%22to%22%3A%22bob%5Cu0040example.com%22%7D", "q=%7B%22to%22%3A%22<email>%22%7D"),
        // Social-security numbers.
        ("My SSN is 123-45-6789.", "My SSN is <ssn>."),
        ("123 45 6789", "<ssn>"),
        ("ssn=123456789", "ssn=<ssn>"),
        (#"{"ssn": 123456789}"#, #"{"ssn": "<ssn>"}"#),
        (#"{"socialSecurity":"123456789"}"#, #"{"socialSecurity":"<ssn>"}"#),
        (#"{"a":"{\"ssn\":123456789}"}"#, #"{"a":"{\"ssn\":\"<ssn>\"}"}"#),
        ("q=123+45+6789", "q=<ssn>"),
        ("q=%7B%22ssn%22%3A123456789%7D", "q=%7B%22ssn%22%3A%22<ssn>%22%7D"),
        // Cards.
        ("card 4111111111111111, please", "card <card>, please"),
        ("4111 1111 1111 1111", "<card>"), ("4111-1111-1111-1111", "<card>"),
        ("3782 822463 10005", "<card>"), ("amex 378282246310005", "amex <card>"),
        ("6011000990139424 and 3530111333300000", "<card> and <card>"),
        ("5555+5555+5555+4444", "<card>"), ("4111%201111%201111%201111", "<card>"),
        (#"{"cards":[4111111111111111, 5555555555554444]}"#, #"{"cards":["<card>", "<card>"]}"#),
        (#"{"t":"cards: [4111111111111111, 1]"}"#, #"{"t":"cards: [<card>, 1]"}"#),
        (#"{"t":"it is: 4111111111111111, ok"}"#, #"{"t":"it is: <card>, ok"}"#),
        ("data: {\"n\":4111111111111111}\n\n", "data: {\"n\":\"<card>\"}\n\n"),
    ])
    func aSecretIsReplaced(text: String, expected: String) {
        let redacted = redactor.redacted(text)
        #expect(legible(redacted) == expected)
        // Once is enough.
        #expect(redactor.redacted(redacted) == redacted)
        if let json = try? JSON.parse(text), json.kind == "object" {
            #expect((try? JSON.parse(redacted)) != nil)
        }
    }

    @Test(arguments: [
        "a task-force, a risk-averse desk-lamp, sk- and sk-12, sk-learn",
        "the bearer of bad news, Bearer bonds, basic information",
        "monkey=3 the key is key=3 keys; token: the next token",
        #"{"api_key": null, "apiKey": {"type": "string"}, "required": ["password"]}"#,
        #"{"token":" Hello","logprob":-0.31725305,"bytes":[32,72,101,108,108,111]}"#,
        #"{"id":"chatcmpl-9xK2mQ4vT7bN1pL5","call":"call_4111111111111111"}"#,
        #"{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","tool":"toolu_01A09q90qw90lq917835lq9"}"#,
        "req_011CSHoEeqs5C35K2UUqR7Fy 550e8400-e29b-41d4-a716-446655440000",
        "2024-05-13T12:34:56.789Z 1715603696 1715603696123 1715603696123456",
        "[0.4111111111111111, -0.023064255, 4.111111111111111e-05, -4111111111111111.5]",
        "4111111111111112 and 1234567890123456 and 41111111111111111111111",
        "000-12-3456 666-12-3456 123-00-4567 123-45-0000 900-12-3456 1123-45-6789 123-45-67890",
        "123456789 and +1 555 123 4567, 192.168.100.200, 10.0.0.1:8080",
        "@decorator a@b git@host @types/node@20.11.5 pkg@1.2.3 logo@2x.png",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQ",
        #"{"signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds"}"#,
        #"{"usage":{"prompt_tokens":4111,"completion_tokens":1111},"max_tokens":1024}"#,
        "C:\\new\\temp \\u00e9 50% of 100%, a=b&c=d", "https://example.com/a?b=c#d",
        #"Try this:\n@router.get(\"/items\")\ndef f():\n\t@cache.memo\r\u003c@a.bc"#,
        #"{"args":"{\"code\":\"\\n@router.get\\u003c@a.bc %0A@c.de %250A@e.fg\"}"}"#,
        #"Bearer realm="Own API" and Bearer error="invalid_token", Bearer tokens. Bearer Auth"#,
        "x-trace-id: 6386299140199868879, 4532015112830366123, \"order_id\": 4111111111111111",
        "Incorrect API key provided: sk-ab****yz. You provided sk-proj-********************abcd",
        "abc_-sk-abcdefghijklmnopqrst0123 and /blog/why_sk-learn-is-fast-2024 and a-sk-b1234567",
        "week_0123456789abcdef0123 ek_short -ek_x ek_some_longer_name_of_a_function",
        "(i.e. Authorization: Bearer YOUR_KEY) api_key=YOUR_API_KEY Bearer $OPENAI_API_KEY",
        "OPENAI_API_KEY=$OPENAI_API_KEY api_key=sk-... Bearer sk-... x-api-key: <token> ***",
        #"{"api_key": "your-api-key-here", "password": "***", "secret": "{{SECRET}}"}"#,
        #"api_key=os.environ["KEY"], apiKey: process.env.KEY, password=getpass(), api_key: Optional"#,
        "this@MainActivity.finish git@github.com:a/b.git x@self.weight", "redacted-email-3f9c",
        "eyJhbGciOi is no token, nor is eyJhbGciOi.x",
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "", "s", "sk", "sk-", "=", ":", "@", "Bearer ", "api_key=", "4111 1111", "%", "\\",
    ])
    func whatIsNoSecretStays(text: String) {
        #expect(redactor.redacted(text) == text)
    }

    /// The forms a text comes in.
    static let forms: [@Sendable (String) -> String] = [
        { $0 },
        { $0.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() },
        { text in
            text.unicodeScalars.map { scalar in
                let code = String(scalar.value, radix: 16, uppercase: true)
                return "\\u" + String(repeating: "0", count: 4 - code.count) + code
            }.joined()
        },
        { String(JSON.string($0).text.dropFirst().dropLast()) },
        { String(JSON.string(JSON.string($0).text).text.dropFirst(3).dropLast(3)) },
    ]

    @Test(arguments: [
        ("sk-proj-12345", []), ("bob@example.com", []), ("4111111111111111", []),
        ("123-45-6789", []), ("p\"a/s\\s wörd 1", ["p\"a/s\\s wörd 1"]),
    ])
    func aValueHasTheSameMarkerInEveryForm(value: String, known: [String]) throws {
        let known = known.map { Array($0.utf8) }
        let marker = redactor.redacted(value, knowing: known)
        #expect(marker.wholeMatch(of: #/redacted-[a-z]+-[0-9a-f]{4}/#) != nil)
        // A string of JSON in another one, and that in two others, is more than is undone.
        for (index, one) in Self.forms.enumerated() {
            #expect(redactor.redacted(one(value), knowing: known) == marker)
            for other in Self.forms.prefix(index == 4 ? 4 : 5) {
                let text = ", " + other(one(value)) + ";"
                #expect(redactor.redacted(text, knowing: known) == ", \(marker);", "\(text)")
            }
        }
    }

    @Test func differentValuesHaveDifferentMarkers() {
        let markers = (0..<50).map { redactor.redacted("user\($0)@example.com") }
        #expect(Set(markers).count == 50)
    }

    @Test func aTeamsOwnKeyMakesOtherMarkers() {
        let other = Redactor(key: RedactionKey("ours"))
        #expect(other.redacted("bob@example.com") != redactor.redacted("bob@example.com"))
        #expect(RedactionKey("ours") == RedactionKey("ours"))
    }

    @Test func whatIsKnownIsFoundAnywhereUnlessItIsShortOrAWord() {
        let text = #"{"error":"no key 'team-key-1' or anything, 1234567"}"#
        let known = ["team-key-1", "anything", "1234567"].map { Array($0.utf8) }
        let redacted = redactor.redacted(text, knowing: known)
        #expect(legible(redacted) == #"{"error":"no key '<secret>' or anything, 1234567"}"#)
    }

    @Test func bordersMoveWithWhatTheyAreIn() throws {
        let text = Array("a bob@example.com b sk-abcdefgh1 c".utf8)
        let redacted = try #require(redactor.redacted(text))
        let (email, key) = (redacted.edits[0], redacted.edits[1])
        let offsets = Array(0...text.count)
        let moved = redacted.moved(offsets)
        #expect(moved == moved.sorted())
        #expect(moved.last == redacted.bytes.count)
        #expect(moved[email.range.lowerBound] == 2)
        for offset in email.range.dropFirst() {
            #expect(moved[offset] == 2 + email.replacement.count)
        }
        #expect(moved[key.range.lowerBound] == key.range.lowerBound + redacted.edits[0].growth)
        #expect(redactor.redacted(Array("nothing".utf8)) == nil)
    }

    /// Bytes that make the most of every view take a time in proportion to their number.
    @Test(arguments: [
        "\\u005c", "%25", "@a.", "4111-", "sk-", "://", "\"a\":", "eyJ.", "eyJ-", "+%5Cu0025",
    ])
    func hostileBytesTakeNoLongerThanOthers(unit: String) {
        let clock = ContinuousClock()
        let bytes = Array(String(repeating: unit, count: 50_000 / unit.utf8.count).utf8)
        let time = clock.measure { _ = redactor.redacted(bytes, knowing: [bytes.suffix(5000)]) }
        #expect(time < .seconds(10))
    }
}

extension Redacted.Edit {
    fileprivate var growth: Int { replacement.count - range.count }
}
