import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

@Suite struct RoutingTests {
    private static let scenario = Scenario(
        name: "two",
        providers: [
            VirtualProvider(name: "primary", dialect: .openai),
            VirtualProvider(name: "backup", dialect: .anthropic),
        ])

    private func parse(
        _ method: String, _ target: String, _ headers: HeaderFields = [], body: JSON = .null
    ) -> ParsedRequest {
        Router.parse(
            in: Self.scenario,
            IncomingRequest(
                method: method, target: target, headers: headers, body: .success(body)))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var target: String
        var provider: String
        var dialect: DialectName
        var endpoint: Endpoint
        var session = "default"
        var method = "POST"
        var headers: HeaderFields = []

        var testDescription: String { "\(method) \(target)" }
    }

    private static let version = HeaderField("Anthropic-Version", "2023-06-01")
    private static let rows: [Row] = [
        Row(
            target: "/v1/chat/completions", provider: "openai", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/chat/completions", provider: "openai", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/openai/v1/chat/completions?a=b", provider: "openai", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/openai/chat/completions", provider: "openai", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/v1/messages?beta=true", provider: "anthropic", dialect: .anthropic,
            endpoint: .messages),
        Row(
            target: "/anthropic/v1/messages", provider: "anthropic", dialect: .anthropic,
            endpoint: .messages),
        Row(
            target: "/primary/v1/chat/completions", provider: "primary", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/primary/chat/completions", provider: "primary", dialect: .openai,
            endpoint: .chatCompletions),
        Row(
            target: "/backup/v1/messages", provider: "backup", dialect: .anthropic,
            endpoint: .messages),
        Row(
            target: "/s/blue/v1/chat/completions", provider: "openai", dialect: .openai,
            endpoint: .chatCompletions, session: "blue"),
        Row(
            target: "/s/a.b-c_9/backup/v1/messages", provider: "backup", dialect: .anthropic,
            endpoint: .messages, session: "a.b-c_9"),
        Row(
            target: "/s/blue/v1/messages", provider: "anthropic", dialect: .anthropic,
            endpoint: .messages, session: "red",
            headers: [HeaderField("X-Brownout-Session", "red")]),
        Row(
            target: "/v1/models", provider: "openai", dialect: .openai, endpoint: .models,
            method: "GET"),
        Row(
            target: "/models", provider: "openai", dialect: .openai, endpoint: .models,
            method: "GET"),
        Row(
            target: "/v1/models/gpt-4o", provider: "openai", dialect: .openai, endpoint: .model,
            method: "GET"),
        Row(
            target: "/v1/models", provider: "anthropic", dialect: .anthropic, endpoint: .models,
            method: "GET", headers: [version]),
        Row(
            target: "/v1/models/claude-x", provider: "anthropic", dialect: .anthropic,
            endpoint: .model, method: "GET", headers: [HeaderField("X-Api-Key", "k")]),
        Row(
            target: "/anthropic/v1/models", provider: "anthropic", dialect: .anthropic,
            endpoint: .models, method: "GET"),
        Row(
            target: "http://localhost:8787/v1/chat/completions", provider: "openai",
            dialect: .openai, endpoint: .chatCompletions),
        Row(
            target: "/v1/embeddings", provider: "openai", dialect: .openai,
            endpoint: .embeddings),
        Row(
            target: "/v1/embeddings", provider: "openai", dialect: .openai,
            endpoint: .embeddings, headers: [version]),
        Row(
            target: "/completions", provider: "openai", dialect: .openai,
            endpoint: .completions),
        Row(
            target: "/s/blue/primary/v1/moderations", provider: "primary", dialect: .openai,
            endpoint: .moderations, session: "blue"),
        Row(
            target: "/v1/complete", provider: "anthropic", dialect: .anthropic,
            endpoint: .unknown, headers: [version]),
        Row(target: "/api/chat", provider: "ollama", dialect: .ollama, endpoint: .ollamaChat),
        Row(
            target: "/s/blue/api/embeddings", provider: "ollama", dialect: .ollama,
            endpoint: .embedding, session: "blue"),
        Row(
            target: "/api/pull", provider: "ollama", dialect: .ollama, endpoint: .unknown),
        Row(
            target: "/api/other", provider: "openai", dialect: .openai, endpoint: .unknown),
        Row(
            target: "/ollama/api/tags", provider: "ollama", dialect: .ollama, endpoint: .tags,
            method: "HEAD"),
        Row(
            target: "/ollama/", provider: "ollama", dialect: .ollama, endpoint: .root,
            method: "GET"),
        Row(
            target: "/ollama", provider: "ollama", dialect: .ollama, endpoint: .root,
            method: "GET"),
        Row(target: "/", provider: "openai", dialect: .openai, endpoint: .unknown),
        Row(target: "*", provider: "openai", dialect: .openai, endpoint: .unknown),
        Row(target: "", provider: "openai", dialect: .openai, endpoint: .unknown),
        Row(target: "/s/", provider: "openai", dialect: .openai, endpoint: .unknown),
        Row(
            target: "/openaix/v1/chat/completions", provider: "openai", dialect: .openai,
            endpoint: .unknown),
        Row(
            target: "/v1/chat/completions/", provider: "openai", dialect: .openai,
            endpoint: .unknown),
        Row(
            target: "/v1/messages/count_tokens?beta=true", provider: "anthropic",
            dialect: .anthropic, endpoint: .countTokens),
        Row(
            target: "/backup/v1/messages/count_tokens", provider: "backup", dialect: .anthropic,
            endpoint: .countTokens),
        Row(
            target: "/v1/messages/batches", provider: "anthropic", dialect: .anthropic,
            endpoint: .unknown),
    ]

    @Test(arguments: rows)
    func aPathLeadsToItsProvider(_ row: Row) {
        let facts = parse(row.method, row.target, row.headers).facts
        #expect(facts.provider == row.provider)
        #expect(facts.dialect == row.dialect)
        #expect(facts.endpoint == row.endpoint)
        #expect(facts.session == row.session)
    }

    @Test(arguments: ["a b", "", String(repeating: "x", count: 65), "\u{E9}", "a/b", "a%20b"])
    func aSessionNameThatIsNoneIsRefused(_ name: String) throws {
        let refusal = try #require(
            parse("GET", "/v1/models", [HeaderField("x-brownout-session", name)]).refusal)
        #expect(refusal.status == 400)
        #expect(refusal.message.contains("Session names are"))
    }

    @Test func aSessionOfSixtyFourCharactersIsOne() {
        let name = String(repeating: "x", count: 64)
        #expect(parse("GET", "/s/\(name)/v1/models").facts.session == name)
    }

    @Test func unknownPathsGetTheProvidersOwn404() throws {
        let openAI = try #require(parse("POST", "/s/x/openai/v1/x?y").refusal)
        #expect(openAI.status == 404)
        #expect(openAI.type == "invalid_request_error")
        #expect(openAI.message == "Invalid URL (POST /v1/x)")
        let anthropic = try #require(parse("POST", "/anthropic/v1/x").refusal)
        #expect(anthropic.status == 404)
        #expect(anthropic.type == "not_found_error")
    }

    @Test func wrongMethodsGetTheProvidersOwn405() throws {
        let openAI = try #require(parse("POST", "/v1/models").refusal)
        #expect(openAI.status == 405)
        #expect(openAI.code == "method_not_allowed")
        #expect(openAI.message.hasPrefix("Not allowed to POST on /v1/models. (HINT: "))
        let anthropic = try #require(parse("GET", "/v1/messages").refusal)
        #expect(anthropic.status == 405)
        #expect(anthropic.message == "Method Not Allowed")
    }

    @Test func aKeyMustBeThere() throws {
        let openAI = try #require(parse("GET", "/v1/models").refusal)
        #expect(openAI.status == 401)
        #expect(openAI.message.hasPrefix("You didn't provide an API key."))
        let basic = parse("GET", "/v1/models", [HeaderField("authorization", "Basic abc")])
        #expect(basic.refusal?.status == 401)
        let anthropic = try #require(
            parse("POST", "/v1/messages", [Self.version]).refusal)
        #expect(anthropic.status == 401)
        #expect(anthropic.type == "authentication_error")
        #expect(anthropic.message == "x-api-key header is required")
    }

    @Test func bothWaysToSendAKeyAreRead() {
        let body = Samples.body(.anthropic)
        let bearer = parse(
            "POST", "/v1/messages",
            [
                HeaderField("authorization", "bearer  sk-1"),
                HeaderField("anthropic-version", "2026-10-21"),
            ], body: body)
        #expect(bearer.facts.credential == "sk-1")
        #expect(bearer.chat != nil)
        let key = parse(
            "POST", "/v1/messages", [HeaderField("X-API-Key", "sk-2"), Self.version], body: body)
        #expect(key.facts.credential == "sk-2")
        #expect(key.chat != nil)
    }

    @Test func messagesNeedAVersionAndModelsDoNot() throws {
        let key: HeaderFields = [HeaderField("x-api-key", "k")]
        let refusal = try #require(
            parse("POST", "/v1/messages", key, body: Samples.body(.anthropic)).refusal)
        #expect(refusal.status == 400)
        #expect(refusal.message == "anthropic-version: header is required")
        #expect(parse("GET", "/v1/models", key).refusal == nil)
    }

    @Test func whatAClientSaysAboutItsAttemptIsKept() {
        func count(_ value: String) -> Int? {
            parse("GET", "/v1/models", [HeaderField("X-Stainless-Retry-Count", value)])
                .facts.retryCount
        }
        #expect(count("2") == 2)
        #expect(count("0") == 0)
        #expect(count("-1") == nil)
        #expect(count("9223372036854775807") == nil)
        #expect(count("two") == nil)
    }

    @Test func modelIdsArePercentDecoded() {
        let key: HeaderFields = [HeaderField("authorization", "Bearer k")]
        #expect(parse("GET", "/v1/models/ft%3Agpt-4o%3aorg", key).facts.model == "ft:gpt-4o:org")
        #expect(parse("GET", "/v1/models/a%zz", key).facts.model == "a%zz")
    }

    @Test func factsOfARequestAreRead() {
        let tool: JSON = ["type": "function", "function": ["name": "f"]]
        let facts = Samples.request(
            .openai, [("stream", true), ("tools", [tool]), ("model", "o3")]
        ).facts
        #expect(facts.model == "o3")
        #expect(facts.stream)
        #expect(facts.hasTools)
        #expect(facts.userText == "What is the weather in Paris?")
        #expect(facts.credential == "sk-good")
    }
}
