package import BrownoutEngine

/// What two requests share that a recording answers alike: a digest of the parts they are told
/// apart by.
///
/// 64 bits are enough: among a million recordings, the most a library takes, some two share a key
/// by chance once in 37 million libraries. The hash's key is known, so that a client could look
/// for a collision; all it would get is another recording of the same library.
package struct MatchKey: Hashable, Sendable {
    /// The digest itself.
    package let word: UInt64

    package init(word: UInt64) {
        self.word = word
    }

    /// The key as commands and the control port take it: up to sixteen hexadecimal digits.
    package init?(hex: String) {
        guard (1...16).contains(hex.utf8.count), hex.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let word = UInt64(hex, radix: 16)
        else { return nil }
        self.word = word
    }

    /// Sixteen lower-case hexadecimal digits.
    package var hex: String { word.hex }
}

/// What makes two requests the same, by the rules of a scenario.
package struct RequestMatcher: Sendable {
    private let rules: [MatchRule]
    private static let standard = MatchRule()

    package init(_ rules: [MatchRule]) {
        self.rules = rules
    }

    /// The first rule whose model matches; the standard parts where there is none.
    package func rule(for model: String) -> MatchRule {
        rules.first { $0.model?.matches(model) ?? true } ?? Self.standard
    }

    /// The key of a request whose secrets have been redacted.
    package func key(of request: MatchRequest) -> MatchKey {
        let rule = rule(for: request.model)
        let request = request.without(rule.ignored)
        var hash = SipHash()
        for part in rule.parts where part.counts(in: request) {
            hash.combine(SipHash.word(part.name))
            hash.combine(part.digest(of: request))
        }
        return MatchKey(word: hash.finalize())
    }
}
