import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// Ollama's paths that speak OpenAI's form.
@Suite struct OllamaCompatibleTests {
    private func chat(_ changes: [JSONMember] = []) -> ParsedRequest {
        let members = [
            JSONMember("model", "llama3.2"),
            JSONMember("messages", [["role": "user", "content": "hi"]]),
        ]
        return Samples.ollama(.object(members + changes), target: "/v1/chat/completions")
    }

    private func answer(_ request: ParsedRequest, _ reply: Reply = Samples.mixed) -> Answer {
        Dialects.answer(request, reply: reply, context: Samples.context)
    }

    @Test func chatsArePlainUnlessAStreamIsAskedFor() {
        Golden.check(answer(chat()).transcript, "ollama-v1-chat.http")
        let stream = chat([
            JSONMember("stream", true), JSONMember("stream_options", ["include_usage": true]),
        ])
        #expect(stream.facts.stream && !chat().facts.stream)
        Golden.check(answer(stream).transcript, "ollama-v1-chat-stream.http")
    }

    @Test func promptsAreGoneOnWith() {
        func request(_ stream: Bool) -> ParsedRequest {
            Samples.ollama(
                ["model": "llama3.2", "prompt": "once", "stream": .bool(stream)],
                target: "/v1/completions")
        }
        Golden.check(answer(request(false), Samples.hello).transcript, "ollama-v1-text.http")
        Golden.check(
            answer(request(true), Samples.hello).transcript, "ollama-v1-text-stream.http")
    }

    @Test func whatIsAskedIsMadeOllamas() throws {
        let request = chat([
            JSONMember(
                "messages",
                [
                    [
                        "role": "user",
                        "content": [
                            ["type": "text", "text": "look"],
                            [
                                "type": "image_url",
                                "image_url": ["url": "data:image/png;base64,aGk="],
                            ],
                        ],
                    ],
                    [
                        "role": "assistant", "content": nil,
                        "tool_calls": [
                            ["id": "a", "function": ["name": "f", "arguments": "{\"x\":1}"]]
                        ],
                    ],
                    ["role": "tool", "tool_call_id": "a", "content": "1"],
                ]), JSONMember("max_tokens", 9), JSONMember("stop", "END"),
            JSONMember("response_format", ["type": "json_object"]),
        ])
        let chat = try #require(request.chat)
        #expect(chat.maxTokens == 9)
        #expect(chat.stop == ["END"])
        #expect(chat.calledTools == ["f"])
        #expect(chat.endsWithToolResult)
        #expect(chat.promptTokens > 256)
        #expect(chat.responseFormat == ["type": "json_object"])
    }

    /// `empty-first-chunk` is in the form of the stream, not in Ollama's own.
    @Test func anEmptyFirstChunkIsOneOfTheseStreams() throws {
        let stream = answer(chat([JSONMember("stream", true)]))
        let faulted = try #require(stream.with(.shape(.emptyFirstChunk), .ollama))
        let first = try #require(try faulted.frames().first)
        #expect(first["choices"] == [] && first["id"] == "")
        #expect(first["done"] == nil && first["message"] == nil)
    }

    private static let errors: [(target: String, body: JSON, status: Int, type: String)] = [
        ("/v1/chat/completions", ["model": "llama3.2"], 400, "invalid_request_error"),
        (
            "/v1/chat/completions",
            ["model": "nope", "messages": [["role": "user", "content": "hi"]]], 404,
            "not_found_error"
        ),
        ("/v1/embeddings", ["model": "nope", "input": "a"], 404, "not_found_error"),
        (
            "/v1/chat/completions",
            [
                "model": "llama3.2", "messages": [["role": "user", "content": "hi"]],
                "temperature": "hot",
            ], 500, "api_error"
        ),
    ]

    @Test(arguments: errors)
    func errorsHaveOpenAIsEnvelope(
        _ target: String, _ body: JSON, _ status: Int, _ type: String
    ) throws {
        let answer = answer(Samples.ollama(body, target: target))
        #expect(answer.head.status == status)
        let error = try #require(try answer.json()["error"])
        #expect(error["type"] == .string(type))
        #expect(error["message"]?.stringValue?.isEmpty == false)
        #expect(error["param"] == .null && error["code"] == .null)
    }

    @Test func causesHaveItToo() throws {
        let answer = Dialects.error(
            CauseFault(.overloaded), for: chat(), context: Samples.context)
        #expect(try answer.json()["error"]?["type"] == "api_error")
        let events = Dialects.errorEvents(
            CauseFault(.serverError), for: chat(), context: Samples.context)
        let event = try JSON.parse(events[0].payload)
        #expect(
            event["error"]?["message"]
                == "an error was encountered while running the model: unexpected EOF")
        let native = Dialects.error(
            CauseFault(.overloaded), for: Samples.request(.ollama), context: Samples.context)
        #expect(try native.json()["error"]?.stringValue != nil)
    }

    @Test func modelsAndVectorsAreOpenAIs() throws {
        let list = answer(Samples.ollama(.null, target: "/v1/models", method: "GET"))
        for model in try #require(try list.json()["data"]?.arrayValue) {
            let id = try #require(model["id"]?.stringValue)
            let one = answer(Samples.ollama(.null, target: "/v1/models/\(id)", method: "GET"))
            #expect(try one.json() == model)
        }
        let unknown = answer(Samples.ollama(.null, target: "/v1/models/nope", method: "GET"))
        #expect(try unknown.json()["error"]?["message"] == "model 'nope' not found")
        let request = Samples.ollama(
            ["model": "all-minilm", "input": ["a", "b"]], target: "/v1/embeddings")
        guard case .embed(let embed) = request.intent else {
            Issue.record("no embeddings")
            return
        }
        let vectors = try Dialects.embeddings(embed, of: .ollama, context: Samples.context) { _ in
            [1, 2]
        }.json()
        #expect(vectors["object"] == "list")
        #expect(vectors.value(at: "/data/1/embedding") == [1.0, 2.0])
    }

    @Test func theFormOfAStreamIsThePaths() {
        #expect(Dialects.streamForm(.ollama, of: .ollamaChat).framing == .ndjson)
        #expect(Dialects.streamForm(.ollama, of: .chatCompletions).framing == .sse)
        #expect(Dialects.streamForm(.openai, of: .chatCompletions).framing == .sse)
    }

    @Test func oneKindIsMadeOfTheOther() throws {
        let plain = answer(chat()).bytes
        let stream = answer(chat([JSONMember("stream", true)])).bytes
        let made = try #require(
            RecordedAnswer.plain(
                ofStream: stream, Dialects.streamForm(.ollama, of: .chatCompletions),
                endpoint: .chatCompletions, of: .ollama))
        let said = try #require(Reply(recorded: made.body, .ollama)).choices[0]
        #expect(said.text == Samples.mixed.choices[0].text)
        #expect(
            RecordedAnswer.stream(ofPlain: plain, endpoint: .chatCompletions, of: .ollama) != nil)
    }
}
