import BrownoutEngine
import BrownoutJSON

/// What OpenAI's cache keeps of a prompt without being asked: prefixes of 1024 tokens and more, in
/// steps of 128 (OpenAI's guide to prompt caching).
struct OpenAICaching {
    private static let least = 1_024
    private static let step = 128
    /// Steps that are looked at: 131,072 tokens and what is before them.
    private static let mostSteps = 1_024

    private var hash = SipHash()
    private var tokens = 0
    private var prefixes: [CacheablePrompt.Prefix] = []

    /// Nil for a prompt that is too short, or a model older than `gpt-4o`.
    static func prompt(
        model: String, tokens: Int, tools: JSON?, messages: JSON?, retention: JSON?
    ) -> CacheablePrompt? {
        guard tokens >= least, keeps(model) else { return nil }
        var caching = OpenAICaching()
        if let tools { caching.add(tools) }
        for message in messages?.arrayValue ?? [] { caching.add(message: message) }
        let lifetime: PromptLifetime = retention == "24h" ? .oneDay : .fiveMinutes
        return CacheablePrompt(
            prefixes: caching.prefixes,
            breakpoints: caching.prefixes.indices.map { .init(prefix: $0, lifetime: lifetime) },
            minimum: least, lookback: 0)
    }

    private static func keeps(_ model: String) -> Bool {
        !model.hasPrefix("gpt-3.5") && !model.hasPrefix("gpt-4-") && model != "gpt-4"
    }

    private mutating func add(message: JSON) {
        CallDigest.combine(message["role"] ?? .null, into: &hash)
        count(4)
        switch message["content"] {
        case .string(let text)?: add(text)
        case .array(let parts)?:
            for part in parts {
                if part["type"] == "text", let text = part["text"]?.stringValue {
                    add(text)
                } else {
                    CallDigest.combine(part, into: &hash)
                    count(85)
                }
            }
        default: break
        }
        if let calls = message["tool_calls"] ?? message["function_call"] { add(calls) }
    }

    /// A part that is cached whole or not at all.
    private mutating func add(_ part: JSON) {
        CallDigest.combine(part, into: &hash)
        count(PromptEstimate.tokens(part))
    }

    /// A text, of which any beginning may be the same.
    private mutating func add(_ text: String) {
        let ends = TokenEstimate.ends(text)
        var text = text
        text.withUTF8 { utf8 in
            var (start, done) = (0, 0)
            while done < ends.count {
                // On to the next step, or to the end.
                let next = min(done + Self.step - tokens % Self.step, ends.count)
                let end = Int(ends[next - 1])
                hash.combine(UnsafeBufferPointer(rebasing: utf8[start..<end]))
                count(next - done)
                (start, done) = (end, next)
            }
        }
    }

    /// Counts tokens, and notes the steps that are reached with them.
    private mutating func count(_ more: Int) {
        var step = tokens / Self.step + 1
        tokens += more
        while step * Self.step <= tokens, prefixes.count < Self.mostSteps {
            if step * Self.step >= Self.least {
                var prefix = hash
                prefix.combine(UInt64(step))
                prefixes.append(.init(hash: prefix.finalize(), tokens: step * Self.step))
            }
            step += 1
        }
    }
}
