import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// How Ollama reads requests, and what it refuses.
@Suite struct OllamaRequestTests {
    private static let tool: JSON = [
        "type": "function",
        "function": ["name": "f", "parameters": ["type": "object", "properties": [:]]],
    ]

    private func chat(_ changes: [(String, JSON)]) -> ParsedRequest {
        Samples.request(.ollama, changes)
    }

    private func generate(_ members: [JSONMember]) -> ParsedRequest {
        Samples.ollama(
            .object([JSONMember("model", "llama3.2")] + members), target: "/api/generate")
    }

    private func refusal(_ changes: [(String, JSON)]) throws -> String {
        let error = try #require(chat(changes).refusal)
        return "\(error.status) \(error.message)"
    }

    @Test(arguments: [("/api/chat", "messages"), ("/api/generate", "prompt")])
    func aStreamNeedNotBeAskedFor(_ target: String, _ key: String) throws {
        let said: JSON = key == "prompt" ? "hi" : [["role": "user", "content": "hi"]]
        for (stream, expected) in [(JSON.null, true), (true, true), (false, false)] {
            let body = JSON.object([
                JSONMember("model", "llama3.2"), JSONMember(key, said),
                JSONMember("stream", stream),
            ])
            let request = Samples.ollama(body, target: target)
            #expect(request.chat?.stream == expected)
            #expect(request.facts.stream == expected)
        }
        let refused = Samples.ollama(
            ["model": "nope", "messages": [], "prompt": 7], target: target)
        #expect(refused.facts.stream)
    }

    @Test func whatARequestAsksIsRead() throws {
        let chat = try #require(
            chat([
                ("model", "qwen3:8b"), ("tools", [Self.tool]), ("think", false),
                ("options", ["num_predict": 20, "stop": ["END", "###"], "temperature": 0]),
                ("format", "json"), ("keep_alive", "5m"),
            ]).chat)
        #expect(chat.model == "qwen3:8b")
        #expect(chat.tools.map(\.name) == ["f"])
        #expect(!chat.thinks)
        #expect(chat.maxTokens == 20)
        #expect(chat.stop == ["END", "###"])
        #expect(chat.responseFormat == ["type": "json_object"])
        let schema: JSON = ["type": "object"]
        #expect(
            self.chat([("format", schema)]).chat?.responseFormat
                == ["type": "json_schema", "json_schema": ["schema": schema]])
        #expect(self.chat([("options", ["num_predict": -1])]).chat?.maxTokens == nil)
    }

    @Test(arguments: [
        ("qwen3", JSON.null, true), ("qwen3", false, false), ("gpt-oss:20b", "low", true),
        ("llama3.2", .null, false), ("llama3.2", false, false),
    ])
    func modelsThatCanThinkDo(_ model: String, _ think: JSON, _ thinks: Bool) {
        #expect(chat([("model", .string(model)), ("think", think)]).chat?.thinks == thinks)
    }

    @Test func aWindowHoldsThePrompt() throws {
        let text = JSON.string(String(repeating: "word ", count: 500))
        let messages: JSON = [["role": "user", "content": text]]
        let options: JSON = ["num_ctx": 64]
        #expect(
            chat([("messages", messages), ("options", options)]).chat?.promptTokens == 64)
        #expect(
            try refusal([("messages", messages), ("options", options), ("truncate", false)])
                == "400 the input length exceeds the context length")
    }

    @Test func aPromptIsRead() throws {
        let request = generate([
            JSONMember("prompt", "why"), JSONMember("system", "be brief"),
            JSONMember("context", [1, 2, 3]),
        ])
        let chat = try #require(request.chat)
        #expect(chat.userText == "why")
        #expect(request.facts.endpoint == .generate)
        let shorter = try #require(generate([JSONMember("prompt", "why")]).chat)
        #expect(chat.promptTokens > shorter.promptTokens)
        let raw = generate([
            JSONMember("prompt", "why"), JSONMember("raw", true), JSONMember("system", "x"),
        ])
        #expect(
            raw.refusal?.message == "raw mode does not support template, system, or context")
    }

    private static let mistyped: [(changes: JSON, words: String)] = [
        (["model": 7], "number into Go struct field ChatRequest.model of type string"),
        (
            ["messages": "hi"],
            "string into Go struct field ChatRequest.messages of type []api.Message"
        ),
        (
            ["messages": [["role": "user", "content": [["type": "text"]]]]],
            "array into Go struct field ChatRequest.messages.content of type string"
        ),
        (["stream": "yes"], "string into Go struct field ChatRequest.stream of type bool"),
        (
            ["options": 1.5],
            "number 1.5 into Go struct field ChatRequest.options of type map[string]interface {}"
        ),
    ]

    @Test(arguments: mistyped)
    func whatHasAnotherTypeIsRefusedAsGoDoes(_ changes: JSON, _ words: String) throws {
        let members = try #require(changes.objectValue)
        #expect(
            try refusal(members.map { ($0.key, $0.value) }) == "400 json: cannot unmarshal \(words)"
        )
    }

    private static let impossible: [(changes: [(String, JSON)], words: String)] = [
        ([("model", "")], "400 model is required"),
        ([("model", "nope")], "404 model 'nope' not found"),
        ([("think", true)], "400 \"llama3.2\" does not support thinking"),
        (
            [("model", "user/gemma3:4b"), ("tools", [tool])],
            "400 registry.ollama.ai/user/gemma3:4b does not support tools"
        ),
        ([("model", "nomic-embed-text")], "400 \"nomic-embed-text\" does not support chat"),
        (
            [("options", ["temperature": "hot"])],
            "500 option \"temperature\" must be of type float32"
        ),
        ([("options", ["stop": "END"])], "500 option \"stop\" must be of type array"),
        ([("keep_alive", "soon")], "400 time: invalid duration \"soon\""),
        (
            [("format", "xml")],
            "500 invalid format: \"\\\"xml\\\"\"; expected \"json\" or a valid JSON Schema object"
        ),
        (
            [("messages", [["role": "user", "content": "", "images": ["a-b"]]])],
            "400 illegal base64 data at input byte 1"
        ),
    ]

    @Test(arguments: impossible)
    func whatCannotBeDoneIsRefused(_ changes: [(String, JSON)], _ words: String) throws {
        #expect(try refusal(changes) == words)
    }

    @Test func aModelThatOnlyEmbedsDoesNotGenerate() {
        let request = Samples.ollama(
            ["model": "bge-m3", "prompt": "hi"], target: "/api/generate")
        #expect(request.refusal?.message == "\"bge-m3\" does not support generate")
    }

    @Test func unusableBodiesAreRefused() throws {
        func refusal(_ body: Result<JSON, IncomingRequest.BodyProblem>) -> ProviderError? {
            Router.parse(
                in: .healthy,
                IncomingRequest(method: "POST", target: "/api/chat", headers: [], body: body)
            ).refusal
        }
        #expect(refusal(.success(.null))?.message == "missing request body")
        #expect(
            refusal(.success([]))?.message
                == "json: cannot unmarshal array into Go value of type api.ChatRequest")
        do throws(JSONParseError) {
            _ = try JSON.parse(#"{"model":"#)
        } catch {
            #expect(refusal(.failure(.notJSON(error)))?.message == "unexpected EOF")
        }
        #expect(refusal(.failure(.tooLarge(limit: 1000)))?.status == 413)
        #expect(refusal(.failure(.cutShort))?.message == "unexpected EOF")
    }

    @Test func whatIsNotServedIsGins404() {
        for (method, path, text) in [
            ("GET", "/api/nothing", "404 page not found"),
            ("GET", "/api/chat", "405 method not allowed"),
            ("HEAD", "/api/ps", "405 method not allowed"),
        ] {
            let request = Samples.ollama(.null, target: path, method: method)
            let answer = Dialects.answer(request, reply: nil, context: Samples.context)
            #expect(String(decoding: answer.bytes, as: UTF8.self) == text)
            #expect(answer.field("content-type") == "text/plain")
        }
    }

    @Test(arguments: [
        "llama3.2", "llama3.2:latest", "llama3.1:8b-instruct-q4_K_M", "qwen3:0.6b", "mistral-nemo",
        "gemma3:27b", "deepseek-r1:14b", "gpt-oss:120b-cloud", "someone/llama3.2-tuned",
        "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M", "phi4", "codellama:7b",
    ])
    func familiesAreThereWithAnyTag(_ model: String) {
        #expect(chat([("model", .string(model))]).chat?.model == model)
    }

    @Test(arguments: [
        "nope", "gpt-4o", "claude-sonnet-4-5", "llamas", "llama3.2:", ":latest", "llama 3",
        "qwenta",
        "llama3.2:a:b",
    ])
    func othersAreNotThere(_ model: String) {
        #expect(
            chat([("model", .string(model))]).refusal?.message == "model '\(model)' not found")
    }

    @Test func aScenarioAddsModels() throws {
        var scenario = Scenario.healthy
        scenario.models = [try Glob("my-*")]
        let request = Samples.ollama(
            Samples.body(.ollama, [("model", "my-model"), ("think", true)]), scenario: scenario)
        #expect(request.chat?.thinks == true)
    }

    @Test func pictureAndToolTurnsAreRead() throws {
        let messages: JSON = [
            ["role": "user", "content": "what is it", "images": ["aGk="]],
            [
                "role": "assistant", "content": "",
                "tool_calls": [["function": ["name": "f", "arguments": ["a": 1]]]],
            ],
            ["role": "tool", "tool_name": "f", "content": "7"],
        ]
        let chat = try #require(chat([("messages", messages)]).chat)
        #expect(chat.endsWithToolResult)
        #expect(chat.calledTools == ["f"])
        #expect(chat.userText == "what is it")
        #expect(chat.promptTokens > 256)
    }

    @Test func whatSteersTheModelIsPartOfACall() {
        let usual = chat([]).facts.call
        for change: (String, JSON) in [
            ("options", ["temperature": 1]), ("format", "json"), ("think", false),
            ("messages", [["role": "user", "content": "x", "images": ["aGk="]]]),
        ] { #expect(chat([change]).facts.call != usual) }
        for change: (String, JSON) in [("stream", true), ("keep_alive", "5m")] {
            #expect(chat([change]).facts.call == usual)
        }
        let one = generate([JSONMember("prompt", "a")]).facts.call
        #expect(generate([JSONMember("prompt", "b")]).facts.call != one)
        #expect(
            generate([JSONMember("prompt", "a"), JSONMember("keep_alive", 0)]).facts.call == one)
    }
}
