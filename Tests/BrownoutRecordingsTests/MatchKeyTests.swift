import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutRedaction
import Testing

@testable import BrownoutRecordings

@Suite struct MatchKeyTests {
    private func key(_ request: MatchRequest, _ rules: MatchRule...) -> MatchKey {
        RequestMatcher(rules).key(of: request)
    }

    private func key(_ request: MatchRequest, by parts: [MatchPart]) -> MatchKey {
        key(request, MatchRule(parts: parts))
    }

    @Test(arguments: [
        #"{"messages":[{"content":"Hi","role":"user"}],"model":"gpt-4o"}"#,
        #"{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"#,
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"stream":true}"#,
        #"{"model":"gpt-4o","user":"u1","metadata":{"a":"b"},"#
            + #""messages":[{"role":"user","content":"H\u0069"}]}"#,
        #"{ "model" : "gpt-4o", "messages" : [ { "role" : "user", "content" : "Hi" } ] }"#,
    ])
    func whatTheProviderDoesNotReadIsNoPartOfTheKey(body: String) {
        let plain = #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"#
        #expect(key(Requests.openAI(body)) == key(Requests.openAI(plain)))
    }

    @Test(arguments: [
        #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}"#,
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi!"}]}"#,
        #"{"model":"gpt-4o","messages":[{"role":"system","content":"Hi"}]}"#,
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"temperature":0.5}"#,
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"tools":[]}"#,
        #"{"model":"gpt-4o","messages":[]}"#,
    ])
    func whatTheProviderReadsIsPartOfTheKey(body: String) {
        let plain = #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"#
        #expect(key(Requests.openAI(body)) != key(Requests.openAI(plain)))
    }

    @Test func aPathWithoutItsVersionIsTheSameEndpoint() {
        let body = Requests.chat("Hi")
        let short = key(Requests.openAI(body, path: "/chat/completions"))
        #expect(short == key(Requests.openAI(body)))
        #expect(short != key(Requests.openAI(body, path: "/v1/completions")))
        #expect(short != key(Requests.openAI(body, provider: "backup")))
        let method = key(Requests.openAI(body, method: "PUT"))
        #expect(short != method)
    }

    @Test func anApiThatIsNotKnownIsToldApartByAllOfItsBodyButTheStream() {
        let path = "/v1/responses"
        let plain = key(Requests.openAI(#"{"input":"Hi","store":true}"#, path: path))
        let stream = #"{"store":true,"stream":true,"input":"Hi"}"#
        #expect(key(Requests.openAI(stream, path: path)) == plain)
        let other = #"{"input":"Hi","store":false}"#
        #expect(key(Requests.openAI(other, path: path)) != plain)
        #expect(key(Requests.openAI(stream, path: "/v1/other")) != plain)
    }

    @Test func aBodyThatIsNoJSONIsToldApartByItsBytes() {
        let path = "/v1/audio/transcriptions"
        let one = key(Requests.openAI("--a\r\nx", path: path))
        #expect(one == key(Requests.openAI("--a\r\nx", path: path)))
        #expect(one != key(Requests.openAI("--a\r\ny", path: path)))
        #expect(one != key(Requests.openAI("", path: path)))
    }

    /// What is redacted in a recording is redacted in the request that is to find it, whatever key
    /// it comes with.
    @Test func aRequestWithItsSecretsPutAwayHasTheKeyOfItsRecording() {
        let redactor = Redactor()
        func match(_ text: String, credential: String) -> MatchRequest {
            let headers = [HeaderField("Authorization", "Bearer \(credential)")]
            let request = Requests.recorded(Requests.chat(text), headers: headers)
            return MatchRequest(
                request.redacted(by: redactor), provider: "openai", dialect: .openai)
        }
        let recorded = match("write to ada@example.com", credential: "sk-proj-4f5g6h7j8k9l")
        let same = match("write to ada@example.com", credential: "none")
        let other = match("write to bob@example.com", credential: "none")
        #expect(!"\(recorded)".contains("ada@example.com"))
        #expect(key(recorded) == key(same))
        #expect(key(recorded) != key(other))
    }

    @Test func anUploadHasTheSameKeyWhateverItsBoundary() {
        func upload(_ boundary: String, _ file: String, quote: String = "") -> MatchKey {
            let type = "multipart/form-data; charset=x; Boundary=\(quote)\(boundary)\(quote)"
            let body =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"
                + "\(file)\r\n--\(boundary)--\r\n"
            let headers = [HeaderField("Content-Type", type)]
            return key(
                Requests.openAI(body, path: "/v1/audio/transcriptions", headers: headers))
        }
        #expect(upload("a1", "sound") == upload("b-22", "sound", quote: "\""))
        #expect(upload("a1", "sound") != upload("a1", "noise"))
        // Inside of a line it is no boundary.
        #expect(upload("a1", "x --a1") != upload("b2", "x --b2"))
    }

    /// Two requests, and whether a part tells them apart.
    struct Case: CustomTestStringConvertible, Sendable {
        var part: MatchPart
        var one: MatchRequest
        var other: MatchRequest
        var differ: Bool

        var testDescription: String { "\(part.name), \(differ)" }
    }

    private static let body = Requests.chat("Hi")
    private static let system =
        #"{"messages":[{"role":"system","content":"Be brief"},"#
        + #"{"role":"user","content":"Hi"}]}"#

    static let parts: [Case] = [
        Case(
            part: .provider, one: Requests.openAI(body),
            other: Requests.openAI(body, provider: "backup"), differ: true),
        Case(
            part: .endpoint, one: Requests.openAI(body),
            other: Requests.openAI(body, path: "/v1/embeddings"), differ: true),
        Case(
            part: .endpoint, one: Requests.openAI("", path: "/v1/models/a", method: "GET"),
            other: Requests.openAI("", path: "/v1/models/b", method: "GET"), differ: true),
        Case(
            part: .method, one: Requests.openAI(body),
            other: Requests.openAI(body, method: "PUT"), differ: true),
        Case(
            part: .path, one: Requests.openAI(body),
            other: Requests.openAI(body, path: "/chat/completions"), differ: true),
        Case(
            part: .query, one: Requests.openAI(body, query: "a=1&b=x%20y"),
            other: Requests.openAI(body, query: "b=x+y&a=1"), differ: false),
        Case(
            part: .query, one: Requests.openAI(body, query: "a=1&b=2"),
            other: Requests.openAI(body, query: "a=2&b=1"), differ: true),
        Case(
            part: .model, one: Requests.openAI(body),
            other: Requests.openAI(Requests.chat("Bye")), differ: false),
        Case(
            part: .model, one: Requests.openAI(body),
            other: Requests.openAI(Requests.chat("Hi", model: "o3")), differ: true),
        Case(
            part: .messages, one: Requests.openAI(body),
            other: Requests.openAI(Requests.chat("Hi", model: "o3")), differ: false),
        Case(
            part: .messages, one: Requests.openAI(body), other: Requests.openAI(system),
            differ: true),
        Case(
            part: .messagesWithoutSystem, one: Requests.openAI(body),
            other: Requests.openAI(system), differ: false),
        Case(
            part: .messagesWithoutSystem,
            one: Requests.anthropic(
                #"{"system":"A","messages":[{"role":"user","content":"Hi"}]}"#),
            other: Requests.openAI(system), differ: false),
        Case(
            part: .lastUserMessage, one: Requests.openAI(body),
            other: Requests.anthropic(
                #"{"messages":[{"role":"user","content":"No"},{"role":"user","content":"#
                    + #"[{"type":"text","text":"Hi"},{"type":"image","source":{}}]},"#
                    + #"{"role":"assistant","content":"So"}]}"#), differ: false),
        Case(
            part: .lastUserMessage, one: Requests.openAI(body),
            other: Requests.openAI(Requests.chat("Hï 👋🏽")), differ: true),
        Case(
            part: .lastUserMessage, one: Requests.openAI(Requests.chat("Hï 👋🏽")),
            other: Requests.openAI(#"{"input":"H\u00ef \ud83d\udc4b\ud83c\udffd"}"#),
            differ: false),
        Case(
            part: .body, one: Requests.openAI(#"{"a":1,"stream":true}"#),
            other: Requests.openAI(#"{"stream":false,"a":1.0}"#), differ: false),
        Case(
            part: .body, one: Requests.openAI(#"{"a":1}"#), other: Requests.openAI(#"{"a":2}"#),
            differ: true),
        Case(
            part: .header("X-Team"),
            one: Requests.openAI(body, headers: [HeaderField("x-team", "a")]),
            other: Requests.openAI(body, headers: [HeaderField("X-TEAM", "a")]), differ: false),
        Case(
            part: .header("x-team"), one: Requests.openAI(body),
            other: Requests.openAI(body, headers: [HeaderField("X-Team", "")]), differ: true),
        Case(
            part: .queryItem("b"), one: Requests.openAI(body, query: "a=1&b=2"),
            other: Requests.openAI(body, query: "b=2&a=3"), differ: false),
        Case(
            part: .queryItem("b"), one: Requests.openAI(body, query: "b"),
            other: Requests.openAI(body), differ: true),
        Case(
            part: .pointer("/messages/0/content"), one: Requests.openAI(body),
            other: Requests.openAI(Requests.chat("Hi", model: "o3")), differ: false),
        Case(
            part: .pointer("/seed"), one: Requests.openAI(#"{"seed":null}"#),
            other: Requests.openAI("{}"), differ: true),
    ]

    @Test(arguments: parts)
    func everyPartTellsApartWhatItIsAbout(test: Case) {
        let one = key(test.one, by: [test.part])
        let other = key(test.other, by: [test.part])
        #expect((one != other) == test.differ)
    }

    @Test func theFirstRuleWhoseModelMatchesCounts() throws {
        let rules = [
            MatchRule(model: try Glob("gpt-*"), parts: [.lastUserMessage]),
            MatchRule(model: try Glob("gpt-4o"), parts: [.model]),
            MatchRule(parts: [.body], ignored: ["/messages/0/name", "/a~1b", "/nowhere/0"]),
        ]
        let matcher = RequestMatcher(rules)
        func key(_ body: String) -> MatchKey { matcher.key(of: Requests.openAI(body)) }
        #expect(key(Requests.chat("Hi")) == key(Requests.chat("Hi", model: "gpt-5")))
        #expect(key(Requests.chat("Hi")) != key(Requests.chat("Bye")))
        #expect(key(Requests.chat("Hi", model: "o3")) != key(Requests.chat("Hi", model: "o4")))
        let named = #"{"model":"o3","a/b":1,"messages":[{"name":"Al","content":"Hi"}]}"#
        #expect(key(named) == key(#"{"model":"o3","messages":[{"content":"Hi"}]}"#))
        #expect(key(named) != key(#"{"model":"o3","messages":[{"content":"Ho"}]}"#))
    }

    private func page(_ query: String?, _ method: String = "GET") -> MatchRequest {
        Requests.openAI("", path: "/v1/files", method: method, query: query)
    }

    @Test func theQueryOfARequestWithoutABodyTellsPagesApart() {
        #expect(key(page("limit=1&after=a")) == key(page("after=a&limit=1")))
        #expect(key(page("after=a%20b")) == key(page("after=a+b")))
        #expect(key(page("limit=1&after=a")) != key(page("limit=1")))
        #expect(key(page("limit=1")) != key(page(nil)))
        #expect(key(page("a=1&a=1")) != key(page("a=1")))
        #expect(key(page("")) == key(page(nil)))
        #expect(key(page("beta=1", "DELETE")) != key(page(nil, "DELETE")))
        let body = Requests.chat("Hi")
        #expect(key(Requests.openAI(body, query: "beta=true")) == key(Requests.openAI(body)))
    }

    @Test func whatIsDroppedOrLeftOutDoesNotTellPagesApart() {
        let parts = MatchPart.standard.filter { $0 != .queryWithoutBody }
        #expect(key(page("limit=1"), by: parts) == key(page("limit=2"), by: parts))
        let item = parts + [.queryItem("after")]
        #expect(key(page("limit=1&after=a"), by: item) == key(page("after=a"), by: item))
        #expect(key(page("after=b"), by: item) != key(page("after=a"), by: item))
    }

    @Test func aMissOfAPageNamesWhatOfItsQueryDiffers() throws {
        let difference = RequestMatcher([]).firstDifference(
            page("limit=1&after=a"), page("limit=1"))
        #expect(difference?.place == "query after")
        #expect(difference?.recorded == "\"a\"" && difference?.came == nil)
        let lines = RequestMatcher([]).diff(page("after=a"), page("after=b"))
        #expect(lines.contains { !$0.isSame && $0.recorded?.contains("after=a") == true })
    }

    @Test func aRequestOnTheWireHasTheKeyOfTheSameRequestRecorded() throws {
        let body = Requests.chat("Grüße 👋", stream: true)
        let json = try JSON.parse(body)
        let target = "/s/one/backup/v1/chat/completions?b=2&a=1"
        let incoming = SessionRequest(
            IncomingRequest(
                method: "POST", target: target, headers: [HeaderField("Authorization", "Bearer k")],
                body: .success(json)))
        var scenario = Scenario(name: "test")
        scenario.providers = [VirtualProvider(name: "backup", dialect: .openai)]
        let address = RequestAddress(incoming, in: scenario)
        let facts = Router.parse(incoming, in: scenario).facts
        let recorded = Requests.openAI(body, query: "a=1&b=2", provider: "backup")
        let live = MatchRequest(
            facts, method: "POST", path: address.path, query: address.query, bytes: [])
        let parts: [MatchPart] = [.provider, .endpoint, .normalForm, .query, .path, .method]
        #expect(key(live, by: parts) == key(recorded, by: parts))
        #expect(live.stream)
        #expect(live.model == "gpt-4o")
        let again = MatchRequest(address, method: "POST", headers: [], body: .json(json))
        #expect(key(again, by: parts) == key(recorded, by: parts))
    }

    @Test func aCodedBodyHasTheKeyOfItsPlainOne() {
        // gzip's form of {"model":"gpt-4o"}.
        let coded: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xab, 0x56, 0xca, 0xcd,
            0x4f, 0x49, 0xcd, 0x51, 0xb2, 0x52, 0x4a, 0x2f, 0x28, 0xd1, 0x35, 0xc9, 0x57, 0xaa,
            0x05, 0x00, 0x63, 0x70, 0x35, 0x03, 0x12, 0x00, 0x00, 0x00,
        ]
        var request = Requests.recorded("", headers: [HeaderField("Content-Encoding", "gzip")])
        request.body = coded
        let plain = Requests.openAI(#"{"model":"gpt-4o"}"#)
        let match = MatchRequest(request, provider: "openai", dialect: .openai)
        #expect(match.body == plain.body)
        #expect(key(match) == key(plain))
        request.body.removeLast(12)
        let torn = MatchRequest(request, provider: "openai", dialect: .openai)
        #expect(torn.body == .bytes(request.body))
    }

    @Test(arguments: [
        ("/v1beta/models/gemini-2.0-flash:generateContent", "gemini-2.0-flash"),
        ("/deployments/my-gpt/chat/completions", "my-gpt"), ("/v1/files", ""),
        ("/v1/models/ft%3Agpt-4o", "ft:gpt-4o"),
    ])
    func aPathMayNameTheModel(path: String, model: String) {
        #expect(Requests.openAI("", path: path, method: "GET").model == model)
    }

    @Test(arguments: ["", "xyz", "+1", "-1", "11112222333344445"])
    func whatIsNoKeyIsNone(text: String) {
        #expect(MatchKey(hex: text) == nil)
    }

    @Test func aKeyIsReadAsItIsWritten() {
        let key = MatchKey(word: 0x0123_4567_89AB_CDEF)
        #expect(key.hex == "0123456789abcdef")
        #expect(MatchKey(hex: key.hex) == key)
    }
}
