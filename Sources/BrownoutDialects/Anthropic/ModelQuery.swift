import BrownoutEngine
import BrownoutJSON

/// Which models `GET /v1/models` is asked for: Anthropic lists them page by page. OpenAI's list
/// is always whole.
package struct ModelQuery: Equatable, Sendable {
    /// `active`, `deprecated`, `retired`; empty: those that can be used.
    var lifecycles: [String] = []
    var limit = 20
    /// The page begins behind this model.
    var after: String?
    /// The page ends before this model.
    var before: String?

    /// A query that says nothing: for providers whose list is always whole.
    package init() {}

    /// Reads the query of a request's target as Anthropic does; what it does not know is ignored.
    init(target: String) throws(ProviderError) {
        guard let query = RequestAddress.query(of: target) else { return }
        for pair in query.split(separator: "&") {
            let parts = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? PercentEncoding.decoded(parts[1]) : ""
            switch PercentEncoding.decoded(parts[0]) {
            case "lifecycle", "lifecycle[]": try add(lifecycle: value)
            case "limit": limit = try Self.limit(value)
            case "after_id": after = value
            case "before_id": before = value
            default: break
            }
        }
    }

    private mutating func add(lifecycle: String) throws(ProviderError) {
        let place = "lifecycle.\(lifecycles.count)"
        guard lifecycles.count < AnthropicModels.Lifecycle.words.count else {
            throw AnthropicField.refusal(
                "lifecycle", "List should have at most 3 items after validation")
        }
        try AnthropicField.word(.string(lifecycle), place, AnthropicModels.Lifecycle.words)
        lifecycles.append(lifecycle)
    }

    private static func limit(_ text: String) throws(ProviderError) -> Int {
        guard let limit = Int(text) else {
            throw AnthropicField.refusal(
                "limit", "Input should be a valid integer, unable to parse string as an integer")
        }
        guard limit >= 1 else {
            throw AnthropicField.refusal("limit", "Input should be greater than or equal to 1")
        }
        guard limit <= 1000 else {
            throw AnthropicField.refusal("limit", "Input should be less than or equal to 1000")
        }
        return limit
    }

    /// The page among models by their ids, and whether there are more in its direction.
    func page(of ids: [String]) -> (range: Range<Int>, hasMore: Bool) {
        if let before {
            let end = ids.firstIndex(of: before) ?? 0
            let start = max(end - limit, 0)
            return (start..<end, start > 0)
        }
        let start = after.map { ids.firstIndex(of: $0).map { $0 + 1 } ?? ids.count } ?? 0
        let end = min(start + limit, ids.count)
        return (start..<end, end < ids.count)
    }
}
