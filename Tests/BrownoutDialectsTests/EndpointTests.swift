import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// OpenAI's older endpoints and Anthropic's count of tokens.
@Suite struct EndpointTests {
    private func parse(_ path: String, _ body: JSON) -> ParsedRequest {
        Samples.openAI(body, target: "/v1/\(path)")
    }

    private func completion(_ body: JSON, _ texts: String...) -> Answer {
        Dialects.answer(
            parse("completions", body),
            reply: Reply(
                choices: texts.map { Reply.Choice(text: TokenText($0), finish: .stop) },
                promptTokens: 0), context: Samples.context)
    }

    @Test(arguments: [false, true])
    func embeddingsAreTheProviders(_ isBase64: Bool) throws {
        let request = parse(
            "embeddings",
            [
                "model": "text-embedding-3-small", "input": ["one", "two words"],
                "dimensions": 3, "encoding_format": isBase64 ? "base64" : "float",
            ])
        guard case .embed(let embed) = request.intent else {
            Issue.record("no embedding")
            return
        }
        let vectors: [[Float]] = [[0.6, -0.8, 0], [1, 1e-7, -0.25]]
        let answer = Dialects.embeddings(embed, of: .openai, context: Samples.context) {
            vectors[$0]
        }
        Golden.check(
            answer.transcript, "openai-embeddings\(isBase64 ? "-base64" : "").http")
        if isBase64 {
            #expect(try answer.json().value(at: "/data/0/embedding") == "mpkZP83MTL8AAAAA")
        }
    }

    @Test(arguments: [
        ([Float](), ""), ([1], "AACAPw=="), ([1, -2], "AACAPwAAAMA="),
        ([1, -2, 0.5], "AACAPwAAAMAAAAA/"),
    ])
    func base64HasItsPadding(_ floats: [Float], _ text: String) throws {
        let body: JSON = [
            "model": "text-embedding-3-small", "input": "a", "encoding_format": "base64",
        ]
        guard case .embed(let embed) = parse("embeddings", body).intent else {
            Issue.record("no embedding")
            return
        }
        let answer = Dialects.embeddings(embed, of: .openai, context: Samples.context) { _ in floats
        }
        #expect(try answer.json().value(at: "/data/0/embedding") == .string(text))
    }

    @Test func aCompletionIsTheProviders() {
        let body: JSON = [
            "model": "gpt-3.5-turbo-instruct", "prompt": ["Say it:", "And"], "logprobs": 2,
            "echo": true,
        ]
        Golden.check(completion(body, "One two.", "Three").transcript, "openai-completion.http")
    }

    @Test func aStreamedCompletionIsTheProviders() {
        let body: JSON = [
            "model": "davinci-002", "prompt": "Say it:", "n": 2, "stream": true,
            "stream_options": ["include_usage": true],
        ]
        Golden.check(
            completion(body, "One \(Samples.awkward)", "Two").transcript,
            "openai-completion-stream.http")
    }

    @Test func tokensOfACompletionCanBeCutAt() {
        let answer = completion(["model": "babbage-002", "prompt": "x", "echo": true], "a b c")
        guard case .whole(let body) = answer.body else {
            Issue.record("a plain body was asked for")
            return
        }
        let ends = body.tokenEnds()
        #expect(ends.count == 3 && body.tokens == 3)
        let text = String(decoding: body.bytes[..<ends[1]], as: UTF8.self)
        #expect(text.hasSuffix("\"xa b"))
    }

    @Test func moderationsAreTheProviders() throws {
        let request = parse("moderations", ["input": ["a", "b"]])
        guard case .moderate(let moderate) = request.intent else {
            Issue.record("no moderation")
            return
        }
        var scores = [Double](repeating: 0.001, count: Moderation.Category.allCases.count)
        let mild = Moderation(scores: scores)
        scores[0] = 0.75
        let answer = Dialects.moderations(
            moderate, [mild, Moderation(scores: scores)], of: .openai, context: Samples.context)
        Golden.check(answer.transcript, "openai-moderations.http")
        #expect(try answer.json().value(at: "/results/1/flagged") == true)
    }

    @Test func aCountOfTokensIsTheProviders() {
        let request = Samples.anthropic(
            ["model": "claude-sonnet-4-5", "messages": Samples.messages],
            target: "/v1/messages/count_tokens")
        let answer = Dialects.answer(request, reply: nil, context: Samples.context)
        Golden.check(answer.transcript, "anthropic-count.http")
        #expect(request.facts.endpoint == .countTokens)
        #expect(request.facts.userText == "What is the weather in Paris?")
    }

    @Test func onlyAMessageEndsWithARefusal() {
        let request = Samples.anthropic(
            ["model": "claude-sonnet-4-5", "messages": Samples.messages],
            target: "/v1/messages/count_tokens")
        let answer = Dialects.error(
            CauseFault(.contentPolicy), for: request, context: Samples.context)
        #expect(answer.head.status == 400)
    }

    @Test func rulesKnowWhatIsAsked() {
        let embed = parse("embeddings", ["model": "text-embedding-3-small", "input": ["a", "b"]])
        #expect(embed.facts.model == "text-embedding-3-small")
        #expect(embed.facts.userText == "a\nb")
        #expect(embed.promptTokens == 2)
        let text = parse(
            "completions", ["model": "davinci-002", "prompt": "Say", "stream": true])
        #expect(text.facts.stream && text.facts.userText == "Say")
        let moderate = parse("moderations", ["input": "bad"])
        #expect(moderate.facts.model == "omni-moderation-latest")
        #expect(moderate.facts.userText == "bad")
    }

    @Test func callsAreToldApartByWhatTheyAsk() {
        func key(_ path: String, _ body: JSON) -> String { parse(path, body).facts.call.text }
        let model: JSON = "text-embedding-3-small"
        let base = key("embeddings", ["model": model, "input": "a"])
        #expect(key("embeddings", ["input": ["a"], "model": model, "user": "me"]) == base)
        #expect(
            key("embeddings", ["model": model, "input": "a", "encoding_format": "base64"]) == base)
        #expect(key("embeddings", ["model": model, "input": "b"]) != base)
        #expect(key("embeddings", ["model": model, "input": "a", "dimensions": 9]) != base)
        #expect(key("moderations", ["model": model, "input": "a"]) != base)
        let messages = Samples.body(.anthropic)
        #expect(
            Samples.anthropic(messages).facts.call
                != Samples.anthropic(messages, target: "/v1/messages/count_tokens").facts.call)
    }

    @Test func aProviderOfAScenarioHasItsOwnModels() {
        let scenario = Scenario(
            name: "x", providers: [VirtualProvider(name: "local", dialect: .openai)])
        for (path, body) in [
            ("embeddings", ["model": "nomic-embed", "input": "a"]),
            ("completions", ["model": "llama", "prompt": "a"]),
        ] as [(String, JSON)] {
            let own = Samples.openAI(body, target: "/local/v1/\(path)", scenario: scenario)
            #expect(own.refusal == nil)
            #expect(parse(path, body).refusal?.status == 404)
        }
    }
}
