package import BrownoutDialects
package import BrownoutEngine
package import BrownoutWire

/// A request with everything that was decided about its answer.
package struct PlannedExchange: Sendable {
    package var request: ParsedRequest
    package var decision: Decision
    package var script: WireScript
    package var promptTokens: Int?
    package var completionTokens: Int?
    /// What an error answer promises in `retry-after`.
    package var retryAfter: String?

    /// The request came on a connection that a fault keeps for resetting it.
    mutating func resetInstead() {
        decision.fault = .connection(.resetNextRequest, after: .zero)
        script = script.cut(.reset, at: .start)
    }
}

/// Turns a request into the script of its answer: parse, decide, reply, render, fault. Pure but
/// for the engine's count of arrivals.
package struct Responder: Sendable {
    private let engine: Engine

    package init(engine: Engine) {
        self.engine = engine
    }

    /// `wall` is the time of day in microseconds since 1970, and `date` its second as HTTP writes
    /// it. `closing` tells the client that the connection does not outlive the answer.
    ///
    /// The answer counts as in progress: when it is over, the engine's `release` must be called
    /// with its decision, once.
    package func plan(
        _ incoming: IncomingRequest, at elapsed: Duration, wall: Int64, date: String,
        closing: Bool
    ) -> PlannedExchange {
        let addressed = SessionRequest(incoming)
        let snapshot = engine.snapshot(of: addressed.session)
        var request = Router.parse(addressed, in: snapshot.scenario)
        let decision = engine.decide(request.facts, at: elapsed)
        if decision.isScripted, let chat = request.unlisted { request.intent = .chat(chat) }
        var planned = PlannedAnswer(request, decision, cache: engine, at: elapsed)
        let (second, fraction) = wall.quotientAndRemainder(dividingBy: 1_000_000)
        let limits = engine.charge(
            outputTokens: planned.reply?.completionTokens ?? 0, of: decision, at: elapsed)
        let context = AnswerContext(
            exchange: decision.id, dice: decision.dice, key: decision.key, now: second, date: date,
            processing: decision.waitBeforeHead(isStream: request.isStream),
            fraction: .microseconds(fraction),
            limits: limits ?? LimitStanding())
        var answer = planned.answer(context)
        if closing, !planned.isVerbatim { answer.head.fields.append("connection", "close") }
        var script = WireScript(
            answer, waits: Waits(decision), hasBody: incoming.method != "HEAD",
            version: incoming.version)
        if let fault = decision.fault {
            script = script.suffering(fault) { error in
                request.isStream
                    ? Dialects.errorEvent(error, for: request, context: context) : nil
            }
        }
        if !planned.isInjected { script = script.missed() }
        return PlannedExchange(
            request: request, decision: decision, script: script,
            promptTokens: planned.promptTokens,
            completionTokens: planned.reply?.completionTokens,
            retryAfter: decision.fault == nil ? nil : Responder.retryAfter(answer))
    }

    private static func retryAfter(_ answer: Answer) -> String? {
        if let value = answer.head.fields.value(of: "retry-after") { return value }
        return answer.head.fields.value(of: "retry-after-ms").map { "\($0) ms" }
    }
}
