import BrownoutEngine
import BrownoutJSON

/// Finds the `cache_control` markers of a request to Anthropic and makes of it what the cache
/// keeps (Anthropic's guide to prompt caching: up to four breakpoints, in the order tools, system,
/// messages; 5 minutes or an hour; a look back over 20 blocks; a minimum for each model).
struct AnthropicCaching {
    private static let mostMarkers = 4
    private static let lookback = 20

    private struct Block {
        var name: String
        var content: JSON
        /// Tokens of what came before it in its message, and its own.
        var tokens: Int
        /// What the block belongs to, for the hash: a section, a role.
        var tag: UInt64
        /// The first marker on it or within it.
        var lifetime: PromptLifetime?
        var isCacheable = true
    }

    private var blocks: [Block] = []
    private var markers = 0

    /// Nil where nothing is marked. `settings` are fields that make other prompts of the messages.
    static func prompt(
        model: String, tools: JSON?, system: JSON?, messages: JSON?, automatic: JSON?,
        settings: [JSON?]
    ) throws(ProviderError) -> CacheablePrompt? {
        let isAutomatic = automatic.map { !$0.isNull } ?? false
        guard isAutomatic || isMarked(tools, system, messages) else { return nil }
        var caching = AnthropicCaching()
        for (index, tool) in (tools?.arrayValue ?? []).enumerated() {
            try caching.add(tool, "tools.\(index)", PromptEstimate.tokens(tool), tag: 1)
        }
        switch system {
        case .string(let text)?:
            try caching.add(block(text), "system", TokenEstimate.count(text), tag: 2)
        default:
            for (index, block) in (system?.arrayValue ?? []).enumerated() {
                let tokens = TokenEstimate.count(block["text"]?.stringValue ?? "")
                try caching.add(block, "system.\(index)", tokens, tag: 2)
            }
        }
        let firstMessage = caching.blocks.count
        try caching.add(messages: messages)
        if isAutomatic, let automatic { try caching.markLast(automatic) }
        guard caching.markers <= mostMarkers else {
            throw AnthropicField.refusal(
                "A maximum of \(mostMarkers) blocks with cache_control may be provided. Found "
                    + "\(caching.markers).")
        }
        try caching.checkOrder()
        return caching.prompt(model, firstMessage, settings)
    }

    // MARK: - Blocks

    private static func isMarked(_ tools: JSON?, _ system: JSON?, _ messages: JSON?) -> Bool {
        func any(_ blocks: JSON?) -> Bool {
            blocks?.arrayValue?.contains { block in
                guard case .object(let members) = block else { return false }
                return members.contains { member in
                    switch (member.key.utf8.count, member.key) {
                    case (13, "cache_control"): !member.value.isNull
                    case (7, "content"): any(member.value)
                    default: false
                    }
                }
            } ?? false
        }
        return any(tools) || any(system) || any(messages)
    }

    /// A text that stands alone is a list of one block.
    private static func block(_ text: String) -> JSON { ["type": "text", "text": .string(text)] }

    private mutating func add(messages: JSON?) throws(ProviderError) {
        // What messages without blocks cost falls to the next block.
        var pending = 0
        for (index, message) in (messages?.arrayValue ?? []).enumerated() {
            let tag: UInt64 = message["role"] == "user" ? 3 : 4
            pending += AnthropicEstimate.message
            if case .string(let text)? = message["content"] {
                let tokens = pending + TokenEstimate.count(text)
                try add(Self.block(text), "messages.\(index).content", tokens, tag: tag)
                pending = 0
            }
            for (place, block) in (message["content"]?.arrayValue ?? []).enumerated() {
                let tokens = pending + AnthropicEstimate.tokens(block)
                try add(block, "messages.\(index).content.\(place)", tokens, tag: tag)
                pending = 0
            }
        }
    }

    private mutating func add(
        _ content: JSON, _ name: String, _ tokens: Int, tag: UInt64
    ) throws(ProviderError) {
        var block = Block(name: name, content: content, tokens: tokens, tag: tag)
        let type = content["type"]
        let isEmpty = type == "text" && content["text"] == ""
        let isThought = type == "thinking" || type == "redacted_thinking"
        block.isCacheable = !isEmpty && !isThought
        if let marker = content["cache_control"], !marker.isNull {
            guard !isEmpty else {
                throw AnthropicField.refusal(
                    "\(name).text", "cache_control cannot be set for empty text blocks")
            }
            guard !isThought else {
                throw AnthropicField.refusal(
                    "\(name).thinking.cache_control", "Extra inputs are not permitted")
            }
            block.lifetime = try lifetime(marker, name)
        }
        // Blocks within the result of a tool may be marked too; the result is what is kept.
        for (place, part) in (content["content"]?.arrayValue ?? []).enumerated() {
            guard let marker = part["cache_control"], !marker.isNull else { continue }
            let inner = try lifetime(marker, "\(name).content.\(place)")
            block.lifetime = block.lifetime ?? inner
        }
        blocks.append(block)
    }

    private mutating func lifetime(
        _ marker: JSON, _ name: String
    ) throws(ProviderError) -> PromptLifetime {
        markers += 1
        let field = name + (name.isEmpty ? "" : ".") + "cache_control"
        guard case .object = marker else {
            throw AnthropicField.refusal(field, "Input should be a valid dictionary or object")
        }
        let type = try AnthropicField.string(marker["type"], field + ".type")
        guard type == "ephemeral" else {
            throw AnthropicField.refusal(
                field,
                "Input tag '\(type.prefix(100))' found using 'type' does not match any of the "
                    + "expected tags: 'ephemeral'")
        }
        switch marker["ttl"] {
        case nil, .null?, .string("5m")?: return .fiveMinutes
        case .string("1h")?: return .oneHour
        default:
            throw AnthropicField.refusal(field + ".ephemeral.ttl", "Input should be '5m' or '1h'")
        }
    }

    /// The top-level marker stands for one on the last block that can have one.
    private mutating func markLast(_ automatic: JSON) throws(ProviderError) {
        let lifetime = try lifetime(automatic, "")
        guard let last = blocks.lastIndex(where: { $0.isCacheable }) else {
            markers -= 1
            return
        }
        if let own = blocks[last].lifetime {
            guard own == lifetime else {
                throw AnthropicField.refusal(
                    "cache_control.ttl",
                    "must be the ttl of the last block's own cache_control (\(blocks[last].name))")
            }
            markers -= 1
        }
        blocks[last].lifetime = lifetime
    }

    private func checkOrder() throws(ProviderError) {
        var isShort = false
        for block in blocks {
            if block.lifetime == .fiveMinutes { isShort = true }
            if block.lifetime == .oneHour, isShort {
                throw AnthropicField.refusal(
                    "\(block.name).cache_control.ttl",
                    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control "
                        + "block. Note that blocks are processed in the following order: `tools`, "
                        + "`system`, `messages`.")
            }
        }
    }

    // MARK: - Prefixes

    private func prompt(
        _ model: String, _ firstMessage: Int, _ settings: [JSON?]
    ) -> CacheablePrompt {
        let last = blocks.lastIndex { $0.lifetime != nil } ?? -1
        var prefixes: [CacheablePrompt.Prefix] = []
        var breakpoints: [CacheablePrompt.Breakpoint] = []
        var chain: UInt64 = 0
        var tokens = 0
        for (index, block) in blocks[...last].enumerated() {
            var hash = SipHash(key: chain, block.tag)
            if index == firstMessage {
                for setting in settings { CallDigest.combine(setting ?? .null, into: &hash) }
            }
            CallDigest.combine(part: block.content, AnthropicDialect().profile, into: &hash)
            chain = hash.finalize()
            tokens += block.tokens
            prefixes.append(.init(hash: chain, tokens: tokens))
            if let lifetime = block.lifetime {
                breakpoints.append(.init(prefix: index, lifetime: lifetime))
            }
        }
        return CacheablePrompt(
            prefixes: prefixes, breakpoints: breakpoints,
            minimum: AnthropicModelFamily.leastCached(model), lookback: Self.lookback)
    }
}
