import BrownoutEngine

/// How much a model takes and gives, in tokens.
struct ModelLimits: Equatable, Sendable {
    /// Prompt and answer together.
    var window: Int
    /// The answer alone.
    var output: Int
}

/// Which names of models a provider accepts.
enum ModelNames {
    /// The families a provider has, of any date, and what the scenario adds (`models`). Providers
    /// of a scenario's own have any model.
    static func accepts(_ model: String, by route: Route, in scenario: Scenario) -> Bool {
        if !route.isOriginal || isAdded(model, to: scenario) { return true }
        return Dialects.of(route.dialect).has(model)
    }

    /// Whether the scenario names a model as one that there is.
    static func isAdded(_ model: String, to scenario: Scenario) -> Bool {
        scenario.models.contains { $0.matches(model) }
    }

    /// What the provider says to a chat with a model that it does not have, or that does not chat;
    /// nil where it has it.
    static func refusal(
        of model: String, by route: Route, in scenario: Scenario
    ) -> ProviderError? {
        if !route.isOriginal || isAdded(model, to: scenario) { return nil }
        return Dialects.of(route.dialect).refusal(ofChatWith: model)
    }
}

extension StringProtocol {
    /// Whether a text begins with another, byte by byte.
    func begins(with prefix: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        guard utf8.count >= wanted.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { own in
            for index in wanted.indices where own[index] != wanted[index] { return false }
            return true
        }
        return isSame ?? utf8.starts(with: wanted)
    }
}
