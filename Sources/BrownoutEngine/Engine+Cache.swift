import Synchronization

extension Engine {
    /// What a request's prompt finds in the provider's cache, and leaves there. Sessions, keys,
    /// providers and models share nothing.
    package func cacheUse(
        of prompt: CacheablePrompt, _ facts: RequestFacts, at now: Duration, writes: Bool
    ) -> CacheUse {
        var scope = SipHash()
        scope.combine(facts.credential)
        scope.combine(facts.provider)
        scope.combine(facts.model)
        let session = SipHash.word(facts.session)
        let keys = PromptCache.keys(
            of: prompt, session: session, resets: prompts.withLock { $0.resets(of: session) },
            scope: scope.finalize())
        return prompts.withLock { $0.use(prompt, keys: keys, at: now, writes: writes) }
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
