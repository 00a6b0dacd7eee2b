import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// What a request asks of the provider's cache, and what the usage says of it.
@Suite struct CachingTests {
    private static let marker: JSON = ["type": "ephemeral"]
    private static let hour: JSON = ["type": "ephemeral", "ttl": "1h"]

    private func text(_ text: String, _ marker: JSON? = nil) -> JSON {
        var members = [JSONMember("type", "text"), JSONMember("text", .string(text))]
        if let marker { members.append(JSONMember("cache_control", marker)) }
        return .object(members)
    }

    private func ask(_ changes: [(String, JSON)]) -> ParsedRequest {
        Samples.anthropic(Samples.body(.anthropic, changes))
    }

    private func prompt(_ changes: [(String, JSON)]) throws -> CacheablePrompt {
        let request = ask(changes)
        return try #require(request.chat?.cacheable, "\(request.refusal?.message ?? "none")")
    }

    @Test func withoutAMarkerNothingIsCached() {
        #expect(ask([("system", [text("a")])]).chat?.cacheable == nil)
        #expect(ask([("system", [text("a", .null)])]).chat?.cacheable == nil)
        #expect(ask([("cache_control", .null)]).chat?.cacheable == nil)
    }

    @Test func theOrderIsToolsSystemMessages() throws {
        let tool: JSON = [
            "name": "f", "input_schema": ["type": "object"], "cache_control": Self.hour,
        ]
        let messages: JSON = [
            ["role": "user", "content": [text("one two"), text("three", Self.marker)]]
        ]
        let prompt = try prompt([
            ("tools", [tool]), ("system", [text("be good", Self.hour)]), ("messages", messages),
        ])
        #expect(prompt.breakpoints.map(\.prefix) == [0, 1, 3])
        #expect(prompt.breakpoints.map(\.lifetime) == [.oneHour, .oneHour, .fiveMinutes])
        let request = ask([
            ("tools", [tool]), ("system", [text("be good", Self.hour)]), ("messages", messages),
        ])
        // All but the three tokens that every answer begins with.
        #expect(prompt.prefixes.last?.tokens == request.promptTokens - 3)
    }

    @Test func markersCostNothingAndChangeNoPrefix() throws {
        let plain = ask([("system", [text("a b c")]), ("cache_control", Self.marker)])
        let marked = ask([("system", [text("a b c", Self.marker)]), ("cache_control", Self.marker)])
        #expect(plain.promptTokens == marked.promptTokens)
        #expect(plain.chat?.cacheable?.prefixes == marked.chat?.cacheable?.prefixes)
        #expect(plain.facts.call == marked.facts.call)
    }

    @Test func aTextAndItsBlockAreTheSamePrefix() throws {
        let alone = try prompt([
            ("system", "be good"), ("messages", [["role": "user", "content": "hi"]]),
            ("cache_control", Self.marker),
        ])
        let blocks = try prompt([
            ("system", [text("be good")]),
            ("messages", [["role": "user", "content": [text("hi", Self.marker)]]]),
        ])
        #expect(alone == blocks)
    }

    @Test func whatComesFirstIsPartOfWhatFollows() throws {
        let one = try prompt([("system", [text("a"), text("b", Self.marker)])])
        let other = try prompt([("system", [text("x"), text("b", Self.marker)])])
        #expect(one.prefixes[1].hash != other.prefixes[1].hash)
        let thinking: JSON = ["type": "enabled", "budget_tokens": 1024]
        let messages: JSON = [["role": "user", "content": [text("hi", Self.marker)]]]
        let calm = try prompt([("system", "s"), ("messages", messages), ("max_tokens", 4096)])
        let deep = try prompt([
            ("system", "s"), ("messages", messages), ("max_tokens", 4096), ("thinking", thinking),
        ])
        #expect(calm.prefixes[0] == deep.prefixes[0])
        #expect(calm.prefixes[1].hash != deep.prefixes[1].hash)
    }

    @Test(arguments: [("claude-sonnet-4-5", 1_024), ("claude-haiku-4-5", 2_048)])
    func theMinimumIsTheModels(_ model: String, _ minimum: Int) throws {
        let prompt = try prompt([("model", .string(model)), ("cache_control", Self.marker)])
        #expect(prompt.minimum == minimum)
    }

    @Test func marksWithinAResultCount() throws {
        let result: JSON = [
            "type": "tool_result", "tool_use_id": "toolu_1", "content": [text("x", Self.marker)],
        ]
        let use: JSON = ["type": "tool_use", "id": "toolu_1", "name": "f", "input": [:]]
        let prompt = try prompt([
            (
                "messages",
                [
                    ["role": "user", "content": "go"], ["role": "assistant", "content": [use]],
                    ["role": "user", "content": [result]],
                ]
            ),
            ("tools", [["name": "f", "input_schema": ["type": "object"]]]),
        ])
        #expect(prompt.breakpoints.map(\.prefix) == [3])
    }

    @Test(arguments: [
        ([("system", "five"), ("cache", "ephemeral")], "A maximum of 4 blocks with cache_control"),
        ([("system", "one"), ("cache", "short then long")], "must not come after a ttl='5m'"),
        ([("system", "empty"), ("cache", "ephemeral")], "cannot be set for empty text blocks"),
    ])
    func whatTheProviderRefusesIsRefused(_ form: [(String, String)], _ words: String) {
        let blocks: [JSON] =
            switch (form[0].1, form[1].1) {
            case ("five", _): (0..<5).map { text("\($0)", Self.marker) }
            case ("empty", _): [text("", Self.marker)]
            default: [text("a", Self.marker), text("b", Self.hour)]
            }
        let error = ask([("system", .array(blocks))]).refusal
        #expect(error?.status == 400)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "accepted")")
    }

    @Test(arguments: [
        "ephemeral" as JSON, ["type": "persistent"], ["type": "ephemeral", "ttl": "2h"], [:],
    ])
    func markersOfNoKnownFormAreRefused(_ marker: JSON) {
        let error = ask([("system", [text("a", marker)])]).refusal
        #expect(error?.message.hasPrefix("system.0.cache_control") == true)
        #expect(ask([("cache_control", marker)]).refusal?.status == 400)
    }

    @Test func theAutomaticMarkerTakesTheLastPlace() throws {
        let four = (0..<4).map { text("\($0)", Self.marker) }
        #expect(ask([("system", .array(four)), ("cache_control", Self.marker)]).refusal != nil)
        let three = Array(four.prefix(3))
        #expect(
            try prompt([("system", .array(three)), ("cache_control", Self.marker)])
                .breakpoints.count == 4)
        let messages: JSON = [["role": "user", "content": [text("hi", Self.marker)]]]
        #expect(
            try prompt([("messages", messages), ("cache_control", Self.marker)])
                .breakpoints.count == 1)
        #expect(ask([("messages", messages), ("cache_control", Self.hour)]).refusal != nil)
    }

    private static let cached = Reply(
        choices: Samples.hello.choices, promptTokens: 2_000,
        cache: CacheUse(read: 1_100, written: 500, writtenForLong: 300))

    @Test func theUsageAgreesPlainAndStreamed() throws {
        let plain = Dialects.answer(ask([]), reply: Self.cached, context: Samples.context)
        Golden.check(plain.transcript, "anthropic-cached.http")
        let stream = Dialects.answer(
            ask([("stream", true)]), reply: Self.cached, context: Samples.context)
        Golden.check(stream.transcript, "anthropic-cached-stream.http")
        let frames = try stream.frames()
        let usages = [
            try plain.json()["usage"], frames[0].value(at: "/message/usage"),
            frames[frames.count - 2]["usage"],
        ]
        for usage in usages {
            #expect(usage?["input_tokens"] == 100)
            #expect(usage?["cache_creation_input_tokens"] == 800)
            #expect(usage?["cache_read_input_tokens"] == 1_100)
        }
        #expect(usages[0]?["cache_creation"] == usages[1]?["cache_creation"])
    }

    // MARK: - OpenAI

    private func openAI(_ words: Int, _ last: String, model: String = "gpt-4o-mini") -> ChatRequest?
    {
        let long = String(repeating: "word ", count: words)
        return Samples.openAI(
            [
                "model": .string(model),
                "messages": [
                    ["role": "system", "content": .string(long)],
                    ["role": "user", "content": .string(last)],
                ],
            ]
        ).chat
    }

    @Test func openAIKeepsLongPromptsInSteps() throws {
        #expect(openAI(900, "hi")?.cacheable == nil)
        let request = try #require(openAI(1_500, "hi"))
        let prompt = try #require(request.cacheable)
        #expect(prompt.prefixes.map(\.tokens) == [1_024, 1_152, 1_280, 1_408])
        #expect(openAI(1_500, "hi", model: "gpt-4")?.cacheable == nil)
    }

    @Test func theSameBeginningHasTheSamePrefixes() throws {
        let one = try #require(openAI(1_500, String(repeating: "a ", count: 500))?.cacheable)
        let two = try #require(openAI(1_500, String(repeating: "b ", count: 500))?.cacheable)
        let same = zip(one.prefixes, two.prefixes).prefix { $0.0 == $0.1 }
        #expect(same.count == 4)
        #expect(one.prefixes.count == two.prefixes.count && one.prefixes.count > 6)
        let other = try #require(openAI(1_501, "x")?.cacheable)
        #expect(other.prefixes[..<4] == one.prefixes[..<4])
    }

    @Test func openAIsUsageNamesCachedTokens() throws {
        let answer = Dialects.answer(
            Samples.request(.openai), reply: Self.cached, context: Samples.context)
        #expect(
            try answer.json().value(at: "/usage/prompt_tokens_details/cached_tokens") == 1_100)
        #expect(try answer.json().value(at: "/usage/prompt_tokens") == 2_000)
    }
}
