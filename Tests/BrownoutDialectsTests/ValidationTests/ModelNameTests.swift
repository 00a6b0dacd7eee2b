import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct ModelNameTests {
    private static let openAI = [
        "gpt-4o-mini", "gpt-4o", "gpt-4o-2024-11-20", "gpt-4o-audio-preview", "gpt-4",
        "gpt-4-0613", "gpt-4-32k", "gpt-4-turbo-preview", "gpt-4.1", "gpt-4.1-nano-2025-04-14",
        "gpt-4.5-preview", "gpt-3.5-turbo", "gpt-3.5-turbo-16k-0613", "gpt-5", "gpt-5-chat-latest",
        "gpt-5.1-codex", "gpt-5.4-mini-2026-03-17", "gpt-6-astra", "gpt-6.2-sol", "gpt-oss-120b",
        "gpt-audio-mini", "o1", "o1-mini", "o3-2025-04-16", "o4-mini", "o5", "chatgpt-4o-latest",
        "codex-mini-latest", "computer-use-preview", "ft:gpt-4o-mini-2024-07-18:acme::A1b2",
    ]
    private static let openAIOthers = [
        "davinci-002", "babbage-002", "text-embedding-3-small", "text-embedding-ada-002",
        "omni-moderation-latest", "text-moderation-latest", "gpt-3.5-turbo-instruct",
        "whisper-1", "tts-1-hd", "dall-e-3", "ft:davinci-002:acme::x",
    ]
    private static let notOpenAI = [
        "gpt-nope", "gpt-99", "gpt-", "gpt-4x", "gpt-3", "gpt4o", "GPT-4o", "o0", "o", "o12",
        "claude-sonnet-4-5", "llama-3", "davinci", "ft:llama:acme::x", "ft:gpt-4o",
        "gpt-4.", "gpt-5.100", " gpt-4o",
    ]
    private static let anthropic = [
        "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "claude-opus-4-20250514",
        "claude-opus-4-0", "claude-4-opus-20250514", "claude-opus-5-5", "claude-sonnet-12",
        "claude-haiku-4-5", "claude-fable-5-2", "claude-mythos-preview", "claude-mythos-5-1",
        "claude-3-opus-20240229", "claude-3-5-haiku-latest", "claude-3-7-sonnet-20250219",
        "claude-2", "claude-2.0", "claude-2.1", "claude-instant-1.2",
    ]
    private static let notAnthropic = [
        "claude-x", "claude", "claude-", "claude-sonnet", "claude-3", "claude-9", "claude-opus-x",
        "claude-4-5", "gpt-4o", "claude-opus-4--5", "claude-sonnet-123", "Claude-sonnet-4-5",
    ]

    private static func chat(_ dialect: DialectName, _ model: String) -> ParsedRequest {
        Samples.request(dialect, [("model", .string(model))])
    }

    @Test(arguments: openAI)
    func openAIHasItsFamilies(_ model: String) {
        #expect(Self.chat(.openai, model).chat?.model == model)
    }

    @Test(arguments: openAIOthers)
    func modelsThatDoNotChatAreToldApart(_ model: String) {
        #expect(
            Self.chat(.openai, model).refusal
                == ProviderError(
                    status: 404, type: "invalid_request_error",
                    message: "This is not a chat model and thus not supported in the "
                        + "v1/chat/completions endpoint. Did you mean to use v1/completions?",
                    param: "model"))
    }

    @Test(arguments: notOpenAI)
    func openAIHasNoOthers(_ model: String) {
        let error = ProviderError(
            status: 404, type: "invalid_request_error",
            message: "The model `\(model)` does not exist or you do not have access to it.",
            code: "model_not_found")
        #expect(Self.chat(.openai, model).refusal == error)
    }

    @Test(arguments: anthropic)
    func anthropicHasItsFamilies(_ model: String) {
        #expect(Self.chat(.anthropic, model).chat?.model == model)
    }

    @Test(arguments: notAnthropic)
    func anthropicHasNoOthers(_ model: String) {
        let error = ProviderError(
            status: 404, type: "not_found_error", message: "model: \(model)")
        #expect(Self.chat(.anthropic, model).refusal == error)
    }

    private static func get(
        _ dialect: DialectName, _ model: String, _ scenario: Scenario = .healthy
    ) -> ParsedRequest {
        Router.parse(
            SessionRequest(
                IncomingRequest(
                    method: "GET", target: "/\(dialect.rawValue)/v1/models/\(model)",
                    headers: [
                        HeaderField("authorization", "Bearer k"),
                        HeaderField("anthropic-version", "2023-06-01"),
                    ])), in: scenario)
    }

    @Test(arguments: openAI + openAIOthers)
    func openAIShowsEachOfItsModels(_ model: String) throws {
        let answer = Dialects.answer(
            Self.get(.openai, model), reply: nil, context: Samples.context)
        #expect(answer.head.status == 200)
        #expect(try answer.json()["id"] == .string(model))
    }

    @Test(arguments: anthropic)
    func anthropicShowsEachOfItsModels(_ model: String) throws {
        let answer = Dialects.answer(
            Self.get(.anthropic, model), reply: nil, context: Samples.context)
        #expect(answer.head.status == 200)
        #expect(try answer.json()["id"] == .string(model))
    }

    @Test(arguments: [
        ("claude-opus-4-7", "Claude Opus 4.7", "1970-01-01T00:00:00Z"),
        ("claude-3-7-sonnet-20250219", "Claude Sonnet 3.7", "2025-02-19T00:00:00Z"),
        ("claude-mythos-preview", "Claude Mythos", "1970-01-01T00:00:00Z"),
        ("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-15T00:00:00Z"),
    ])
    func anthropicNamesAModelByItsName(_ id: String, _ name: String, _ day: String) throws {
        let answer = Dialects.answer(
            Self.get(.anthropic, id), reply: nil, context: Samples.context)
        let model = try answer.json()
        #expect(model["display_name"] == .string(name))
        #expect(model["created_at"] == .string(day))
    }

    @Test func whatIsNotShownIsNotAnsweredEither() {
        for model in Self.notOpenAI where !model.contains(" ") && model != "gpt-" {
            #expect(Self.get(.openai, model).refusal?.status == 404)
        }
        for model in Self.notAnthropic {
            #expect(Self.get(.anthropic, model).refusal?.status == 404)
        }
    }

    @Test func aScenarioMayAddModels() throws {
        var scenario = Scenario.healthy
        scenario.models = [try Glob("acme-*"), try Glob("text-embedding-chat")]
        func refusal(_ model: String) -> ProviderError? {
            Samples.openAI(Samples.body(.openai, [("model", .string(model))]), scenario: scenario)
                .refusal
        }
        #expect(refusal("acme-1") == nil)
        #expect(refusal("text-embedding-chat") == nil)
        #expect(refusal("gpt-4o") == nil)
        #expect(refusal("gpt-nope")?.status == 404)
        #expect(Self.get(.anthropic, "acme-1", scenario).refusal == nil)
        #expect(Self.get(.openai, "acme-1", scenario).refusal == nil)
        #expect(Self.get(.openai, "gpt-nope", scenario).refusal?.status == 404)
    }

    @Test func providersOfAScenariosOwnHaveAnyModelAndFurtherParameters() {
        var scenario = Scenario.healthy
        scenario.providers = [
            VirtualProvider(name: "backup", dialect: .openai),
            VirtualProvider(name: "claude", dialect: .anthropic),
        ]
        let changes: [(String, JSON)] = [("model", "llama-3"), ("repetition_penalty", 1.1)]
        let first = Samples.openAI(
            Samples.body(.openai, changes), target: "/backup/v1/chat/completions",
            scenario: scenario)
        #expect(first.chat?.model == "llama-3")
        let second = Samples.openAI(
            Samples.body(.anthropic, changes), headers: [HeaderField("anthropic-version", "1")],
            target: "/claude/v1/messages", scenario: scenario)
        #expect(second.chat?.model == "llama-3")
    }

    /// What a rule may match is there all the same.
    @Test func theRequestForAnUnknownModelIsStillRead() {
        let request = Samples.request(.openai, [("model", "gpt-nope"), ("stream", true)])
        #expect(request.refusal != nil)
        #expect(request.unlisted?.model == "gpt-nope")
        #expect(request.facts.model == "gpt-nope")
        #expect(request.facts.stream)
        #expect(request.facts.userText == "What is the weather in Paris?")
    }
}
