import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension AnthropicDialect {
    func reply(recorded json: JSON) -> Reply? { Reply(message: json) }

    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer? {
        var assembly = AnthropicAssembly()
        RecordedAnswer.eachFrame(body, form.framing) { assembly.take($0) }
        return assembly.answer()
    }

    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer? {
        AnthropicUnfolding(json)?.answer()
    }

    /// A ping, before the message has begun: there are no choices that could be none.
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent? { form.ping?.event }
}
