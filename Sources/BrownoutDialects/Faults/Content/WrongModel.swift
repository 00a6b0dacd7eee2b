import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `wrong-model`: the answer names a model that nobody asked for, as gateways that fall back
    /// in silence do.
    func withWrongModel(_ profile: ProviderProfile) -> Answer? {
        let (others, models) = (profile.otherModels, profile.answers.models)
        @Sendable func another(_ model: JSON) -> JSON? {
            guard case .string(let name) = model else { return nil }
            return .string(name == others.0 ? others.1 : others.0)
        }
        return editing { $0.changing(models, another) }
    }
}
