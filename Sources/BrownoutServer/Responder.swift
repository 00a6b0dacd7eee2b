package import BrownoutDialects
package import BrownoutEngine
import BrownoutSynthesis
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
}

/// Turns a request into the script of its answer: parse, decide, reply, render, fault. Pure but
/// for the engine's count of arrivals.
package struct Responder: Sendable {
    private let engine: Engine

    package init(engine: Engine) {
        self.engine = engine
    }

    /// `closing` tells the client that the connection does not outlive the answer.
    package func plan(
        _ incoming: IncomingRequest, at elapsed: Duration, second: Int64, date: String,
        closing: Bool
    ) -> PlannedExchange {
        let addressed = SessionRequest(incoming)
        let snapshot = engine.snapshot(of: addressed.session)
        let request = Router.parse(addressed, in: snapshot.scenario)
        let decision = engine.decide(request.facts, under: snapshot, at: elapsed)
        let context = AnswerContext(
            exchange: decision.id, dice: decision.dice, key: decision.key, now: second, date: date,
            processing: decision.beforeHeaders)
        var (answer, reply) = Responder.answer(request, decision, context)
        if closing { answer.head.fields.append("connection", "close") }
        var script = WireScript(
            answer, waits: Waits(decision), hasBody: incoming.method != "HEAD")
        script = Responder.applying(decision.fault, to: script, request, context)
        return PlannedExchange(
            request: request, decision: decision, script: script,
            promptTokens: reply?.promptTokens, completionTokens: reply?.completionTokens,
            retryAfter: decision.fault == nil ? nil : Responder.retryAfter(answer))
    }

    private static func answer(
        _ request: ParsedRequest, _ decision: Decision, _ context: AnswerContext
    ) -> (Answer, Reply?) {
        switch decision.fault {
        case .error(let fault):
            return (Dialects.error(fault, for: request, context: context), nil)
        case .errorEvent(let fault, _) where !request.isStream:
            // A plain answer has no events: the provider that fails has sent nothing yet.
            return (Dialects.error(fault, for: request, context: context), nil)
        default:
            break
        }
        guard case .chat(let chat) = request.intent else {
            return (Dialects.answer(request, reply: nil, context: context), nil)
        }
        let reply = Synthesis.reply(
            to: chat, script: decision.reply, dice: decision.dice, key: decision.key)
        return (Dialects.answer(request, reply: reply, context: context), reply)
    }

    private static func retryAfter(_ answer: Answer) -> String? {
        if let value = answer.head.fields.value(of: "retry-after") { return value }
        return answer.head.fields.value(of: "retry-after-ms").map { "\($0) ms" }
    }

    private static func applying(
        _ fault: Fault?, to script: WireScript, _ request: ParsedRequest, _ context: AnswerContext
    ) -> WireScript {
        switch fault {
        case nil, .error: script
        case .errorEvent(let fault, let position):
            request.isStream
                ? script.failing(
                    with: Dialects.errorEvent(fault, for: request, context: context), at: position)
                : script
        case .cut(let ending, let position): script.cut(ending, at: position)
        case .stall(let duration, let position): script.stalled(for: duration, at: position)
        case .hang(let duration, let position): script.hanging(for: duration, at: position)
        }
    }
}

extension ParsedRequest {
    /// Whether the healthy answer is a stream of events.
    package var isStream: Bool {
        guard case .chat(let chat) = intent else { return false }
        return chat.stream
    }
}
