package import BrownoutEngine
package import BrownoutWire

/// What the providers say, in their own words: pure functions of request, reply and context.
package enum Dialects {
    /// The answer of a healthy provider. `reply` is nil for everything but a completion.
    package static func answer(
        _ request: ParsedRequest, reply: Reply?, context: AnswerContext
    ) -> Answer {
        Answer(
            head: ResponseHead(status: 200, reason: "OK", fields: []), body: .whole(WholeBody([])))
    }

    /// The provider's answer for a cause: status, body and headers.
    package static func error(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> Answer {
        Answer(
            head: ResponseHead(status: 500, reason: "", fields: []), body: .whole(WholeBody([])))
    }

    /// The provider's own 4xx.
    package static func refusal(
        _ error: ProviderError, dialect: DialectName, context: AnswerContext
    ) -> Answer {
        Answer(
            head: ResponseHead(status: error.status, reason: "", fields: []),
            body: .whole(WholeBody([])))
    }

    /// The bytes of an error event inside a stream that began well.
    package static func errorEvent(
        _ fault: CauseFault, for request: ParsedRequest, context: AnswerContext
    ) -> [UInt8] {
        []
    }

    /// The provider-native request id that carries an exchange.
    package static func requestID(_ id: ExchangeID, dialect: DialectName) -> String {
        id.text
    }

    /// The exchange a request id carries; nil for an id that is not ours.
    package static func exchange(fromRequestID text: String) -> ExchangeID? {
        nil
    }
}
