import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `wrong-usage`: numbers that contradict each other.
    ///
    /// - OpenAI: the parts are a thousand more than their total.
    /// - Anthropic, which names no total: what was written to the cache is a thousand more than
    ///   its two parts, and the output in the end a thousand more than was said.
    /// - Ollama: a thousand tokens more than were said, or read where none are said.
    func withWrongUsage() -> Answer? {
        editing { json in
            json.changing("usage", Self.contradicting)
                ?? json.changing("message") { $0.changing("usage", Self.withMoreWritten) }
                ?? json.changing("eval_count") { $0.plus(Self.excess) }
                ?? json.changing("prompt_eval_count") { $0.plus(Self.excess) }
        }
    }

    private static let excess = 1000

    @Sendable private static func contradicting(_ usage: JSON) -> JSON? {
        guard usage["total_tokens"] == nil else {
            let part = usage["completion_tokens"] == nil ? "prompt_tokens" : "completion_tokens"
            return usage.changing(part) { $0.plus(excess) }
        }
        return withMoreWritten(usage)?.changing("output_tokens") { $0.plus(excess) }
    }

    @Sendable private static func withMoreWritten(_ usage: JSON) -> JSON? {
        usage.changing("cache_creation_input_tokens") { $0.plus(excess) }
    }
}
