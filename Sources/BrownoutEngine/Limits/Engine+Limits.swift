import Synchronization

extension Engine {
    /// Readings of limits at a time, at most.
    package static let limitReadingCount = 1_000

    /// Asks the limits that are about a request; nil: there are none. One that is refused already
    /// counts nowhere, and is only told how they stand; so is one that asks no model for an answer,
    /// where no limit names its endpoint. Which limits and buckets those are is
    /// found before the lock is taken.
    func askLimits(
        of snapshot: Snapshot, _ facts: RequestFacts, _ standing: CallState, isRefused: Bool,
        at now: Duration
    ) -> (ticket: LimitTicket, refusal: Refusal?)? {
        let limits = snapshot.scenario.limits
        if limits.isEmpty { return nil }
        var asks = LimitAsk.asks(of: limits, facts)
        if asks.isEmpty { return nil }
        var isShownOnly = isRefused
        if facts.purpose != .call {
            let counted = asks.filter { limits[$0.limit].conditions.counts(facts) }
            if counted.isEmpty { isShownOnly = true } else { asks = counted }
        }
        let request = Limiter.Request(asks, facts, under: snapshot, session: standing.session)
        let time = now.inNanoseconds
        if isShownOnly {
            return (
                LimitTicket(world.withLock { $0.limiter.standing(request, facts, at: time) }), nil
            )
        }
        let answer = world.withLock { $0.limiter.ask(request, facts, at: time) }
        return (answer.ticket, answer.refused.map { limits[$0.limit].refusal(for: $0.hit) })
    }

    /// Takes the tokens of an answer that is about to go out from the limits its request came
    /// under; returns how they stand then, which is what the answer's headers say.
    package func charge(
        outputTokens: Int, of decision: Decision, at now: Duration
    ) -> LimitStatus? {
        guard let ticket = decision.limits, let snapshot = decision.snapshot else { return nil }
        guard ticket.countsOutput else { return ticket.standing }
        return world.withLock {
            $0.limiter.charge(
                outputTokens, to: ticket, snapshot.scenario.limits, at: now.inNanoseconds)
        }
    }

    /// The answer to a request is over: to be called once for each decision, for it no longer
    /// counts as in progress.
    package func release(_ decision: Decision) {
        inFlight.subtract(1, ordering: .relaxed)
        if let ticket = decision.thread { giveBack(ticket) }
        guard let ticket = decision.limits, ticket.isHeld else { return }
        world.withLock { $0.limiter.release(ticket.holds) }
    }

    /// Requests that were decided and whose answers are not over.
    package var requestsInFlight: Int { inFlight.load(ordering: .relaxed) }

    /// Buckets that are kept now, of limits in force or not yet forgotten.
    package var limitBucketCount: Int { world.withLock { $0.limiter.table.buckets.count } }

    /// How the limits in force stand, bucket by bucket, as far as anybody has asked them: at most
    /// ``limitReadingCount``, those asked first at the front.
    package func limitReadings(at now: Duration) -> [LimitReading] {
        world.withLock { world in
            world.limiter.readings(
                atMost: Engine.limitReadingCount, at: now.inNanoseconds
            ) { session in
                (world.snapshot(of: session), world.memory.serial(of: SipHash.word(session)))
            }
        }
    }
}
