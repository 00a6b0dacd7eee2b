package import BrownoutDialects
package import BrownoutEngine
package import BrownoutRecords
import BrownoutWire

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
        plan(SessionRequest(incoming), at: moment, room: room)
    }

    private func plan(
        _ incoming: SessionRequest, at moment: AnswerMoment, room: AnswerRoom
    ) -> PlannedExchange {
        var addressed = incoming
        var continued: ThreadName?
        if let answer = addressed.continuedAnswer {
            let (name, thread) = engine.resume(answer, of: addressed.session)
            addressed.resume(name, thread)
            if case .success = thread { continued = name }
        }
        var read = decided(addressed, at: moment)
        if let continued {
            read.decision = read.decision.with(thread: ThreadTicket(continued: continued))
        }
        return answered(addressed, read, at: moment, room: room)
    }

    /// The same for a request whose body was not read yet, which need not be where the same was
    /// read before.
    package func plan(
        _ unread: IncomingRequest, body: UnsafeBufferPointer<UInt8>, known: ReadRequests,
        at moment: AnswerMoment, room: AnswerRoom = .enough
    ) -> PlannedExchange {
        var addressed = SessionRequest(unread)
        guard !body.isEmpty, case .success = unread.body, let hash = known.hash(of: unread, body)
        else {
            addressed.read(body)
            return plan(addressed, at: moment, room: room)
        }
        if let read = decided(addressed, hash, known, at: moment) {
            return answered(addressed, read, at: moment, room: room)
        }
        addressed.read(body)
        guard addressed.hasSession, addressed.continuedAnswer == nil else {
            return plan(addressed, at: moment, room: room)
        }
        var read = decided(addressed, at: moment)
        read.prompt = known.keep(hash, bytes: body.count, under: read.snapshot, read.request)
        return answered(addressed, read, at: moment, room: room)
    }

    /// A request that was read, and what was decided about it under the same scenario.
    private struct Decided {
        var request: ParsedRequest
        var decision: Decision
        let snapshot: Snapshot
        /// What it says to a model, where that is known already.
        var prompt: PromptSketch?
    }

    /// Reads a request and decides about it, both under one scenario: it is read again where
    /// another comes into force in between.
    private func decided(_ addressed: SessionRequest, at moment: AnswerMoment) -> Decided {
        while true {
            let snapshot = engine.snapshot(of: addressed.session)
            let request = Router.parse(addressed, in: snapshot.scenario)
            if let decision = engine.decide(
                request.facts, readUnder: snapshot, at: moment.elapsed)
            {
                return Decided(request: request, decision: decision, snapshot: snapshot)
            }
        }
    }

    /// The same where reading it is not necessary; nil: it is.
    private func decided(
        _ addressed: SessionRequest, _ hash: BodyHash, _ known: ReadRequests,
        at moment: AnswerMoment
    ) -> Decided? {
        guard addressed.hasSession else { return nil }
        let snapshot = engine.snapshot(of: addressed.session)
        guard let entry = known.known(hash, under: snapshot),
            let request = Router.reread(entry.request, for: addressed, in: snapshot.scenario),
            let decision = engine.decide(request.facts, readUnder: snapshot, at: moment.elapsed)
        else { return nil }
        return Decided(
            request: request, decision: decision, snapshot: snapshot, prompt: entry.prompt)
    }

    /// The answer to what was decided, unless it has to come from elsewhere.
    private func answered(
        _ addressed: SessionRequest, _ read: consuming Decided, at moment: AnswerMoment,
        room: AnswerRoom
    ) -> PlannedExchange {
        let (prompt, snapshot) = (read.prompt, read.snapshot)
        var (request, decision) = (read.request, read.decision)
        if decision.isScripted, let chat = request.unlisted { request = request.with(.chat(chat)) }
        if room == .none || room == .little && request.isLarge {
            return refused(request, decision, at: moment)
        }
        let incoming = addressed.request
        let wanted = addressed.hasSession ? wanted(incoming, request, decision) : nil
        let answer =
            wanted == nil
            ? make(request, decision, at: moment)
            : SuppliedAnswer(.pending(version: incoming.version))
        if let thread = answer.thread { decision = decision.with(thread: thread) }
        return PlannedExchange(
            request: request, decision: decision, moment: moment, wanted: wanted,
            address: wanted.map { _ in RequestAddress(addressed, in: snapshot.scenario) },
            answer: answer, prompt: prompt)
    }

    /// Says who asked for what, as far as the head of a request tells; nothing is counted.
    @discardableResult
    package func describe(
        _ incoming: IncomingRequest, in record: inout ExchangeRecord
    ) -> ParsedRequest {
        let addressed = SessionRequest(incoming)
        let request = Router.parse(
            addressed, in: engine.snapshot(of: addressed.session).scenario)
        let facts = request.facts
        record.take(facts)
        record.method = incoming.method
        record.path = incoming.target
        record.ordinal = 0
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
        let decision = decision.with(fault: nil)
        var planned = PlannedExchange(
            request: request, decision: decision, moment: moment, wanted: nil, address: nil,
            answer: refusal(of: request, decision, at: moment))
        planned.isRefused = true
        return planned
    }

    /// Puts the refusal in place of an answer that turned out too large.
    package func refuse(_ planned: inout PlannedExchange) {
        planned = refused(planned.request, planned.decision, at: planned.moment)
    }

    package func refusal(
        of request: ParsedRequest, _ decision: Decision, at moment: AnswerMoment
    ) -> SuppliedAnswer {
        let context = context(decision, at: moment, outputTokens: 0, isStream: false)
        let fault = Fault.error(CauseFault(.unavailable))
        guard let answer = Dialects.substitute(fault, for: request, context: context) else {
            preconditionFailure("every provider has words for a cause")
        }
        let decision = decision.with(fault: nil)
        return finished(
            RenderedAnswer(answer: answer, author: .dialect), request, decision, at: moment,
            context)
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
        let answer = planned.answer(context)
        var supplied = finished(
            RenderedAnswer(
                answer: answer, author: planned.isVerbatim ? .scenario : .dialect,
                waits: Waits(decision), places: planned.places, account: planned.account),
            request, decision, at: moment, context)
        if planned.reply?.isShapedByPrompt == true {
            supplied.notes = ["the answer's JSON Schema came from the prompt"]
        }
        if case .chat(let chat) = request.intent, let turn = chat.thread, let reply = planned.reply
        {
            supplied.thread = Dialects.threadTicket(turn, chat, reply, context: context)
        }
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
}

extension Fault {
    /// Whether nothing of the answer is seen, so that it need not be got.
    fileprivate var hidesAnswer: Bool {
        !traits.isDisjoint(with: [.hides, .replaces])
            || kind == .refuse
            || position == .start && (kind.family == .cut || kind == .hang)
    }
}
