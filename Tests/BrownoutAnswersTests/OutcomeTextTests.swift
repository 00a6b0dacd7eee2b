import BrownoutDialects
import BrownoutEngine
import BrownoutRecords
import Testing

@Suite struct OutcomeTextTests {
    @Test func outcomesHaveParametersInAnyOrder() throws {
        let text = try OutcomeText(
            "fell-back ; message=\"a; \\\"b\\\"\";category=rate_limit; retryable=true; call=c-7")
        #expect(text.outcome == .fellBack)
        #expect(text.category == .rateLimit)
        #expect(text.retryable == true)
        #expect(text.message == "a; \"b\"")
        #expect(text.subject == .call("c-7"))
    }

    @Test func aRequestIDOfOursIsItsExchange() throws {
        let id = ExchangeID(word: 0xD767_E359_F573_5635)
        for dialect in [DialectName.openai, .anthropic] {
            let name = try #require(Dialects.requestID(id, dialect: dialect))
            #expect(
                try OutcomeText("failed; request-id=\(name)").subject == .exchange(id.word))
        }
        #expect(try OutcomeText("failed; request-id=req_x").subject == .request("req_x"))
        #expect(try OutcomeText("succeeded;").subject == .latest)
    }

    @Test(arguments: [
        ("", "says ''"), ("lost", "an outcome is one of succeeded, failed, fell-back, partial"),
        ("failed; category=x", "the category 'x'; there are rate_limit, timeout"),
        ("failed; retryable=yes", "it is true or false"),
        ("failed; colour=red", "the parameter 'colour'; there are category"),
        ("failed; red", "has 'red', where a parameter"),
        ("failed; call=a; request-id=b", "names what it is about twice"),
    ])
    func mistakesSayWhatIsAllowed(text: String, message: String) {
        do {
            _ = try OutcomeText(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.message.contains(message))
        }
    }

    @Test func longMessagesAreCut() throws {
        let text = try OutcomeText("failed; message=" + String(repeating: "x", count: 10_000))
        #expect(text.message?.utf8.count == OutcomeText.longestMessage)
        let accented = String(repeating: "x", count: OutcomeText.longestMessage - 1) + "éa"
        #expect(OutcomeText.cut(accented) == String(accented.dropLast(2)))
    }
}
