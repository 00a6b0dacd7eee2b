/// A prompt as a provider's cache sees it: prefixes by hash, each with what it costs in tokens.
package struct CacheablePrompt: Equatable, Sendable {
    /// The prompt up to the end of one of its parts.
    package struct Prefix: Equatable, Sendable {
        /// A digest of all that is in the prefix. Equal prefixes of two prompts have the same.
        package var hash: UInt64
        /// Tokens from the prompt's beginning.
        package var tokens: Int

        package init(hash: UInt64, tokens: Int) {
            self.hash = hash
            self.tokens = tokens
        }
    }

    /// A prefix that is to be kept.
    package struct Breakpoint: Equatable, Sendable {
        /// Its index among the prefixes.
        package var prefix: Int
        /// How long the prefix is kept from its last use on.
        package var lifetime: PromptLifetime

        package init(prefix: Int, lifetime: PromptLifetime) {
            self.prefix = prefix
            self.lifetime = lifetime
        }
    }

    /// The shortest first.
    package var prefixes: [Prefix]
    /// In the order of their prefixes.
    package var breakpoints: [Breakpoint]
    /// Prefixes of fewer tokens are not kept.
    package var minimum: Int
    /// How many prefixes before a breakpoint may be the one that is found.
    package var lookback: Int

    package init(
        prefixes: [Prefix], breakpoints: [Breakpoint], minimum: Int, lookback: Int
    ) {
        self.prefixes = prefixes
        self.breakpoints = breakpoints
        self.minimum = minimum
        self.lookback = lookback
    }
}

/// How long a kept prefix lives after it was last used.
package enum PromptLifetime: Equatable, Sendable {
    case fiveMinutes
    case oneHour
    case oneDay

    /// The time after which a prefix that nobody used again is forgotten.
    package var duration: Duration {
        switch self {
        case .fiveMinutes: .seconds(300)
        case .oneHour: .seconds(3_600)
        case .oneDay: .seconds(86_400)
        }
    }
}

/// What a prompt's tokens had to do with the cache.
package struct CacheUse: Equatable, Sendable {
    /// Tokens of the longest prefix that was found.
    package var read = 0
    /// Tokens beyond it that are kept for five minutes, and for longer.
    package var written = 0
    /// Tokens beyond what was found that are kept for longer than five minutes.
    package var writtenForLong = 0

    /// Nothing was found, and nothing is kept.
    package static let none = CacheUse()

    package init(read: Int = 0, written: Int = 0, writtenForLong: Int = 0) {
        self.read = read
        self.written = written
        self.writtenForLong = writtenForLong
    }

    /// Tokens that are kept, for however long.
    package var allWritten: Int { written + writtenForLong }
}

/// The prefixes that providers keep of earlier prompts. A value; the engine holds one behind a
/// lock of its own.
package struct PromptCache: Sendable {
    /// Beyond these, the oldest prefix is forgotten: a client that invents prompts costs a fixed
    /// amount of memory.
    package static let limit = 100_000

    private struct Entry {
        var lifetime: PromptLifetime
        /// On the engine's clock.
        var end: Duration
    }

    private var entries: BoundedTable<UInt64, Entry>

    /// A cache that is empty. `limit` is how many prefixes it keeps.
    package init(limit: Int = PromptCache.limit) {
        entries = BoundedTable(limit: limit)
    }

    /// What a prompt's prefixes are kept under. `session` is its serial (``CallState/session``),
    /// which is another after a reset; `scope` tells apart what does not share a cache:
    /// model, key, provider. A long prompt has a thousand, so this is done before a lock is taken.
    package static func keys(
        of prompt: CacheablePrompt, session: UInt64, scope: UInt64
    ) -> [UInt64] {
        prompt.prefixes.map { prefix in
            var hash = SipHash(key: session, scope)
            hash.combine(prefix.hash)
            return hash.finalize()
        }
    }

    /// What a prompt finds and leaves. Where `writes` is false nothing is kept, but what is found
    /// lives on.
    package mutating func use(
        _ prompt: CacheablePrompt, keys: [UInt64], at now: Duration, writes: Bool
    ) -> CacheUse {
        let found = longest(prompt, keys, now)
        var use = CacheUse(read: found.map { prompt.prefixes[$0].tokens } ?? 0)
        if let found { refresh(keys[...found], at: now) }
        var last = use.read
        for breakpoint in prompt.breakpoints where breakpoint.prefix > found ?? -1 {
            let tokens = prompt.prefixes[breakpoint.prefix].tokens
            guard tokens >= prompt.minimum, tokens > last else { continue }
            if breakpoint.lifetime == .fiveMinutes {
                use.written += tokens - last
            } else {
                use.writtenForLong += tokens - last
            }
            last = tokens
            guard writes else { continue }
            let lifetime = breakpoint.lifetime
            entries.set(
                keys[breakpoint.prefix],
                Entry(lifetime: lifetime, end: now + lifetime.duration))
        }
        return use
    }

    /// The last prefix that is kept, at a breakpoint or shortly before one.
    private func longest(_ prompt: CacheablePrompt, _ keys: [UInt64], _ now: Duration) -> Int? {
        var tried = keys.count
        for breakpoint in prompt.breakpoints.reversed() {
            let first = max(breakpoint.prefix - prompt.lookback, 0)
            for index in (first...breakpoint.prefix).reversed() where index < tried {
                tried = index
                if let entry = entries[keys[index]], now < entry.end { return index }
            }
        }
        return nil
    }

    private mutating func refresh(_ keys: ArraySlice<UInt64>, at now: Duration) {
        for key in keys {
            entries.updateIfPresent(key) { entry in
                if now < entry.end { entry.end = now + entry.lifetime.duration }
            }
        }
    }
}
