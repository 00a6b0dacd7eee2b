import BrownoutEngine
import Testing

@Suite struct PromptCacheTests {
    /// A prompt of parts of 1000 tokens each, with breakpoints behind some of them.
    private func prompt(
        _ parts: [UInt64], at breakpoints: [Int]? = nil,
        for lifetime: PromptLifetime = .fiveMinutes,
        minimum: Int = 1_000, lookback: Int = 20
    ) -> CacheablePrompt {
        var chain: UInt64 = 0
        let prefixes = parts.enumerated().map { index, part in
            chain = chain &* 31 &+ part &+ 1
            return CacheablePrompt.Prefix(hash: chain, tokens: (index + 1) * 1_000)
        }
        return CacheablePrompt(
            prefixes: prefixes,
            breakpoints: (breakpoints ?? [parts.count - 1]).map {
                .init(prefix: $0, lifetime: lifetime)
            }, minimum: minimum, lookback: lookback)
    }

    private func use(
        _ cache: inout PromptCache, _ prompt: CacheablePrompt, at now: Duration = .zero,
        session: UInt64 = 1, scope: UInt64 = 1, writes: Bool = true
    ) -> CacheUse {
        let keys = PromptCache.keys(of: prompt, session: session, scope: scope)
        return cache.use(prompt, keys: keys, at: now, writes: writes)
    }

    @Test func theFirstPromptIsWrittenAndTheSecondRead() {
        var cache = PromptCache()
        #expect(use(&cache, prompt([1, 2])) == CacheUse(written: 2_000))
        #expect(use(&cache, prompt([1, 2])) == CacheUse(read: 2_000))
    }

    @Test func aLongerPromptReadsWhatItHasInCommonAndWritesTheRest() {
        var cache = PromptCache()
        _ = use(&cache, prompt([1, 2]))
        #expect(use(&cache, prompt([1, 2, 3, 4])) == CacheUse(read: 2_000, written: 2_000))
        #expect(use(&cache, prompt([1, 2, 9])) == CacheUse(read: 2_000, written: 1_000))
        #expect(use(&cache, prompt([9, 2])) == CacheUse(written: 2_000))
    }

    @Test func onlyBreakpointsAreKept() {
        var cache = PromptCache()
        _ = use(&cache, prompt([1, 2, 3], at: [0, 2]))
        #expect(use(&cache, prompt([1, 9])) == CacheUse(read: 1_000, written: 1_000))
        #expect(use(&cache, prompt([1, 2, 8])) == CacheUse(read: 1_000, written: 2_000))
    }

    @Test func theLookBackHasAnEnd() {
        var cache = PromptCache()
        _ = use(&cache, prompt([1]))
        let parts = (1...30).map { UInt64($0) }
        #expect(
            use(&cache, prompt(Array(parts.prefix(21)))) == CacheUse(read: 1_000, written: 20_000))
        var other = PromptCache()
        _ = use(&other, prompt([1]))
        #expect(use(&other, prompt(Array(parts.prefix(22)))) == CacheUse(written: 22_000))
    }

    @Test func shortPrefixesAreNotKept() {
        var cache = PromptCache()
        let short = prompt([1], minimum: 1_001)
        #expect(use(&cache, short) == .none)
        #expect(use(&cache, short) == .none)
        #expect(
            use(&cache, prompt([1, 2], at: [0, 1], minimum: 1_001)) == CacheUse(written: 2_000))
    }

    @Test(arguments: [
        (PromptLifetime.fiveMinutes, Duration.seconds(300)), (.oneHour, .seconds(3_600)),
        (.oneDay, .seconds(86_400)),
    ])
    func aPrefixLivesAsLongAsItIsUsed(_ lifetime: PromptLifetime, _ length: Duration) {
        var cache = PromptCache()
        let prompt = prompt([1], for: lifetime)
        let moment = Duration.milliseconds(1)
        let written =
            lifetime == .fiveMinutes ? CacheUse(written: 1_000) : CacheUse(writtenForLong: 1_000)
        #expect(use(&cache, prompt, at: .seconds(7)) == written)
        var now = Duration.seconds(7)
        for _ in 0..<5 {
            now += length - moment
            #expect(use(&cache, prompt, at: now) == CacheUse(read: 1_000))
        }
        #expect(use(&cache, prompt, at: now + length) == written)
    }

    @Test func lifetimesAreCountedApart() {
        var cache = PromptCache()
        var both = prompt([1, 2, 3], at: [0, 2])
        both.breakpoints[0].lifetime = .oneHour
        #expect(use(&cache, both) == CacheUse(written: 2_000, writtenForLong: 1_000))
        // The longer-lived part is left when the other has ended.
        let later = use(&cache, both, at: .seconds(301))
        #expect(later == CacheUse(read: 1_000, written: 2_000))
    }

    @Test func nothingIsSharedAcrossSessionsAndScopes() {
        var cache = PromptCache()
        let written = CacheUse(written: 1_000)
        #expect(use(&cache, prompt([1])) == written)
        #expect(use(&cache, prompt([1]), session: 2) == written)
        #expect(use(&cache, prompt([1]), scope: 2) == written)
        #expect(use(&cache, prompt([1])) == CacheUse(read: 1_000))
    }

    /// A reset, a scenario of its own and the end of that one each give a session a fresh start.
    @Test func aSessionIsForgottenAlone() throws {
        let engine = Engine(scenario: .healthy)
        var calls = 0
        func use(_ session: String) -> CacheUse {
            calls += 1
            let facts = RequestFacts(
                provider: "anthropic", dialect: .anthropic, endpoint: .messages, session: session,
                call: CallKey(named: "\(calls)", by: .header))
            let decision = engine.decide(facts, at: .zero)
            return engine.cacheUse(of: prompt([1]), facts, decision, at: .zero)
        }
        let (written, read) = (CacheUse(written: 1_000), CacheUse(read: 1_000))
        #expect([use("a"), use("b"), use("a")] == [written, written, read])
        engine.reset(session: "a")
        #expect([use("a"), use("b"), use("a")] == [written, read, read])
        try engine.replace(Scenario(name: "own"), of: "a", at: .zero)
        #expect([use("a"), use("b"), use("a")] == [written, read, read])
        #expect(engine.removeScenario(of: "a"))
        #expect([use("a"), use("b"), use("a")] == [written, read, read])
    }

    @Test func whatFailedIsNotKept() {
        var cache = PromptCache()
        #expect(use(&cache, prompt([1]), writes: false) == CacheUse(written: 1_000))
        #expect(use(&cache, prompt([1])) == CacheUse(written: 1_000))
    }

    @Test func theOldestIsForgottenBeyondTheLimit() {
        var cache = PromptCache(limit: 100)
        for part in 0..<1_000 { _ = use(&cache, prompt([UInt64(part)])) }
        #expect(use(&cache, prompt([0])) == CacheUse(written: 1_000))
        #expect(use(&cache, prompt([999])) == CacheUse(read: 1_000))
    }

    @Test func thePartsAlwaysAddUp() {
        // A model that keeps whole prefixes, against prompts of few parts at rising times.
        var cache = PromptCache()
        var kept: [(parts: [UInt64], end: Duration)] = []
        for step in 0..<2_000 {
            let dice = Dice(seed: 5)
            func below(_ bound: Int, _ index: Int) -> Int {
                let key = RollKey(session: 0, call: UInt64(step), attempt: 1)
                return Dice.below(bound, dice.roll(.text, rule: 0, key: key, index: index))
            }
            let now = Duration.seconds(step * 20)
            let parts = (0..<1 + below(4, 0)).map { UInt64(below(3, $0 + 1)) }
            let found = (1...parts.count).reversed().first { length in
                kept.contains { $0.parts == Array(parts.prefix(length)) && now < $0.end }
            }
            let use = use(&cache, prompt(parts), at: now)
            #expect(use.read == (found ?? 0) * 1_000)
            #expect(use.read + use.written == parts.count * 1_000)
            // Reading makes the prefix live on, and what it begins with.
            for index in kept.indices
            where found != nil && now < kept[index].end
                && parts.prefix(found ?? 0).starts(with: kept[index].parts)
            {
                kept[index].end = now + .seconds(300)
            }
            if found != parts.count {
                kept.removeAll { $0.parts == parts }
                kept.append((parts, now + .seconds(300)))
            }
        }
    }
}
