import BrownoutJSON

/// `options`: what a model is to be run with. Those that do not exist are passed over, others have
/// to be of their type (Ollama's `api/types.go`, `FromMap`).
struct OllamaOptions {
    /// Tokens the answer may have; nil: no limit.
    private(set) var limit: Int?
    private(set) var stop: [String] = []
    /// Tokens of prompt and answer; nil: as many as there are.
    private(set) var window: Int?

    private static let integers = [
        "num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch",
        "num_gpu", "main_gpu", "num_thread", "mirostat",
    ]
    private static let decimals = [
        "top_p", "min_p", "typical_p", "tfs_z", "temperature", "repeat_penalty",
        "presence_penalty", "frequency_penalty", "mirostat_tau", "mirostat_eta",
    ]
    private static let switches = [
        "numa", "low_vram", "vocab_only", "use_mmap", "use_mlock", "penalize_newline",
    ]

    init(_ members: [JSONMember]) throws(ProviderError) {
        for member in members where !member.value.isNull {
            switch member.key {
            case "stop": stop = try Self.texts(member)
            case let name where Self.integers.contains(name):
                guard let value = member.value.doubleValue else {
                    throw Self.refusal(name, "of type integer")
                }
                if name == "num_predict", value >= 1 { limit = Int(min(value, 1e9)) }
                if name == "num_ctx", value >= 1 { window = Int(min(value, 1e9)) }
            case let name where Self.decimals.contains(name):
                if member.value.doubleValue == nil { throw Self.refusal(name, "of type float32") }
            case let name where Self.switches.contains(name):
                if member.value.boolValue == nil { throw Self.refusal(name, "of type boolean") }
            default: break
            }
        }
    }

    private static func texts(_ member: JSONMember) throws(ProviderError) -> [String] {
        guard let items = member.value.arrayValue else {
            throw refusal(member.key, "of type array")
        }
        var texts: [String] = []
        for item in items {
            guard let text = item.stringValue else {
                throw refusal(member.key, "of an array of strings")
            }
            texts.append(text)
        }
        return texts
    }

    /// The scheduler reads them, whose errors are the server's.
    private static func refusal(_ name: String, _ type: String) -> ProviderError {
        OllamaErrors.error(500, "option \"\(name)\" must be \(type)")
    }
}
