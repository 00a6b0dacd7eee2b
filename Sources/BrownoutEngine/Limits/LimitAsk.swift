/// One limit that a request comes under: which bucket of it. Made before the engine's lock is
/// taken.
struct LimitAsk: Equatable, Sendable {
    /// The limit's place among the scenario's.
    var limit: Int
    /// The word of the values that tell the bucket from the limit's others.
    var values: UInt64

    /// The limits that are about a request, in the scenario's order.
    static func asks(of limits: [Limit], _ facts: RequestFacts) -> [LimitAsk] {
        var asks: [LimitAsk] = []
        asks.reserveCapacity(limits.count)
        for index in limits.indices {
            guard limits[index].conditions.match(facts) else { continue }
            asks.append(LimitAsk(limit: index, values: values(limits[index].per, facts)))
        }
        return asks
    }

    private static func values(_ per: [Limit.Part], _ facts: RequestFacts) -> UInt64 {
        if per.isEmpty { return 0 }
        var hash = SipHash()
        for part in per {
            switch part {
            case .key: hash.combine(facts.credential)
            case .model: hash.combine(facts.model)
            // Buckets are apart by session anyway.
            case .session: break
            case .client:
                switch facts.client {
                case nil: hash.combine(byte: 0)
                case .v4(let address)?: hash.combine(UInt64(address))
                case .v6(let high, let low)?:
                    hash.combine(high)
                    hash.combine(low)
                }
            }
        }
        return hash.finalize()
    }
}

/// Whose bucket it is, for people. A key is only known by its digest.
struct LimitSubject: Equatable, Sendable {
    var session: String
    var keyDigest: UInt64?
    var client: NetworkAddress?
    var model: String?

    init(_ facts: RequestFacts, per: [Limit.Part]) {
        session = facts.session
        if per.contains(.key) { keyDigest = SipHash.word(facts.credential) }
        if per.contains(.client) { client = facts.client }
        if per.contains(.model) { model = facts.model }
    }

    /// `key 8f3a…, model gpt-4o`; `all` for the one bucket of a session.
    var text: String {
        var parts: [String] = []
        if let keyDigest { parts.append("key \(keyDigest.hex)") }
        if let client { parts.append("client \(client.text)") }
        if let model { parts.append("model \(model)") }
        return parts.isEmpty ? "all" : parts.joined(separator: ", ")
    }
}
