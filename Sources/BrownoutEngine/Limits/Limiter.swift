/// What the limits say to a request.
struct LimitAnswer {
    var ticket = LimitTicket()
    /// The limit, by its place, that keeps the request off for the longest; nil: all admit it.
    var refused: (limit: Int, hit: LimitHit)?
}

/// What all limits have counted. A value; the engine holds one behind its lock.
struct Limiter: Sendable {
    /// Buckets at a time. One costs some 300 bytes, and a sliding window with the longest log 2
    /// KiB on top.
    static let bucketLimit = 50_000
    /// What a refusal suggests that knows no exact time.
    static let suggestedDelay = Duration.seconds(1)
    /// A clock that is moved by hand may be moved far; beyond 146 years, time stands still here.
    private static let endOfTime = Int64.max / 2

    private(set) var table: BucketTable
    private var askers: UInt64 = 0
    /// The latest time anybody asked. Event loops read the clock before they wait for the lock,
    /// so a request may come with an earlier one.
    private var latest = Int64.min

    init(bucketLimit: Int = Limiter.bucketLimit) {
        table = BucketTable(limit: bucketLimit)
    }

    /// A request with the limits it comes under, as far as each of them needs it.
    struct Request {
        let asks: [LimitAsk]
        let inputTokens: Int
        let writesTokens: Bool
        let limits: [Limit]
        /// When the scenario's time began, in nanoseconds of the engine's clock.
        let began: Int64
        /// The session's serial.
        let session: UInt64

        init(_ asks: [LimitAsk], _ facts: RequestFacts, under snapshot: Snapshot, session: UInt64) {
            self.asks = asks
            inputTokens = facts.inputTokens
            writesTokens = facts.endpoint.operation.writesTokens
            limits = snapshot.scenario.limits
            began = snapshot.beganNanoseconds
            self.session = session
        }

        func amount(of dimension: Limit.Dimension) -> Int {
            switch dimension {
            case .requests: 1
            case .inputTokens: inputTokens
            case .outputTokens, .concurrent: 0
            }
        }

        /// What there has to be for it to pass: of what is counted later, anything at all.
        func need(of dimension: Limit.Dimension) -> Int {
            dimension == .outputTokens ? (writesTokens ? 1 : 0) : amount(of: dimension)
        }

        func key(_ ask: LimitAsk) -> LimitBucket.Key {
            LimitBucket.Key(
                session: session, limit: limits[ask.limit].word, values: ask.values)
        }
    }

    /// Asks all limits together: all admit it and are charged, or the request is refused and none
    /// is.
    mutating func ask(
        _ request: Request, _ facts: RequestFacts, at now: Int64
    ) -> LimitAnswer {
        let time = instant(now)
        askers += 1
        var slots: [Int] = []
        slots.reserveCapacity(request.asks.count)
        var answer = LimitAnswer()
        for ask in request.asks {
            let slot = slot(of: ask, request, facts, at: time)
            slots.append(slot)
            guard var hit = hit(slot, ask.limit, request, at: time) else { continue }
            hit.add(max(time - now, 0))
            if answer.refused.map({ hit.isWorse(than: $0.hit) }) ?? true {
                answer.refused = (ask.limit, hit)
            }
        }
        for (ask, slot) in zip(request.asks, slots) {
            if answer.refused == nil {
                charge(slot, ask.limit, request, &answer.ticket, at: time)
            }
            let quotas = request.limits[ask.limit].quotas
            read(slot, quotas, into: &answer.ticket.standing, at: time)
        }
        return answer
    }

    /// How the limits stand for a request that something else refused.
    mutating func standing(
        _ request: Request, _ facts: RequestFacts, at now: Int64
    ) -> LimitStatus {
        let time = instant(now)
        askers += 1
        var standing = LimitStatus()
        for ask in request.asks {
            let slot = slot(of: ask, request, facts, at: time)
            read(slot, request.limits[ask.limit].quotas, into: &standing, at: time)
        }
        return standing
    }

    /// Takes an answer's tokens from the buckets of its request; returns how all of them stand.
    mutating func charge(
        _ tokens: Int, to ticket: LimitTicket, _ limits: [Limit], at now: Int64
    ) -> LimitStatus {
        let time = instant(now)
        var standing = ticket.standing
        standing.outputTokens = nil
        for output in ticket.outputs {
            guard let slot = table.slot(of: output.bucket) else { continue }
            let quota = limits[output.limit].quotas[output.quota]
            table[slot].meters[output.quota].charge(tokens, to: quota, at: time)
            standing.take(gauge(slot, output.quota, quota, at: time), of: .outputTokens)
        }
        return standing
    }

    /// An answer is no longer in progress.
    mutating func release(_ holds: [BucketReference]) {
        for hold in holds {
            guard let slot = table.slot(of: hold) else { continue }
            table[slot].inProgress -= 1
        }
    }

    // MARK: Steps

    private mutating func instant(_ now: Int64) -> Int64 {
        latest = max(latest, min(now, Limiter.endOfTime))
        return latest
    }

    /// The bucket that is asked, brought up to `now`.
    private mutating func slot(
        of ask: LimitAsk, _ request: Request, _ facts: RequestFacts, at now: Int64
    ) -> Int {
        let key = request.key(ask)
        let slot =
            table.slot(of: key) ?? add(key, request.limits[ask.limit], facts, at: now)
        table[slot].askedBy = askers
        for (index, quota) in request.limits[ask.limit].quotas.enumerated() {
            table[slot].meters[index].advance(to: now, quota, began: request.began)
        }
        return slot
    }

    private mutating func add(
        _ key: LimitBucket.Key, _ limit: Limit, _ facts: RequestFacts, at now: Int64
    ) -> Int {
        table.add(
            key, LimitSubject(facts, per: limit.per),
            limit.quotas.map { _ in Meter(limit.algorithm) }, asker: askers, at: now)
    }

    /// What of a limit keeps a request off for the longest; nil: it passes.
    private func hit(
        _ slot: Int, _ limit: Int, _ request: Request, at now: Int64
    ) -> LimitHit? {
        var worst: LimitHit?
        if let most = request.limits[limit].concurrent, table[slot].inProgress >= most {
            worst = LimitHit(
                dimension: .concurrent, rate: nil, limit: most, used: table[slot].inProgress,
                requested: 1, wait: .suggested(Limiter.suggestedDelay))
        }
        for (index, quota) in request.limits[limit].quotas.enumerated() {
            let need = request.need(of: quota.dimension)
            let wait: LimitHit.Wait
            switch table[slot].meters[index].wait(for: need, of: quota, at: now) {
            case .none: continue
            case .nanoseconds(let count): wait = .exact(.nanoseconds(count))
            case .forever: wait = .never
            }
            let isNever = wait == .never
            let left = table[slot].meters[index].left(of: quota, at: now)
            let hit = LimitHit(
                dimension: quota.dimension, rate: quota.rate,
                limit: isNever ? quota.capacity : quota.stated,
                used: max(quota.stated - left, 0), requested: need, wait: wait)
            if worst.map(hit.isWorse) ?? true { worst = hit }
        }
        return worst
    }

    private mutating func charge(
        _ slot: Int, _ limit: Int, _ request: Request, _ ticket: inout LimitTicket, at now: Int64
    ) {
        let reference = BucketReference(slot: slot, serial: table[slot].serial)
        for (index, quota) in request.limits[limit].quotas.enumerated() {
            if quota.dimension == .outputTokens {
                ticket.outputs.append(.init(bucket: reference, limit: limit, quota: index))
            } else {
                let amount = request.amount(of: quota.dimension)
                table[slot].meters[index].charge(amount, to: quota, at: now)
            }
        }
        if request.limits[limit].concurrent != nil {
            table[slot].inProgress += 1
            ticket.holds.append(reference)
        }
    }

    private mutating func read(
        _ slot: Int, _ quotas: [Limit.Quota], into standing: inout LimitStatus, at now: Int64
    ) {
        for (index, quota) in quotas.enumerated() {
            standing.take(gauge(slot, index, quota, at: now), of: quota.dimension)
        }
    }

    /// How a meter stands; its bucket learns when it is whole again.
    private mutating func gauge(
        _ slot: Int, _ index: Int, _ quota: Limit.Quota, at now: Int64
    ) -> LimitGauge {
        let left = table[slot].meters[index].left(of: quota, at: now)
        let reset = table[slot].meters[index].reset(of: quota, at: now)
        let (whole, overflow) = now.addingReportingOverflow(reset)
        table[slot].wholeAt = max(table[slot].wholeAt, overflow ? .max : whole)
        return LimitGauge(limit: quota.stated, remaining: left, reset: .nanoseconds(reset))
    }

    // MARK: Readings

    /// Buckets that are looked at for readings: the engine's lock is held meanwhile.
    private static let readBuckets = 2_000

    /// How the buckets stand of limits that are in force, at most so many readings.
    /// `limits` gives a session's limits, `serial` what its state is kept under.
    func readings(
        atMost count: Int, at now: Int64, limits: (_ session: String) -> (Snapshot, UInt64?)
    ) -> [LimitReading] {
        let time = max(latest, min(now, Limiter.endOfTime))
        var readings: [LimitReading] = []
        // Neighbours are of the same session as a rule.
        var last: (session: String, snapshot: Snapshot, serial: UInt64?)?
        for bucket in table.buckets.prefix(Limiter.readBuckets) {
            if last?.session != bucket.subject.session {
                let (snapshot, serial) = limits(bucket.subject.session)
                last = (bucket.subject.session, snapshot, serial)
            }
            guard let (_, snapshot, serial) = last, serial == bucket.key.session,
                let limit = snapshot.scenario.limits.first(where: { $0.word == bucket.key.limit })
            else { continue }
            for (index, quota) in limit.quotas.enumerated() {
                var meter = bucket.meters[index]
                meter.advance(to: time, quota, began: snapshot.beganNanoseconds)
                readings.append(
                    bucket.reading(
                        limit, quota.dimension, quota.stated, meter.left(of: quota, at: time),
                        .nanoseconds(meter.reset(of: quota, at: time))))
            }
            if let most = limit.concurrent {
                readings.append(
                    bucket.reading(
                        limit, .concurrent, most, max(most - bucket.inProgress, 0), .zero))
            }
            if readings.count >= count { return Array(readings.prefix(count)) }
        }
        return readings
    }
}

extension LimitBucket {
    fileprivate func reading(
        _ limit: Limit, _ dimension: Limit.Dimension, _ amount: Int, _ remaining: Int,
        _ reset: Duration
    ) -> LimitReading {
        LimitReading(
            limit: limit.name, session: subject.session, subject: subject.text,
            dimension: dimension, amount: amount, remaining: remaining, reset: reset)
    }
}

extension LimitHit {
    /// The request came this much before the time it was held against.
    fileprivate mutating func add(_ nanoseconds: Int64) {
        if case .exact(let delay) = wait { wait = .exact(delay + .nanoseconds(nanoseconds)) }
    }
}
