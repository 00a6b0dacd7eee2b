import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// What is said of requests for what is not there.
@Suite struct AdviceTests {
    private func parse(
        _ method: String, _ target: String, model: String? = nil, in scenario: Scenario = .healthy
    ) -> ParsedRequest {
        let body: JSON = model.map { ["model": .string($0), "input": "hi"] } ?? .null
        return Router.parse(
            in: scenario,
            IncomingRequest(
                method: method, target: target,
                headers: [
                    HeaderField("authorization", "Bearer k"),
                    HeaderField("anthropic-version", "2023-06-01"),
                ], body: .success(body)))
    }

    @Test(arguments: [
        ("POST /openai/v1/responses", "OpenAI's Responses API"),
        ("GET /openai/v1/files", "the API of files"),
        ("POST /openai/v1/batches", "the API of batches"),
        ("POST /openai/v1/images/generations", "OpenAI's API of images"),
        ("POST /openai/v1/audio/speech", "OpenAI's API of audio"),
        ("POST /anthropic/v1/messages/batches", "the API of batches"),
        ("POST /openai/deployments/gpt-4o/chat/completions?api-version=1", "Azure's deployments"),
        ("POST /v1beta/models/gemini-2.5-pro:generateContent?key=secret", "Gemini"),
        ("POST /v1/models/gemini-2.5-pro:streamGenerateContent", "Gemini"),
        ("POST /model/anthropic.claude-v2/invoke", "Bedrock"),
        ("POST /openai/api/chat", "was probably meant to end with /ollama, without /v1"),
        ("POST /api/pull", "of Ollama's API that are api/chat, api/generate"),
        (
            "POST //chat/completions",
            "a slash too many; the base URL was probably meant to end with /openai/v1"
        ),
        ("POST /openai/v1/chat/completions/", "a slash too many"),
        ("POST /openai/v1//chat/completions", "a slash too many"),
        ("POST /s/mine/openai/v1/chat/completions/", "a slash too many"),
        (
            "POST /anthropic/v1/v1/messages",
            "/v1 twice; the base URL was probably meant to end with /anthropic, without /v1"
        ),
        ("POST /anthropic/messages", "was probably meant to end with /anthropic"),
        ("POST /api/openai/chat/completions", "was probably meant to end with /openai/v1"),
        ("HEAD /anthropic/api/hello", "of Anthropic's API that are messages"),
        ("GET /", "is not served"),
    ])
    func whatIsNotServedIsNamed(_ request: String, _ words: String) throws {
        let parts = request.split(separator: " ").map(String.init)
        let advice = try #require(parse(parts[0], parts[1]).advice)
        #expect(advice.text.contains(words), "\(advice.text)")
        #expect(!advice.text.contains("secret"))
    }

    @Test func aModelThatIsNotKnownCanBeAdded() throws {
        func advice(_ target: String, _ model: String, in scenario: Scenario) -> String? {
            parse("POST", target, model: model, in: scenario).advice?.text
        }
        let text = try #require(advice("/v1/embeddings", "fake", in: .healthy))
        #expect(text.contains("`models: [fake]` in the scenario adds it"))
        #expect(
            try #require(advice("/v1/embeddings", "a'b c", in: .healthy)).contains("['a''b c']"))
        let added = Scenario(name: "t", models: [try Glob("fake")])
        #expect(advice("/v1/embeddings", "fake", in: added) == nil)
        #expect(parse("GET", "/openai/v1/models/fake").advice?.subject == "openai model fake")
    }

    @Test(arguments: [
        ("POST", "/v1/embeddings"), ("GET", "/openai/v1/models"), ("PUT", "/openai/v1/models"),
        ("POST", "/s/a b/openai/v1/nothing"),
    ])
    func whatTheRefusalSaysItselfNeedsNoAdvice(_ method: String, _ target: String) {
        #expect(parse(method, target, model: "text-embedding-3-small").advice == nil)
    }

    @Test func whatAsksAModelIsACall() {
        var upstream = Scenario.healthy
        upstream.source = .upstream([])
        func purpose(
            _ method: String, _ target: String, _ model: String? = nil, in scenario: Scenario
        ) -> RequestPurpose {
            parse(method, target, model: model, in: scenario).facts.purpose
        }
        for scenario in [Scenario.healthy, upstream] {
            #expect(purpose("POST", "/openai/v1/chat/completions", in: scenario) == .call)
            #expect(purpose("HEAD", "/openai/v1/chat/completions", in: scenario) == .probe)
            #expect(purpose("GET", "/openai/v1/models", in: scenario) == .auxiliary)
            #expect(
                purpose("POST", "/anthropic/v1/messages/count_tokens", in: scenario) == .auxiliary)
            #expect(
                purpose("POST", "/anthropic/api/event_logging/batch", in: scenario) == .auxiliary)
        }
        #expect(purpose("POST", "/v1/responses", "gpt-5", in: .healthy) == .auxiliary)
        #expect(purpose("POST", "/v1/responses", "gpt-5", in: upstream) == .call)
        #expect(purpose("POST", "/v1beta/models/g:generateContent", in: upstream) == .call)
        #expect(purpose("POST", "/v1beta/models/g:countTokens", in: upstream) == .auxiliary)
        #expect(purpose("POST", "/v1/files", in: upstream) == .auxiliary)
    }
}
