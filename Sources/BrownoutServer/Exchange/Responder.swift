package import BrownoutDialects
package import BrownoutEngine
import BrownoutJournal
package import BrownoutWire

/// A request with everything that was decided about its answer.
package struct PlannedExchange: Sendable {
    /// What the answer has to be got from.
    package enum Wanted: Sendable {
        case recording(ReplaySource)
        case upstream(Upstream)
        /// An upstream that nobody has named, where nothing is made up in its place.
        case nobody
    }

    /// The request as its dialect read it.
    package var request: ParsedRequest
    /// What was decided of it.
    package var decision: Decision
    /// What the answer takes from outside: the date and the like.
    package let moment: AnswerMoment
    /// Where the answer comes from; nil: it is made here, and in ``answer``.
    package let wanted: Wanted?
    /// Whom the request is for, where its answer comes from elsewhere.
    package let address: RequestAddress?
    /// The answer itself.
    package var answer: SuppliedAnswer
    /// There was no room for the answer: the provider says that it is not available.
    package var isRefused = false

    /// The request came on a connection that a fault keeps for resetting it.
    mutating func resetInstead() {
        decision.fault = .connection(.resetNextRequest, after: .zero)
        answer.script = answer.script.cut(.reset, at: .start)
    }
}

/// When and for what kind of connection an answer is made.
package struct AnswerMoment: Sendable {
    /// The engine's clock.
    package var elapsed: Duration
    /// The time of day in microseconds since 1970, and its second as HTTP writes it.
    package var wall: Int64
    /// The `date` of the head.
    package var date: String
    /// Tells the client that the connection does not outlive the answer.
    package var closing: Bool
    /// False for the answer to HEAD, which is a head alone.
    package var hasBody: Bool

    package init(
        elapsed: Duration, wall: Int64, date: String, closing: Bool, hasBody: Bool = true
    ) {
        self.elapsed = elapsed
        self.wall = wall
        self.date = date
        self.closing = closing
        self.hasBody = hasBody
    }
}

/// An answer as it will be played, and what the journal says of it.
package struct SuppliedAnswer: Sendable {
    /// What happens on the connection.
    package var script: WireScript
    /// The tokens of the prompt; nil: there is none, or it was not read.
    package var promptTokens: Int?
    /// The tokens of what is said; nil: nothing is.
    package var completionTokens: Int?
    /// Of the prompt's tokens, those the provider's cache had, and those it keeps.
    package var cachedTokens: Int?
    /// Of the prompt's tokens, those that the cache has kept since.
    package var cacheWriteTokens: Int?
    /// Of the completion's tokens, those of thinking.
    package var thinkingTokens: Int?
    /// The calls of tools in it.
    package var toolCalls: [OfferedCall] = []
    /// What an error answer promises in `retry-after`.
    package var retryAfter: String?
    /// The same in every form, and what `x-should-retry` says.
    package var promises: [PromisedWait] = []
    /// What the answer's `x-should-retry` says; nil: it has none.
    package var shouldRetry: Bool?
    /// What is worth a sentence in the journal.
    package var notes: [String] = []
    /// The ids in its head, where somebody else made them.
    package var foreignID: String?
    /// The `cf-ray` of an answer that somebody else made.
    package var foreignRay: String?
    /// What is to be kept of the conversation, once the answer is delivered.
    package var thread: ThreadTicket?

    package init(_ script: WireScript) {
        self.script = script
    }

    /// Keeps what a reply costs.
    mutating func takeTokens(of reply: Reply?) {
        guard let reply else { return }
        completionTokens = reply.completionTokens
        cachedTokens = reply.cache.read
        cacheWriteTokens = reply.cache.written + reply.cache.writtenForLong
        thinkingTokens = reply.choices.reduce(0) { $0 + ($1.thinking?.ends.count ?? 0) }
    }

    /// Keeps the ids that somebody else put into the answer's head.
    mutating func takeIDs(of head: ResponseHead) {
        foreignID = (head.fields.value(of: "x-request-id") ?? head.fields.value(of: "request-id"))
            .map { String($0.prefix(SuppliedAnswer.longestID)) }
        foreignRay = head.fields.value(of: "cf-ray")
            .map { String($0.prefix(SuppliedAnswer.longestID)) }
    }

    private static let longestID = 200

    /// Keeps what the head of an error answer says of when to ask again.
    mutating func takePromises(of head: ResponseHead) {
        guard head.status >= 400 else { return }
        (promises, shouldRetry) = head.fields.promises
    }
}

/// Turns a request into the script of its answer: parse, decide, reply, render, fault. Pure but
/// for the engine's count of arrivals.
package struct Responder: Sendable {
    let engine: Engine
    /// A provider without an upstream is not answered for, where others have one: what a recorder
    /// passes on is all real.
    private let isRecorder: Bool

    package init(engine: Engine, isRecorder: Bool = false) {
        self.engine = engine
        self.isRecorder = isRecorder
    }

    /// Decides about a request, and makes its answer unless that has to come from elsewhere.
    ///
    /// The answer counts as in progress: when it is over, the engine's `release` must be called
    /// with its decision, once.
    package func plan(
        _ incoming: IncomingRequest, at moment: AnswerMoment, room: AnswerRoom = .enough
    ) -> PlannedExchange {
        var addressed = SessionRequest(incoming)
        var continued: ThreadName?
        if let answer = addressed.continuedAnswer {
            let (name, thread) = engine.resume(answer, of: addressed.session)
            addressed.resume(name, thread)
            if case .success = thread { continued = name }
        }
        var (request, decision) = decided(addressed, at: moment)
        if decision.isScripted, let chat = request.unlisted { request.intent = .chat(chat) }
        decision.thread = continued.map { ThreadTicket(continued: $0) }
        if room == .none || room == .little && request.isLarge {
            return refused(request, decision, at: moment)
        }
        let wanted = addressed.hasSession ? wanted(incoming, request, decision) : nil
        let answer =
            wanted == nil
            ? make(request, decision, at: moment)
            : SuppliedAnswer(.pending(version: incoming.version))
        if let thread = answer.thread { decision.thread = thread }
        return PlannedExchange(
            request: request, decision: decision, moment: moment, wanted: wanted,
            address: wanted.flatMap { _ in
                decision.snapshot.map { RequestAddress(addressed, in: $0.scenario) }
            }, answer: answer)
    }

    /// Reads a request and decides about it, both under one scenario: it is read again where
    /// another comes into force in between.
    private func decided(
        _ addressed: SessionRequest, at moment: AnswerMoment
    ) -> (ParsedRequest, Decision) {
        while true {
            let snapshot = engine.snapshot(of: addressed.session)
            let request = Router.parse(addressed, in: snapshot.scenario)
            if let decision = engine.decide(
                request.facts, readUnder: snapshot, at: moment.elapsed)
            {
                return (request, decision)
            }
        }
    }

    /// Says who asked for what, as far as the head of a request tells; nothing is counted.
    @discardableResult
    func describe(
        _ incoming: IncomingRequest, in record: inout ExchangeRecord
    ) -> ParsedRequest {
        let addressed = SessionRequest(incoming)
        let request = Router.parse(
            addressed, in: engine.snapshot(of: addressed.session).scenario)
        let facts = request.facts
        record.session = facts.session
        record.provider = facts.provider
        record.dialect = facts.dialect
        record.endpoint = facts.endpoint.name
        record.method = incoming.method
        record.path = incoming.target
        record.ordinal = 0
        record.retryCount = facts.retryCount
        record.takeEvidence(of: facts.headers)
        record.keyDigest = facts.credential.isEmpty ? nil : SipHash.word(facts.credential)
        record.userAgent = facts.header("user-agent") ?? ""
        if facts.call.source != .digest {
            record.callKey = facts.call.text
            record.callSource = facts.call.source
        }
        return request
    }

    /// The provider's own 503, at once, for a request whose answer there is no room for. No fault
    /// and no wait that was decided happens to it.
    private func refused(
        _ request: ParsedRequest, _ decision: Decision, at moment: AnswerMoment
    ) -> PlannedExchange {
        var decision = decision
        decision.fault = nil
        var planned = PlannedExchange(
            request: request, decision: decision, moment: moment, wanted: nil, address: nil,
            answer: refusal(of: request, decision, at: moment))
        planned.isRefused = true
        return planned
    }

    /// Puts the refusal in place of an answer that turned out too large.
    func refuse(_ planned: inout PlannedExchange) {
        planned = refused(planned.request, planned.decision, at: planned.moment)
    }

    func refusal(
        of request: ParsedRequest, _ decision: Decision, at moment: AnswerMoment
    ) -> SuppliedAnswer {
        let context = context(decision, at: moment, outputTokens: 0, isStream: false)
        let fault = Fault.error(CauseFault(.unavailable))
        guard var answer = Dialects.substitute(fault, for: request, context: context) else {
            preconditionFailure("every provider has words for a cause")
        }
        if moment.closing { answer.head.fields.append("connection", "close") }
        var supplied = SuppliedAnswer(
            WireScript(answer, hasBody: moment.hasBody, version: request.facts.version))
        supplied.takePromises(of: answer.head)
        return supplied
    }

    /// Where the answer has to come from; nil: from nowhere else.
    private func wanted(
        _ incoming: IncomingRequest, _ request: ParsedRequest, _ decision: Decision
    ) -> PlannedExchange.Wanted? {
        switch incoming.body {
        case .failure(.tooLarge), .failure(.tooLargeDecoded): return nil
        default: break
        }
        let parts = decision.fault?.parts ?? []
        if decision.isScripted || parts.contains(where: \.hidesAnswer) { return nil }
        // A plain answer that fails has no events: it is an error with its status.
        if !request.facts.stream,
            parts.contains(where: { if case .errorEvent = $0 { true } else { false } })
        {
            return nil
        }
        switch decision.snapshot?.scenario.source {
        case .replay(let source)?: return .recording(source)
        case .upstream(let upstreams)?:
            let upstream = upstreams.first { $0.provider == request.facts.provider }
            return upstream.map { .upstream($0) } ?? (isRecorder ? .nobody : nil)
        case .synthesise?, nil: return nil
        }
    }

    /// Makes the answer: what the dialect and the synthesis say, and faults.
    package func make(
        _ request: ParsedRequest, _ decision: Decision, at moment: AnswerMoment
    ) -> SuppliedAnswer {
        var planned = PlannedAnswer(request, decision, cache: engine, at: moment.elapsed)
        let context = context(
            decision, at: moment, outputTokens: planned.reply?.completionTokens ?? 0,
            isStream: request.isStream)
        var answer = planned.answer(context)
        if moment.closing, !planned.isVerbatim { answer.head.fields.append("connection", "close") }
        var script = WireScript(
            answer, waits: Waits(decision), hasBody: moment.hasBody,
            version: request.facts.version)
        script.closesBehind = moment.closing
        script = faulty(script, request, decision, context, planned.places)
        var supplied = SuppliedAnswer(script)
        supplied.promptTokens = planned.promptTokens
        supplied.takeTokens(of: planned.reply)
        if let reply = planned.reply {
            supplied.toolCalls = Dialects.offeredCalls(reply, of: request.facts.dialect)
        }
        if planned.reply?.isShapedByPrompt == true {
            supplied.notes = ["the answer's JSON Schema came from the prompt"]
        }
        if planned.isVerbatim { supplied.takeIDs(of: answer.head) }
        if case .chat(let chat) = request.intent, let turn = chat.thread, let reply = planned.reply
        {
            supplied.thread = Dialects.threadTicket(turn, chat, reply, context: context)
        }
        if decision.fault != nil { supplied.retryAfter = Responder.retryAfter(answer) }
        supplied.takePromises(of: answer.head)
        return supplied
    }

    /// What an answer carries besides what it says; charges what it costs.
    func context(
        _ decision: Decision, at moment: AnswerMoment, outputTokens: Int, isStream: Bool
    ) -> AnswerContext {
        let (second, fraction) = moment.wall.quotientAndRemainder(dividingBy: 1_000_000)
        let limits = engine.charge(outputTokens: outputTokens, of: decision, at: moment.elapsed)
        return AnswerContext(
            exchange: decision.id, dice: decision.dice, key: decision.key, now: second,
            date: moment.date, processing: decision.waitBeforeHead(isStream: isStream),
            fraction: .microseconds(fraction), limits: limits ?? LimitStatus(),
            drawsCreated: decision.snapshot?.scenario.created == .seeded)
    }

    /// The script with what the fault does to it.
    func faulty(
        _ script: WireScript, _ request: ParsedRequest, _ decision: Decision,
        _ context: AnswerContext, _ places: [FaultPlace] = []
    ) -> WireScript {
        guard let fault = decision.fault else { return script }
        return script.applying(fault, places) { error in
            Dialects.errorEvents(error, for: request, context: context)
        }
    }

    static func retryAfter(_ answer: Answer) -> String? {
        if let value = answer.head.fields.value(of: "retry-after") { return value }
        return answer.head.fields.value(of: "retry-after-ms").map { "\($0) ms" }
    }
}

extension Fault {
    /// Whether nothing of the answer is seen, so that it need not be got.
    fileprivate var hidesAnswer: Bool {
        !traits.isDisjoint(with: [.hides, .replaces])
            || kind == .refuse
            || position == .start && (kind.family == .cut || kind == .hang)
    }
}
