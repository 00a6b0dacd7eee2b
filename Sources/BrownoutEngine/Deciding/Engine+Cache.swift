import Synchronization

extension Engine {
    /// What a request's prompt finds in the provider's cache, and leaves there if the answer is
    /// planned to arrive whole. Sessions, keys, providers and models share nothing; nor does a
    /// session with what it was before a reset.
    package func cacheUse(
        of prompt: CacheablePrompt, _ facts: RequestFacts, _ decision: Decision, at now: Duration
    ) -> CacheUse {
        var scope = SipHash()
        scope.combine(facts.credential)
        scope.combine(facts.provider)
        scope.combine(facts.model)
        let keys = PromptCache.keys(
            of: prompt, session: decision.session, scope: scope.finalize())
        return prompts.withLock {
            $0.use(prompt, keys: keys, at: now, writes: decision.isDeliveredWhole)
        }
    }
}

extension Decision {
    /// Whether the answer is planned to arrive whole: only then does a provider's cache keep the
    /// prompt.
    package var isDeliveredWhole: Bool {
        switch fault {
        case nil, .stall?: true
        default: false
        }
    }
}
