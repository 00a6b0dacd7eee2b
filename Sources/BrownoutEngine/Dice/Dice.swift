/// The name of one decision of a rule: a rule that draws twice draws under two names.
package struct Draw: Equatable, Sendable {
    /// What is drawn, in the words of the scenario language where it has some.
    package let name: String
    /// The name as the hash takes it, ``SipHash/word(_:)``. A draw with another word is
    /// independent.
    package let word: UInt64

    /// A draw of a name. Two of the same name are the same draw.
    package init(_ name: String) {
        self.name = name
        self.word = SipHash.word(name)
    }

    /// Whether a rule with a chance fires.
    package static let fires = Draw("fires")
    /// Which branch of a rule's `one-of` is taken.
    package static let which = Draw("which")
    /// The wait of a rule before the head.
    package static let latency = Draw("latency")
    /// The wait for the first token: of a rule, or under the rule 0 that of the scenario's pace.
    package static let firstToken = Draw("first-token")
    /// The wait for one token, with the token's place from 1 as the index.
    package static let betweenTokens = Draw("between-tokens")
    /// The time that a rule gives the whole answer.
    package static let whole = Draw("whole")
    /// What a rule adds for each token of the prompt.
    package static let perInputToken = Draw("per-input-token")
    /// What a rule adds for each other answer in progress.
    package static let perRequestInFlight = Draw("per-request-in-flight")
    /// The id of an exchange or of a connection: ``ExchangeID``.
    package static let identity = Draw("identity")
    /// The words of a synthesised answer, with the choice's place as the index.
    package static let text = Draw("text")
    /// The tool calls of a synthesised answer, with the choice's place as the index.
    package static let tools = Draw("tools")
    /// Ids of tool calls, of a call that is not the first to say what it says.
    package static let toolIDs = Draw("tool-ids")
    /// The log probabilities that an answer gives for its tokens.
    package static let logprobs = Draw("odds")
}

/// What a draw is about: an attempt of a logical call, in a session.
package struct RollKey: Equatable, Sendable {
    /// The word of the session's name.
    package var session: UInt64
    /// The word of the call: ``CallKey/word``. Of a connection, its place from 1.
    package var call: UInt64
    /// The attempt from 1; 0 for a connection, and for a request whose body broke off.
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
    /// The scenario's seed. With another seed, every draw is another.
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
