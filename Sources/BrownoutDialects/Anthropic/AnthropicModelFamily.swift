/// Anthropic's families of models: which names there are, and what a model takes.
///
/// A name is `claude-`, then a line and a generation in either order (`claude-sonnet-4-5`,
/// `claude-3-5-haiku`), then perhaps a date or `latest`. The first models had no line.
struct AnthropicModelFamily: Equatable, Sendable {
    /// `opus`, `sonnet`, …; empty for the first models.
    private(set) var line: Substring = ""
    private(set) var major = 0
    private(set) var minor = 0
    /// A date, `latest`, `preview`; empty for none.
    private(set) var rest: Substring = ""

    private static let lines = ["opus", "sonnet", "haiku", "fable", "mythos"]

    /// nil for a name of no family.
    init?(_ model: some StringProtocol) {
        guard model.begins(with: "claude-") else { return nil }
        var parts = Substring(model).dropFirst(7).split(
            separator: "-", omittingEmptySubsequences: false)[...]
        takeLine(&parts)
        let hasVersion = takeVersion(&parts)
        if line.isEmpty { takeLine(&parts) }
        if let part = parts.first { rest = part }
        let isPreview = parts.first == "preview" && parts.count == 1
        guard hasVersion || (isPreview && !line.isEmpty) else { return nil }
        // The only ones without a line, and the only line without a generation.
        if line.isEmpty, major > 2 || major == 0 { return nil }
        if parts.contains(where: \.isEmpty) { return nil }
    }

    private mutating func takeLine(_ parts: inout ArraySlice<Substring>) {
        guard let part = parts.first, Self.lines.contains(String(part)) || part == "instant"
        else { return }
        line = part
        parts.removeFirst()
    }

    /// One or two numbers of one or two digits, or `2.1`.
    private mutating func takeVersion(_ parts: inout ArraySlice<Substring>) -> Bool {
        guard let part = parts.first else { return false }
        let numbers = part.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = Self.number(numbers[0]), numbers.count <= 2 else { return false }
        major = first
        if numbers.count == 2 {
            guard let second = Self.number(numbers[1]) else { return false }
            minor = second
        }
        parts.removeFirst()
        if numbers.count == 1, let next = parts.first, let second = Self.number(next) {
            minor = second
            parts.removeFirst()
        }
        return true
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count) else { return nil }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    static func has(_ model: String) -> Bool { AnthropicModelFamily(model) != nil }

    /// Tokens of the shortest prefix that is kept (Anthropic's guide to prompt caching).
    static func leastCached(_ model: String) -> Int {
        model.contains("haiku") ? 2_048 : 1_024
    }

    /// Whether the model is of a generation or of a later one.
    func isFrom(_ major: Int, _ minor: Int) -> Bool {
        // A preview has no generation, and is of the newest.
        self.major == 0 || (self.major, self.minor) >= (major, minor)
    }

    /// What the model takes, as Anthropic's model pages say. `beta` is `anthropic-beta`.
    func limits(beta: String) -> ModelLimits {
        ModelLimits(window: window(beta), output: output(beta))
    }

    private func window(_ beta: String) -> Int {
        if major == 1 || line == "instant" || (major == 2 && minor == 0) { return 100_000 }
        if line != "haiku", isFrom(4, 6) { return 1_000_000 }
        if line != "haiku", isFrom(4, 0), beta.contains("context-1m-") { return 1_000_000 }
        return 200_000
    }

    private func output(_ beta: String) -> Int {
        if line == "instant" || !isFrom(3, 5) { return 4_096 }
        if !isFrom(3, 7) { return 8_192 }
        if !isFrom(4, 0) { return beta.contains("output-128k-") ? 128_000 : 64_000 }
        if line == "opus", !isFrom(4, 5) { return 32_000 }
        // Clients of Anthropic's ask Sonnet 4.6 for as many by themselves.
        if line != "haiku", isFrom(4, 6) { return 128_000 }
        return isFrom(5, 0) ? 128_000 : 64_000
    }

    /// The beginning of the day in its name; nil where that has none.
    var day: String? {
        guard rest.utf8.count == 8, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return "\(rest.prefix(4))-\(rest.dropFirst(4).prefix(2))-\(rest.suffix(2))T00:00:00Z"
    }

    /// The line as Anthropic names it; nil where there is none.
    var lineName: String? { line.isEmpty || line == "instant" ? nil : String(line) }

    /// How a list of models shows it: `Claude Opus 4.7`.
    var displayName: String {
        var name = "Claude"
        if let first = line.first { name += " " + first.uppercased() + line.dropFirst() }
        if major > 0 { name += " \(major)" + (minor > 0 ? ".\(minor)" : "") }
        return name
    }
}
