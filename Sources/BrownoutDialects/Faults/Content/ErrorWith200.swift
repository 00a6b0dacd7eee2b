import BrownoutEngine
import BrownoutWire

extension Answer {
    /// `error-with-200`: the provider's error object as if it were an answer, which some gateways
    /// make of what fails behind them. Nothing in the head tells it from a good answer.
    init(errorWith200 request: ParsedRequest, _ context: AnswerContext) {
        let fault = CauseFault(.serverError, retryAfter: .absent)
        self = Dialects.error(fault, for: request, context: context)
        setStatus(200)
    }
}
