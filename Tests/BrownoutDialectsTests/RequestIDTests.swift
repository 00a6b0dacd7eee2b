import BrownoutDialects
import BrownoutEngine
import BrownoutTesting
import Testing

@Suite struct RequestIDTests {
    private static let withIDs = DialectName.allCases.filter {
        Dialects.profile($0).requestIDField != nil
    }
    private static let words: [UInt64] = [
        0, 1, 0x0123_4567_89AB_CDEF, 0x8000_0000_0000_0000, .max,
    ]

    @Test(arguments: withIDs, words)
    func anIdLeadsBackToItsExchange(_ dialect: DialectName, _ word: UInt64) throws {
        let id = ExchangeID(word: word)
        let text = try #require(Dialects.requestID(id, dialect: dialect))
        #expect(Dialects.exchange(fromRequestID: text) == id)
        let (prefix, length) = DialectSample.of(dialect).requestID
        #expect(text.utf8.count == length)
        #expect(text.hasPrefix(prefix))
    }

    @Test func theBareWordIsAnIdToo() {
        let id = ExchangeID(word: 0x0123_4567_89AB_CDEF)
        #expect(Dialects.exchange(fromRequestID: id.text) == id)
        #expect(Dialects.exchange(fromRequestID: "0123456789abcdef-FRA") == id)
    }

    @Test func aProviderMayHaveNoIds() {
        #expect(Dialects.requestID(ExchangeID(word: 42), dialect: .ollama) == nil)
        #expect(Dialects.profile(.ollama).requestIDField == nil)
    }

    @Test(arguments: withIDs)
    func anIdWithOneDigitChangedIsNotOurs(_ dialect: DialectName) throws {
        let text = try #require(Dialects.requestID(ExchangeID(word: 42), dialect: dialect))
        for index in text.indices.dropFirst(7) {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
            #expect(Dialects.exchange(fromRequestID: changed) == nil)
        }
    }

    @Test(arguments: [
        "", "req_", "req_011CSHoEeqs5C35K2UUqR7Fy", "req_9f0c2a6b8d7e4f3a1b2c3d4e5f6a7b8c",
        "0123456789abcdeg", "0123456789ABCDEF", "chatcmpl-abc", "req_011zzzzzzzzzzzzzzzzzzzzz",
    ])
    func foreignIdsAreNotOurs(_ text: String) {
        #expect(Dialects.exchange(fromRequestID: text) == nil)
    }

    @Test func answersCarryTheirExchange() {
        for dialect in Self.withIDs {
            let answer = Dialects.answer(
                Samples.request(dialect), reply: Samples.hello, context: Samples.context)
            let text = answer.field(Dialects.profile(dialect).requestIDField ?? "") ?? ""
            #expect(Dialects.exchange(fromRequestID: text) == Samples.context.exchange)
            let page = Dialects.error(
                CauseFault(.badGateway), for: Samples.request(dialect), context: Samples.context)
            #expect(
                Dialects.exchange(fromRequestID: page.field("cf-ray") ?? "")
                    == Samples.context.exchange)
        }
    }
}
