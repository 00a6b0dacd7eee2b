/// Which keys the provider knows, and what is wrong with some of them.
package struct Keys: Equatable, Sendable {
    /// Nil: every key.
    package var accept: [Glob]?
    /// Keys that were good once. A request with one is answered `invalid-api-key`.
    package var revoked: [Glob]
    /// Keys whose quota is used up. A request with one is answered `insufficient-quota`.
    package var outOfQuota: [Glob]
    /// Keys that may not use some models. A request with one for such a model is answered
    /// `permission-denied`.
    package var denied: [Denied]
    /// Keys that are good for a while only. A request that comes later is answered
    /// `invalid-api-key`.
    package var expiring: [Expiring]

    /// Keys that may not use some models.
    package struct Denied: Equatable, Sendable {
        /// The keys it is about. One of the patterns has to fit.
        package var key: [Glob]
        /// The models that those keys may not use. One of the patterns has to fit.
        package var model: [Glob]

        package init(key: [Glob], model: [Glob]) {
            self.key = key
            self.model = model
        }
    }

    /// Keys that are good for so many calls, or until a point in the scenario's time.
    package struct Expiring: Equatable, Sendable {
        /// The keys it is about. One of the patterns has to fit, and each key is counted by itself.
        package var key: [Glob]
        /// For how many calls of a session such a key is good, not counting their retries; nil: for
        /// any number.
        package var calls: Int?
        /// How long after the scenario began such a key stops being good; nil: time does not end
        /// it.
        package var after: Duration?

        package init(key: [Glob], calls: Int? = nil, after: Duration? = nil) {
            self.key = key
            self.calls = calls
            self.after = after
        }
    }

    package init(
        accept: [Glob]? = nil, revoked: [Glob] = [], outOfQuota: [Glob] = [],
        denied: [Denied] = [], expiring: [Expiring] = []
    ) {
        self.accept = accept
        self.revoked = revoked
        self.outOfQuota = outOfQuota
        self.denied = denied
        self.expiring = expiring
    }

    /// What the decisions depend on besides the request.
    package var determinism: Determinism {
        if expiring.contains(where: { $0.after != nil }) { return .timed }
        return expiring.isEmpty ? .pure : .ordered
    }

    /// Why a key is turned away; nil: it may ask. A request without a key is the provider's to
    /// refuse, and one for nothing that exists too.
    ///
    /// `now` is the time since the scenario began; `place` the place of this call, from 1, among
    /// all calls with its key. What asks no model for an answer has that of the last call.
    package func refusal(
        of facts: RequestFacts, at now: Duration, place: () -> Int
    ) -> Refusal? {
        let key = facts.credential
        if key.isEmpty || facts.endpoint == .unknown { return nil }
        if let entry = Keys.first(revoked, key) {
            return refusal(key, "is revoked by entry \(entry) of 'revoked'", .invalidAPIKey)
        }
        let isExpiring = expiring.contains { Keys.first($0.key, key) != nil }
        if let accept, Keys.first(accept, key) == nil, !isExpiring,
            Keys.first(outOfQuota, key) == nil,
            !denied.contains(where: { Keys.first($0.key, key) != nil })
        {
            return refusal(key, "is none that 'keys' knows", .invalidAPIKey)
        }
        if isExpiring, let refusal = expired(key, at: now, place: place) { return refusal }
        if let entry = Keys.first(outOfQuota, key) {
            return refusal(
                key, "is out of quota by entry \(entry) of 'out-of-quota'", .insufficientQuota)
        }
        return facts.model.isEmpty ? nil : denied(key, facts.model)
    }

    private func expired(_ key: String, at now: Duration, place: () -> Int) -> Refusal? {
        var counted: Int?
        for (index, entry) in expiring.enumerated() where Keys.first(entry.key, key) != nil {
            let by = "by entry \(index + 1) of 'expiring'"
            if let after = entry.after, now >= after {
                return refusal(key, "has expired \(by): its time is over", .invalidAPIKey)
            }
            guard let calls = entry.calls else { continue }
            let place = counted ?? place()
            counted = place
            if place > calls {
                return refusal(
                    key, "has expired \(by): this is call \(place), it was good for \(calls)",
                    .invalidAPIKey)
            }
        }
        return nil
    }

    private func denied(_ key: String, _ model: String) -> Refusal? {
        for (index, entry) in denied.enumerated()
        where Keys.first(entry.key, key) != nil && Keys.first(entry.model, model) != nil {
            return refusal(
                key, "is denied this model by entry \(index + 1) of 'denied'", .permissionDenied,
                .model)
        }
        return nil
    }

    /// The place from 1 of the first pattern that a text fits.
    private static func first(_ patterns: [Glob], _ text: String) -> Int? {
        patterns.firstIndex { $0.matches(text) }.map { $0 + 1 }
    }

    /// The reason names the key by its digest, as the journal does: a pattern may be the key.
    private func refusal(
        _ key: String, _ what: String, _ cause: Cause, _ grounds: CauseFault.Grounds? = nil
    ) -> Refusal {
        Refusal(
            by: "keys", reason: "the key with digest \(SipHash.word(key).hex) \(what)",
            fault: .error(CauseFault(cause, grounds: grounds)))
    }
}

/// Counts the calls that were made with keys that expire.
struct KeyCalls: Sendable {
    /// Beyond these, the longest known key or call is forgotten.
    static let keyLimit = 50_000
    static let callLimit = 200_000

    /// A key in a session, under one scenario.
    struct Key: Hashable {
        /// The session's serial.
        var session: UInt64
        var edition: Int
        /// The key's digest.
        var key: UInt64
    }

    private struct Call: Hashable {
        var key: Key
        var call: UInt64
        var generation: Int
    }

    private var counts = BoundedTable<Key, Int>(limit: KeyCalls.keyLimit)
    private var places = BoundedTable<Call, Int>(limit: KeyCalls.callLimit)

    /// The calls that were made with a key so far.
    func count(of key: Key) -> Int { counts[key] ?? 0 }

    /// The place of a call among those made with a key, from 1. Another attempt of it has the
    /// same place; what comes after it was delivered is another call.
    mutating func place(of key: Key, call: UInt64, generation: Int) -> Int {
        let call = Call(key: key, call: call, generation: generation)
        if let place = places[call] { return place }
        let place = (counts[key] ?? 0) + 1
        counts.set(key, place)
        places.set(call, place)
        return place
    }
}
