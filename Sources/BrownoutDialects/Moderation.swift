/// The judgement of one input of `POST /v1/moderations`.
package struct Moderation: Equatable, Sendable {
    /// What OpenAI looks for, in the order of its answers (wire facts, 3).
    package enum Category: String, CaseIterable, Sendable {
        case harassment
        case harassmentThreatening = "harassment/threatening"
        case hate
        case hateThreatening = "hate/threatening"
        case illicit
        case illicitViolent = "illicit/violent"
        case selfHarm = "self-harm"
        case selfHarmIntent = "self-harm/intent"
        case selfHarmInstructions = "self-harm/instructions"
        case sexual
        case sexualMinors = "sexual/minors"
        case violence
        case violenceGraphic = "violence/graphic"

        /// Whether the models before `omni-moderation` know it.
        package var isOld: Bool { self != .illicit && self != .illicitViolent }

        /// Whether pictures are judged by it.
        package var seesImages: Bool {
            switch self {
            case .selfHarm, .selfHarmIntent, .selfHarmInstructions, .sexual, .violence,
                .violenceGraphic:
                true
            default: false
            }
        }
    }

    /// One for each category, in their order, between 0 and 1.
    package var scores: [Double]

    /// Scores of this or more are flagged.
    package static let threshold = 0.5

    /// Takes one score for each category, in their order; another number of them is our mistake.
    package init(scores: [Double]) {
        precondition(scores.count == Category.allCases.count, "a score for each category")
        self.scores = scores
    }
}
