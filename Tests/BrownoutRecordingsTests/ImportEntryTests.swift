import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

/// What others' files have in them that is not as their format says, entry by entry.
@Suite struct ImportEntryTests {
    private static let options = ImportOptions(now: 1_767_225_600_000_000)

    private func read(
        _ text: String, named name: String = "f", _ format: ImportFormat? = nil
    ) throws -> ImportResult {
        try Importer.read(Array(text.utf8), name: name, format: format, options: Self.options)
    }

    private func trace(_ response: String, more: String = "") -> String {
        """
        {"request": {"url": "https://api.openai.com/v1/chat/completions", "method": "POST",
          "body": {"model": "gpt-4o", "messages": []}}, "response": \(response)\(more)}
        """
    }

    // MARK: - One bad entry

    @Test(arguments: [
        """
        interactions:
        - {kind: message, data: {type: session.update}}
        - request: {method: POST, uri: 'https://api.openai.com/v1/chat/completions', headers: {}}
          response: {status: {code: 200, message: OK}, headers: {}, body: {string: 'ok'}}
        - request: {method: POST, uri: 'https://api.openai.com/v1/chat/completions', headers: {}}
          response: {status: {code: 0}, headers: {}, body: {string: ''}}
        """,
        """
        {"log": {"entries": [{}, {"request": {"method": "POST",
          "url": "https://api.openai.com/v1/chat/completions"},
          "response": {"status": "200", "content": {"text": "ok", "encoding": "UTF-8"}}},
          {"request": {"url": "https://api.openai.com/v1/chat/completions"},
          "response": {"status": 200, "content": {"text": "ok", "encoding": "rot13"}}}]}}
        """,
        """
        {"fixtures": [{}, {"match": {"userMessage": "a"}, "response": {"content": "ok"}},
          {"match": {}}]}
        """,
        """
        [5, {"request": {"url": "https://api.openai.com/v1/chat/completions"}, "response":
          {"status": 200, "body": "ok"}}, {"request": {"url": "https://api.openai.com/v1/x"},
          "response": {"status": "teapot", "body": "ok"}}]
        """,
        """
        {"request": {"url": "https://api.openai.com/v1/x"}, "response": {"status": 200}}
        {"request": {
        {"request": {"url": "https://api.openai.com/v1/x"}}
        """,
    ])
    func whatCannotBeReadIsNamedAndTheRestIsRead(text: String) throws {
        let result = try read(text)
        #expect(result.recordings.count == 1)
        #expect(result.failures.count == 2, "\(result.failures)")
        #expect(result.failures.allSatisfy { $0.file == "f" && !$0.place.isEmpty })
    }

    @Test(arguments: [
        ("http_interactions: []\nrecorded_with: VCR 6.3.1", "a cassette of Ruby's VCR"),
        ("{\"http_interactions\":[],\"recorded_with\":\"betamax/0.9\"}", "a cassette of betamax"),
        (
            "version: 2\ninteractions:\n- request: {url: x, body: ''}\n"
                + "  response: {code: 200, status: 200 OK}",
            "a cassette of go-vcr"
        ),
        (
            "version: 1\ninteractions:\n- request: {url: x}\n  response: {code: 200}",
            "a cassette of go-vcr"
        ),
        ("requests: []\nresponses: []", "a cassette of two lists"),
        ("httprr trace v1\n1 1\nab", "a trace of Go's httprr"),
        ("log:\n  entries: []", "an HTTP archive written as YAML"),
        ("{\"request\":{\"urlPath\":\"/v1\"},\"response\":{\"status\":200}}", "WireMock"),
        ("{\"request\":{\"url\":\"/v1/x\"},\"response\":{\"jsonBody\":{}}}", "WireMock"),
        ("{\"mappings\":[{\"request\":{\"urlPattern\":\"x\"},\"response\":{}}]}", "WireMock"),
        ("[{\"scope\":\"https://x\",\"path\":\"/\",\"response\":{}}]", "nock"),
        ("[{\"httpRequest\":{},\"httpResponse\":{}}]", "MockServer"),
        ("{\"imposters\":[]}", "Mountebank"), ("{\"data\":{\"pairs\":[]}}", "Hoverfly"),
        ("---\nbrownout-recording: 1\n...\n", "is a file of recordings already"),
        ("{\"request\":{\"a\":1},\"response\":{\"b\":2}}", "is none of the formats"),
        ("{\"request\":\"hello\",\"response\":\"world\"}", "is none of the formats"),
    ])
    func aFileOfAToolThatIsNotReadIsNamedAndRefused(text: String, words: String) {
        do {
            let result = try read(text)
            Issue.record("was read: \(result)")
        } catch {
            #expect("\(error)".contains(words))
        }
    }

    @Test func aTraceNeedsNoURLWhereItsBodyIsAProviders() throws {
        for text in [
            #"{"request": {"messages": [], "model": "m"}, "response": {"choices": []}}"#,
            #"{"request": {"body": "{\"messages\": []}"}, "response": {"body": "{}"}}"#,
        ] {
            let recordings = try read(text).recordings
            #expect(recordings.map(\.request.path) == ["/v1/chat/completions"])
        }
    }

    // MARK: - Statuses

    @Test(arguments: [
        (#"{"status": 429, "body": {}}"#, "", 429, ""),
        (#"{"status": "429", "body": {}}"#, "", 429, ""),
        (#"{"status": "429 Too Many Requests", "body": {}}"#, "", 429, "Too Many Requests"),
        (#"{"status": {"code": 429, "message": "Slow"}, "body": {}}"#, "", 429, "Slow"),
        (#"{"status": {"code": "429"}, "reason": "Slow", "body": {}}"#, "", 429, "Slow"),
        (#"{"status": {"status_code": 503}, "body": {}}"#, "", 503, ""),
        (#"{"status": "OK", "status_code": 201, "body": {}}"#, "", 201, ""),
        (#"{"statusCode": 429, "headers": {"retry-after": "7"}}"#, "", 429, ""),
        (#"{"status": 429, "content": "slow"}"#, "", 429, ""),
        (#"{"status": 429, "error": {"message": "slow"}}"#, "", 429, ""),
        (#"{"choices": []}"#, #", "status": {"code": 429}"#, 429, ""),
        (#"{"choices": []}"#, #", "status": "success""#, 200, ""),
        (#"{"choices": []}"#, #", "status": "error", "error": {"message": "x"}"#, 500, ""),
        ("null", #", "error": {"message": "x"}"#, 500, ""),
    ])
    func aStatusIsReadAsItIsWritten(
        response: String, more: String, status: Int, reason: String
    ) throws {
        let result = try read(trace(response, more: more))
        #expect(result.recordings.map(\.response.head?.status) == [status], "\(result.failures)")
        #expect(result.recordings.first?.response.head?.reason == reason)
    }

    @Test(arguments: [
        (#"{"status": "slow", "body": {}}"#, ""), (#"{"status": {"text": "x"}, "body": {}}"#, ""),
        (#"{"status": 42, "body": {}}"#, ""), (#"{"status": true, "body": {}}"#, ""),
        (#"{"status": [429], "body": {}}"#, ""), (#"{"choices": []}"#, #", "status": "error""#),
        ("null", ""),
    ])
    func aStatusThatCannotBeReadIsNoSuccess(response: String, more: String) throws {
        let result = try read(trace(response, more: more))
        #expect(result.recordings == [])
        #expect(result.failures.map(\.place) == ["trace 1"])
    }

    // MARK: - Names of headers

    private static let tagged = """
        interactions:
        - request:
            uri: https://api.openai.com/v1/chat/completions
            method: !!python/object/apply:http.HTTPMethod [POST]
            headers:
              ? !!python/object/apply:multidict._multidict.istr
              - User-Agent
              : - own/1.0
              ? !!python/object/new:multidict._multidict.istr {args: [Accept], state: {}}
              : - !!python/object/apply:multidict._multidict.istr ['*/*']
              ? !!binary Q29udGVudC1UeXBl
              : - application/json
              ? [a, b]
              : - c
          response:
            status: {code: !!python/object/apply:http.HTTPStatus [429], message: Slow}
            headers:
              ? !!python/object/new:multidict._multidict.istr
              - Retry-After
              : - '7'
            body: {string: ''}
        """

    @Test func namesThatPythonWroteAsObjectsAreNames() throws {
        let result = try read(Self.tagged)
        let recording = try #require(result.recordings.first)
        #expect(recording.request.method == "POST")
        #expect(
            recording.request.headers == [
                HeaderField("User-Agent", "own/1.0"), HeaderField("Accept", "*/*"),
                HeaderField("Content-Type", "application/json"),
            ])
        #expect(recording.provenance.client == "own/1.0")
        #expect(recording.response.head?.status == 429)
        #expect(recording.response.head?.headers == [HeaderField("Retry-After", "7")])
        let note = result.notes.first { $0.message.contains("no name of a header") }
        #expect(note?.place == "interaction 1 (line 2), request")
    }

    @Test(arguments: [
        """
        {"interactions": [{"request": {"uri": "https://api.openai.com/v1/x", "headers": {}},
          "response": {"status": 200, "headers": {"a b": ["1"], "": ["2"], "ok": ["3"]}}}]}
        """,
        """
        {"log": {"entries": [{"request": {"url": "https://api.openai.com/v1/x"}, "response":
          {"status": 200, "headers": [{"name": "a b", "value": "1"}, {"name": "", "value": "2"},
          {"name": "ok", "value": "3"}]}}]}}
        """,
        """
        {"request": {"url": "https://api.openai.com/v1/x"},
          "response": {"status": 200, "headers": [["a b", "1"], ["", "2"], ["ok", "3"]]}}
        """,
    ])
    func aNameThatCannotBeSentIsLeftOutAndSaid(text: String) throws {
        let result = try read(text)
        #expect(result.recordings.map(\.response.head?.headers) == [[HeaderField("ok", "3")]])
        let said = result.notes.filter { $0.message.contains("no name of a header") }
        #expect(said.count == 2 && said.allSatisfy { !$0.place.isEmpty })
    }

    // MARK: - Bodies of archives

    @Test(arguments: ["utf8", "utf-8", "UTF-8", "Utf8", ""])
    func anEncodingThatSaysWhatATextIsLeavesItAsItIs(name: String) throws {
        let result = try read(
            """
            {"log": {"entries": [{"request": {"url": "https://api.openai.com/v1/x",
              "postData": {"text": "{\\"a\\":1}", "encoding": "\(name)"}},
              "response": {"status": 200, "content": {"text": "plain", "encoding": "\(name)"}}}]}}
            """)
        #expect(result.recordings.map(\.request.body) == [Array("{\"a\":1}".utf8)])
        #expect(result.recordings.map(\.response.body) == [Array("plain".utf8)])
    }

    @Test func whatPollyWritesIsNamed() throws {
        let result = try read(
            """
            {"log": {"entries": [{"request": {"url": "https://api.openai.com/v1/x"}, "response":
              {"status": 200, "content": {"text": "[\\"SGk=\\"]", "encoding": "base64"}}}]}}
            """)
        #expect(result.failures.map(\.place) == ["entry 1"])
        #expect(result.failures.first?.message.contains("Polly.js") == true)
    }
}
