import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// What Ollama answers besides what all providers do.
@Suite struct OllamaAnswerTests {
    private func answer(
        _ body: JSON, _ target: String, method: String = "POST", _ reply: Reply? = nil,
        _ context: AnswerContext = Samples.context
    ) -> Answer {
        Dialects.answer(
            Samples.ollama(body, target: target, method: method), reply: reply, context: context)
    }

    private func text(_ answer: Answer) -> String { String(decoding: answer.bytes, as: UTF8.self) }

    private static let thinking = Reply(
        choices: [
            Reply.Choice(
                thinking: TokenText("Greet."), text: TokenText("Hello there!"), finish: .stop)
        ], promptTokens: 11)

    @Test func aPromptIsGoneOnWith() throws {
        let body: JSON = ["model": "qwen3", "prompt": "hi", "stream": false]
        Golden.check(
            answer(body, "/api/generate", Self.thinking).transcript, "ollama-generate.http")
        let streamed = answer(["model": "qwen3", "prompt": "hi"], "/api/generate", Self.thinking)
        Golden.check(streamed.transcript, "ollama-generate-stream.http")
        let last = try #require(try streamed.frames().last)
        #expect(last["context"]?.arrayValue?.count == 11 + Self.thinking.completionTokens)
        let raw: JSON = ["model": "qwen3", "prompt": "hi", "raw": true]
        #expect(try answer(raw, "/api/generate", Self.thinking).frames().last?["context"] == nil)
    }

    private static let silences: [(target: String, more: JSON, reason: String)] = [
        ("/api/chat", ["messages": []], "load"), ("/api/chat", [:], "load"),
        ("/api/chat", ["keep_alive": 0], "unload"), ("/api/generate", [:], "load"),
        ("/api/generate", ["keep_alive": "0s", "prompt": ""], "unload"),
        ("/api/generate", ["keep_alive": "-1m"], "load"),
    ]

    @Test(arguments: silences)
    func nothingSaidLoadsAModelOrLetsItGo(
        _ target: String, _ more: JSON, _ reason: String
    ) throws {
        let body = JSON.object([JSONMember("model", "llama3.2")] + (more.objectValue ?? []))
        let answer = answer(body, target)
        #expect(!answer.isStream)
        let json = try answer.json()
        #expect(json["done_reason"] == .string(reason))
        #expect(json["done"] == true)
        #expect(json["model"] == "llama3.2")
        #expect(json["total_duration"] == nil)
    }

    @Test func textsBecomeVectors() throws {
        func vectors(_ body: JSON, _ target: String) throws -> JSON {
            let request = Samples.ollama(body, target: target)
            guard case .embed(let embed) = request.intent else {
                Issue.record("\(String(describing: request.refusal))")
                return .null
            }
            return try Dialects.embeddings(embed, of: .ollama, context: Samples.context) { index in
                [Float](repeating: Float(index), count: embed.dimensions)
            }.json()
        }
        let two = try vectors(
            ["model": "all-minilm", "input": ["a", "b"], "dimensions": 3], "/api/embed")
        #expect(two["embeddings"] == [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
        #expect(two["prompt_eval_count"] == 2)
        #expect(two["model"] == "all-minilm")
        let none = try vectors(["model": "all-minilm", "input": []], "/api/embed")
        #expect(none == ["model": "all-minilm", "embeddings": []])
        let older = try vectors(["model": "bge-m3", "prompt": "a"], "/api/embeddings")
        #expect(older["embedding"]?.arrayValue?.count == 1024)
        #expect(older.objectValue?.count == 1)
        #expect(
            try vectors(["model": "bge-m3", "prompt": ""], "/api/embeddings") == ["embedding": []])
        let refused = Samples.ollama(["model": "nope", "input": "a"], target: "/api/embed")
        #expect(refused.refusal?.message == "model \"nope\" not found, try pulling it first")
        let wrong = Samples.ollama(["model": "bge-m3", "input": [1]], target: "/api/embed")
        #expect(wrong.refusal?.message == "invalid input type")
    }

    @Test func modelsAreListedAndShown() throws {
        let list = answer(.null, "/api/tags", method: "GET")
        Golden.check(list.transcript, "ollama-tags.http")
        for model in try #require(try list.json()["models"]?.arrayValue) {
            let shown = try answer(["model": try #require(model["name"])], "/api/show").json()
            #expect(shown["details"] == model["details"])
        }
        Golden.check(answer(.null, "/api/ps", method: "GET").transcript, "ollama-ps.http")
        let show = answer(["name": "gemma3"], "/api/show")
        Golden.check(show.transcript, "ollama-show.http")
        #expect(try show.json()["capabilities"] == ["completion", "vision"])
        #expect(
            try answer(["model": "nope"], "/api/show").json() == ["error": "model 'nope' not found"]
        )
        #expect(try answer([:], "/api/show").json() == ["error": "model is required"])
    }

    @Test func theServerSaysThatItRuns() throws {
        for method in ["GET", "HEAD"] {
            let root = answer(.null, "/", method: method)
            #expect(text(root) == "Ollama is running")
            #expect(root.field("content-type") == "text/plain; charset=utf-8")
        }
        #expect(try answer(.null, "/api/version", method: "GET").json()["version"] != nil)
    }

    /// U+2028 and U+2029 and the three signs that HTML has, in texts, names and arguments.
    @Test func textsAreEscapedAsGoDoes() throws {
        let said = "a<b> & c\u{2028}d\u{2029}"
        let escaped = #"a\u003cb\u003e \u0026 c\u2028d\u2029"#
        let call = Reply.ToolCall(
            id: 1, name: "f", arguments: TokenText("{ \"x\" : \"<\u{2028}\" }"))
        let reply = Reply(
            choices: [
                Reply.Choice(
                    thinking: TokenText(said), text: TokenText(said), toolCalls: [call],
                    finish: .toolCalls)
            ], promptTokens: 1)
        let plain = Dialects.answer(
            Samples.request(.ollama), reply: reply, context: Samples.context)
        #expect(text(plain).contains("\"content\":\"\(escaped)\",\"thinking\":\"\(escaped)\""))
        #expect(text(plain).contains(#""arguments":{"x":"\u003c\u2028"}"#))
        #expect(try plain.json().value(at: "/message/content") == .string(said))
        let stream = Dialects.answer(
            Samples.request(.ollama, [("stream", true)]), reply: reply, context: Samples.context)
        #expect(text(stream).contains(#""arguments":{"x":"\u003c\u2028"}"#))
        let bytes = stream.bytes
        for sign in ["<", ">", "&", "\u{2028}", "\u{2029}"] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(sign))
        }
        guard case .whole(let body) = plain.body else { return }
        #expect(body.tokenEnds().count == body.tokens)
        let ends = body.tokenEnds()
        #expect(
            String(decoding: body.bytes[ends[ends.count - 1]...], as: UTF8.self).hasPrefix("}}]"))
    }

    @Test func argumentsThatAreNoJSONAreAText() throws {
        let call = Reply.ToolCall(id: 3, name: "f", arguments: TokenText("{\"ci"))
        let reply = Reply(
            choices: [Reply.Choice(toolCalls: [call], finish: .toolCalls)], promptTokens: 1)
        let pointer = "/message/tool_calls/0/function/arguments"
        let plain = Dialects.answer(
            Samples.request(.ollama), reply: reply, context: Samples.context)
        #expect(try plain.json().value(at: pointer) == "{\"ci")
        let lines = try Dialects.answer(
            Samples.request(.ollama, [("stream", true)]), reply: reply, context: Samples.context
        ).frames()
        #expect(lines[0].value(at: pointer) == "{\"ci")
        #expect(lines[0]["done"] == false)
    }

    @Test func momentsFollowTheClockOrAreDrawn() throws {
        var context = Samples.context
        context.drawsCreated = false
        context.fraction = .microseconds(250_000)
        let request = Samples.request(.ollama, [("stream", true)])
        let frames = try Dialects.answer(request, reply: Samples.hello, context: context).frames()
        let moments = try frames.map { try #require($0["created_at"]?.stringValue) }
        #expect(moments[0].hasPrefix("2026-01-01T00:00:00."))
        #expect(moments == moments.sorted())
        #expect(moments.allSatisfy { $0.hasSuffix("Z") && $0.utf8.count <= 30 })
        let drawn = try Dialects.answer(request, reply: Samples.hello, context: Samples.context)
            .frames()
        #expect(drawn[0]["created_at"]?.stringValue?.hasPrefix("2025-") == true)
    }

    @Test func durationsAddUp() throws {
        let json = try Dialects.answer(
            Samples.request(.ollama), reply: Samples.hello, context: Samples.context
        ).json()
        func number(_ name: String) throws -> Int { try #require(json[name]?.intValue) }
        #expect(try number("prompt_eval_count") == Samples.hello.promptTokens)
        #expect(try number("eval_count") == Samples.hello.completionTokens)
        let parts =
            try number("load_duration") + number("prompt_eval_duration") + number("eval_duration")
        #expect(try number("total_duration") > parts)
    }

    @Test func nothingOfOthersIsInItsHeads() {
        let request = Samples.request(.ollama)
        let answers =
            [Dialects.answer(request, reply: Samples.hello, context: Samples.context)]
            + Cause.allCases.map {
                Dialects.error(CauseFault($0), for: request, context: Samples.context)
            }
        for answer in answers {
            let names = answer.head.fields.fields.map(\.name)
            #expect(Set(names).isSubset(of: ["content-type", "date", "server"]))
        }
    }

    @Test func aStreamThatHasBegunSaysThatTheRunnerFailed() throws {
        let events = Dialects.errorEvents(
            CauseFault(.serverError), for: Samples.request(.ollama), context: Samples.context)
        #expect(
            String(decoding: EventFraming.ndjson.body(of: events), as: UTF8.self)
                == "{\"error\":\"an error was encountered while running the model: unexpected EOF\"}\n"
        )
    }
}
