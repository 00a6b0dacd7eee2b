import BrownoutEngine
import BrownoutJSON

/// Mistral's `POST /v1/moderations`: its own categories, each judged as the nearest of OpenAI's.
enum MistralModerations {
    private static let categories: [(name: String, nearest: [Moderation.Category])] = [
        ("sexual", [.sexual, .sexualMinors]),
        ("hate_and_discrimination", [.hate, .hateThreatening, .harassment]),
        ("violence_and_threats", [.violence, .violenceGraphic, .harassmentThreatening]),
        ("dangerous_and_criminal_content", [.illicit, .illicitViolent]),
        ("selfharm", [.selfHarm, .selfHarmIntent, .selfHarmInstructions]),
        ("health", []), ("financial", []), ("law", []), ("pii", []),
    ]
    /// The score of what nobody here looks for.
    private static let least = 0.0001

    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isMistral: Bool
    ) throws(ProviderError) -> ModerationRequest {
        guard case .success(let json) = body, case .object = json else {
            throw MistralErrors.notJSON
        }
        var fields = MistralFields(json, at: [])
        if isMistral { fields.allow(["model", "input", "metadata"]) }
        fields.require("model")
        fields.require("input")
        let model = fields.string("model") ?? ""
        let texts = MistralInput.texts(&fields)
        guard fields.isValid else { throw MistralErrors.invalid(fields.problems) }
        if isMistral, MistralModels.kind(of: model) != .moderation {
            throw MistralErrors.unknownModel(model)
        }
        return ModerationRequest(
            model: model,
            inputs: texts.map { .init(text: $0, hasText: true, hasImage: false) },
            promptTokens: texts.reduce(0) { $0 + TokenEstimate.count($1) })
    }

    static func body(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> [UInt8] {
        var words = WordStream(context.exchange, salt: .moderation)
        var writer = JSONWriter(reservingCapacity: 640 * request.inputs.count + 128)
        writer.beginObject()
        writer.field("id", words.next().hex + words.next().hex)
        writer.field("model", request.model)
        writer.key("results")
        writer.beginArray()
        for judgement in judgements {
            let scores = categories.map { score($0.nearest, judgement) }
            writer.beginObject()
            writer.key("categories")
            writer.beginObject()
            for (category, score) in zip(categories, scores) {
                writer.key(category.name)
                writer.bool(score >= Moderation.threshold)
            }
            writer.endObject()
            writer.key("category_scores")
            writer.beginObject()
            for (category, score) in zip(categories, scores) {
                writer.key(category.name)
                writer.raw("\(score)")
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func score(
        _ nearest: [Moderation.Category], _ judgement: Moderation
    ) -> Double {
        let all = Moderation.Category.allCases
        return nearest.compactMap { all.firstIndex(of: $0).map { judgement.scores[$0] } }.max()
            ?? least
    }
}
