import BrownoutEngine

/// Which attempts the conditions of a scenario are about, as far as a journal tells.
struct AttemptScope {
    private let when: Matcher
    private let phase: String?
    /// Digests of the keys that are named; nil: any key will do.
    private let keys: Set<UInt64>?

    /// What a journal does not tell, in words for whoever wrote the conditions.
    struct Untold: Error, Equatable {
        var says: String
    }

    init(_ when: Matcher, phase: String? = nil) throws(Untold) {
        let kept: [(isAsked: Bool, name: String)] = [
            (!when.header.isEmpty, "header fields"), (!when.body.isEmpty, "values of bodies"),
            (!when.userText.isEmpty, "the user's words"),
            (when.tools != nil, "whether tools are offered"),
        ]
        if let missing = kept.first(where: \.isAsked) {
            throw Untold(says: "the journal does not keep \(missing.name), which 'when' asks for")
        }
        let isAnyKey = when.key.isEmpty || when.key.contains { $0.text == "*" }
        if !isAnyKey, when.key.contains(where: { $0.text.contains { "*?[\\".contains($0) } }) {
            throw Untold(
                says: "the journal keeps digests of keys, which no pattern can be held against")
        }
        keys = isAnyKey ? nil : Set(when.key.map { SipHash.word($0.text) })
        self.when = when
        self.phase = phase
    }

    func contains(_ attempt: Attempt) -> Bool {
        func fits(_ globs: [Glob], _ text: String) -> Bool {
            globs.isEmpty || globs.contains { $0.matches(text) }
        }
        guard fits(when.provider, attempt.provider), fits(when.model, attempt.model),
            fits(when.session, attempt.session),
            when.stream.map({ $0 == attempt.isStream }) ?? true,
            when.version.map({ $0 == attempt.version }) ?? true,
            phase.map({ $0 == attempt.phase }) ?? true,
            keys.map({ keys in attempt.credential.map(keys.contains) ?? false }) ?? true,
            when.endpoint.isEmpty || when.endpoint.contains(where: { $0.name == attempt.endpoint })
        else { return false }
        guard !when.client.isEmpty else { return true }
        guard let address = NetworkAddress(attempt.client) else { return false }
        return when.client.contains { $0.contains(address) }
    }
}
