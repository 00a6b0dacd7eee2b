import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

@Suite struct ToolOrderTests {
    private typealias Say = Conversations

    private static let noCall =
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
        + "with 'tool_calls'."
    private static let noResult =
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        + "each 'tool_call_id'. The following tool_call_ids did not have response messages: "

    private func expect(
        _ error: ProviderError?, _ message: String, _ param: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(error?.status == 400, sourceLocation: location)
        #expect(error?.message == message, sourceLocation: location)
        #expect(error?.param == param, sourceLocation: location)
        #expect(error?.code == nil, sourceLocation: location)
    }

    @Test func openAITakesResultsThatAnswerTheirCalls() {
        #expect(
            Say.openAI(
                Say.hello, Say.calls("a", "b"), Say.result("b"), Say.result("a"), Say.hello) == nil)
        #expect(
            Say.openAI(
                Say.hello, Say.calls("a"), Say.result("a"), Say.calls("a"), Say.result("a")) == nil)
    }

    @Test func openAIRefusesAResultWithoutItsCall() {
        expect(Say.openAI(Say.result("a")), Self.noCall, "messages.[0].role")
        expect(Say.openAI(Say.hello, Say.result("a")), Self.noCall, "messages.[1].role")
        expect(
            Say.openAI(
                Say.hello, Say.calls("a"), Say.result("a"), Say.hello, Say.result("a")),
            Self.noCall, "messages.[4].role")
        expect(
            Say.openAI(Say.hello, Say.calls("a"), Say.result("b")),
            "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous "
                + "message.", "messages.[2].tool_call_id")
    }

    @Test func openAIRefusesACallWithoutItsResult() {
        expect(Say.openAI(Say.hello, Say.calls("a")), Self.noResult + "a", "messages")
        expect(
            Say.openAI(Say.hello, Say.calls("a", "b", "c"), Say.result("b"), Say.hello),
            Self.noResult + "a, c", "messages.[3].role")
        expect(
            Say.openAI(Say.hello, Say.calls("a"), Say.calls("b"), Say.result("b")),
            Self.noResult + "a", "messages.[2].role")
    }

    private static func missing(_ index: Int, _ ids: String) -> String {
        "messages.\(index): `tool_use` ids were found without `tool_result` blocks immediately "
            + "after: \(ids). Each `tool_use` block must have a corresponding `tool_result` block "
            + "in the next message."
    }

    private static func unexpected(_ place: String, _ id: String) -> String {
        "messages.\(place): unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each "
            + "`tool_result` block must have a corresponding `tool_use` block in the previous "
            + "message."
    }

    @Test func anthropicTakesResultsThatAnswerTheirCalls() {
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.text("One moment."), Say.use("a"), Say.use("b")),
                Say.user(Say.toolResult("b"), Say.toolResult("a"), Say.text("and?"))) == nil)
        // Messages of one role in a row are one turn.
        #expect(
            Say.anthropic(
                Say.hello, Say.hello, Say.assistant(Say.use("a")), Say.assistant(Say.use("b")),
                Say.user(Say.toolResult("a")), Say.user(Say.toolResult("b")), Say.hello) == nil)
    }

    @Test func anthropicRefusesAResultWithoutItsCall() {
        #expect(
            Say.anthropic(Say.user(Say.toolResult("a")))
                == Self.unexpected("0.content.0", "a"))
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a")),
                Say.user(Say.toolResult("a"), Say.toolResult("b")))
                == Self.unexpected("2.content.1", "b"))
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a")), Say.user(Say.toolResult("a")),
                Say.assistant(Say.text("sunny")), Say.user(Say.toolResult("a")))
                == Self.unexpected("4.content.0", "a"))
    }

    @Test func anthropicRefusesACallWithoutItsResult() {
        #expect(
            Say.anthropic(Say.hello, Say.assistant(Say.use("a"))) == Self.missing(1, "a"))
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a"), Say.use("b"), Say.use("c")),
                Say.user(Say.toolResult("b")))
                == Self.missing(1, "a, c"))
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a")), Say.hello,
                Say.assistant(Say.text("never mind"))) == Self.missing(1, "a"))
    }

    /// "Tool result blocks must come first in the content array" (Anthropic's guide to tools).
    @Test func anthropicTakesResultsBeforeAnythingElseOnly() {
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a")),
                Say.user(Say.text("Here it is."), Say.toolResult("a"))) == Self.missing(1, "a"))
    }

    @Test func anthropicRefusesTheSameIdTwice() {
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a"), Say.use("a")),
                Say.user(Say.toolResult("a"))) == "messages: `tool_use` ids must be unique")
        #expect(
            Say.anthropic(
                Say.hello, Say.assistant(Say.use("a")),
                Say.user(Say.toolResult("a"), Say.toolResult("a")))
                == "messages.2.content.1: each tool_use must have a single result. Found multiple "
                + "`tool_result` blocks with id: a")
    }

    @Test func blocksOfToolsBelongToTheirRoles() {
        #expect(
            Say.anthropic(Say.user(Say.use("a")))
                == "messages.0: `tool_use` blocks can only be in `assistant` messages")
        #expect(
            Say.anthropic(Say.hello, Say.assistant(Say.toolResult("a")))
                == "messages.1: `tool_result` blocks can only be in `user` messages")
    }

    /// Many calls cost no more than their number.
    @Test func thousandsOfCallsAreCheckedInOneGo() {
        let ids = (0..<5_000).map { "call_\($0)" }
        let messages: [JSON] = [
            Say.hello, ["role": "assistant", "content": .array(ids.map(Say.use))],
            ["role": "user", "content": .array(ids.reversed().map(Say.toolResult))],
        ]
        #expect(Samples.request(.anthropic, [("messages", .array(messages))]).refusal == nil)
    }
}
