/// The name of one decision of a rule: a rule that draws twice draws under two names.
package struct Draw: Equatable, Sendable {
    package let name: String
    package let word: UInt64

    package init(_ name: String) {
        self.name = name
        self.word = SipHash.word(name)
    }

    package static let fires = Draw("fires")
    package static let which = Draw("which")
    package static let latency = Draw("latency")
    package static let firstToken = Draw("first-token")
    package static let betweenTokens = Draw("between-tokens")
    package static let whole = Draw("whole")
    package static let perInputToken = Draw("per-input-token")
    package static let perRequestInFlight = Draw("per-request-in-flight")
    package static let identity = Draw("identity")
    package static let text = Draw("text")
    package static let tools = Draw("tools")
    package static let odds = Draw("odds")
}

/// What a draw is about: an attempt of a logical call, in a session.
package struct RollKey: Equatable, Sendable {
    package var session: UInt64
    package var call: UInt64
    package var attempt: UInt64

    package init(session: UInt64, call: UInt64, attempt: UInt64) {
        self.session = session
        self.call = call
        self.attempt = attempt
    }
}

/// Keyed draws. There is no stream to consume: the same question has the same answer on any day,
/// thread or machine, and no question changes the answer to another.
///
/// `u = SipHash-2-4(key: (seed, 0), words: rule, draw, index, session, call, attempt)`, the names
/// as ``SipHash/word(_:)``, each word eight bytes with the least significant first.
package struct Dice: Equatable, Sendable {
    package let seed: UInt64

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// A word uniform over all 64-bit words. `index` tells the draws of one name apart
    /// (`between-tokens` of the seventh token).
    package func roll(_ draw: Draw, rule: UInt64, key: RollKey, index: Int = 0) -> UInt64 {
        var hash = SipHash(key: seed, 0)
        hash.combine(rule)
        hash.combine(draw.word)
        hash.combine(UInt64(truncatingIfNeeded: index))
        hash.combine(key.session)
        hash.combine(key.call)
        hash.combine(key.attempt)
        return hash.finalize()
    }

    /// A number uniform in `0..<bound` from a draw; `bound` must be positive.
    package static func below(_ bound: Int, _ draw: UInt64) -> Int {
        Int(draw.multipliedFullWidth(by: UInt64(bound)).high)
    }
}
