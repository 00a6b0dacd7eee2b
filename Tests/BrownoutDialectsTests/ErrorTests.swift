import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct ErrorTests {
    @Test(arguments: DialectName.allCases, Cause.allCases)
    func aCauseIsAnsweredInTheProvidersWords(_ dialect: DialectName, _ cause: Cause) {
        let answer = Dialects.error(
            CauseFault(cause), for: Samples.request(dialect), context: Samples.context)
        Golden.check(answer.transcript, "cause-\(cause.rawValue)-\(dialect).http")
    }

    @Test(arguments: DialectName.allCases, CauseFault.Grounds.allCases)
    func whatIsDeniedIsNamed(_ dialect: DialectName, _ grounds: CauseFault.Grounds) {
        let answer = Dialects.error(
            CauseFault(.permissionDenied, grounds: grounds), for: Samples.request(dialect),
            context: Samples.context)
        Golden.check(answer.transcript, "denied-\(grounds)-\(dialect).http")
    }

    @Test(arguments: DialectName.allCases)
    func everyCauseHasAnErrorEvent(_ dialect: DialectName) throws {
        var text = ""
        for cause in Cause.allCases {
            let events = Dialects.errorEvents(
                CauseFault(cause), for: Samples.request(dialect), context: Samples.context)
            let bytes = Dialects.streamForm(dialect).framing.body(of: events)
            text += "# \(cause.rawValue)\n" + String(decoding: bytes, as: UTF8.self)
        }
        Golden.check(text, "error-events-\(dialect).sse")
    }

    @Test func whatAnthropicRefusesInAStreamIsAStream() {
        let answer = Dialects.error(
            CauseFault(.contentPolicy), for: Samples.request(.anthropic, [("stream", true)]),
            context: Samples.context)
        Golden.check(answer.transcript, "cause-content-policy-anthropic-stream.http")
    }

    @Test func aTokenLimitNamesTokens() {
        for dialect in DialectName.allCases {
            let answer = Dialects.error(
                CauseFault(.rateLimited, countsTokens: true), for: Samples.request(dialect),
                context: Samples.context)
            Golden.check(answer.transcript, "cause-rate-limited-tokens-\(dialect).http")
        }
    }

    private func fields(_ fault: CauseFault, _ dialect: DialectName = .openai) -> [String: String] {
        let answer = Dialects.error(
            fault, for: Samples.request(dialect), context: Samples.context)
        var fields: [String: String] = [:]
        for name in ["retry-after", "retry-after-ms", "x-should-retry"] {
            fields[name] = answer.field(name)
        }
        return fields
    }

    @Test(arguments: [
        (RetryAfter.seconds(.seconds(2)), ["retry-after": "2"]),
        (.seconds(.milliseconds(1500)), ["retry-after": "1.5"]),
        (.milliseconds(.milliseconds(1500)), ["retry-after-ms": "1500"]),
        (.httpDate(.seconds(90)), ["retry-after": "Thu, 01 Jan 2026 00:01:30 GMT"]),
        (.absurd, ["retry-after": "31536000"]), (.absent, [:]),
    ])
    func retryAfterSaysWhatTheScenarioWants(
        _ retryAfter: RetryAfter, _ expected: [String: String]
    ) {
        for dialect in DialectName.allCases {
            #expect(fields(CauseFault(.overloaded, retryAfter: retryAfter), dialect) == expected)
        }
    }

    @Test func aGarbageRetryAfterIsNeitherNumberNorDate() throws {
        let value = try #require(
            fields(CauseFault(.rateLimited, retryAfter: .garbage))["retry-after"])
        #expect(Double(value) == nil)
        #expect(!value.hasSuffix("GMT"))
    }

    @Test func aProviderAsksForAWaitByItself() {
        #expect(
            fields(CauseFault(.rateLimited)) == ["retry-after": "1", "retry-after-ms": "1000"])
        #expect(fields(CauseFault(.rateLimited), .anthropic) == ["retry-after": "1"])
        #expect(fields(CauseFault(.serverError)).isEmpty)
    }

    @Test func shouldRetryIsSentWhenAsked() {
        #expect(
            fields(CauseFault(.badRequest, shouldRetry: true)) == ["x-should-retry": "true"])
        #expect(
            fields(CauseFault(.serverError, shouldRetry: false)) == ["x-should-retry": "false"])
    }

    @Test func theWaitOfALimitIsTheSameInTextAndReset() {
        let answer = Dialects.error(
            CauseFault(.rateLimited, retryAfter: .seconds(.seconds(20))),
            for: Samples.request(.openai), context: Samples.context)
        #expect(answer.transcript.contains("Please try again in 20s."))
        #expect(answer.field("x-ratelimit-reset-requests") == "20s")
        #expect(answer.field("x-ratelimit-remaining-requests") == "0")
        #expect(answer.field("x-ratelimit-remaining-tokens") != "0")
    }

    @Test func aKeyIsNotRepeated() {
        let request = Router.parse(
            in: .healthy,
            IncomingRequest(
                method: "POST", target: "/v1/chat/completions",
                headers: [HeaderField("authorization", "Bearer sk-verysecretindeed1234")],
                body: .success(Samples.body(.openai))))
        let text = Dialects.error(
            CauseFault(.invalidAPIKey), for: request, context: Samples.context
        ).transcript
        #expect(text.contains("sk-****"))
        #expect(!text.contains("secret"))
    }
}
