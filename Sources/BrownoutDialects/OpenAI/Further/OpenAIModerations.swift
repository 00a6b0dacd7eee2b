import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// OpenAI's `POST /v1/moderations` (wire facts, 3): the request checked, the answer in its form.
enum OpenAIModerations {
    static let usualModel = "omni-moderation-latest"

    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isOpenAI: Bool
    ) throws(ProviderError) -> ModerationRequest {
        guard case .success(let body) = body, case .object = body else {
            throw OpenAIErrors.notJSON
        }
        var model = usualModel
        if let value = body["model"], !value.isNull { model = try OpenAIInput.model(value) }
        if isOpenAI { try OpenAIFamilies.check(model, for: .moderations) }
        let inputs = try inputs(body["input"])
        let tokens = inputs.reduce(0) { $0 + TokenEstimate.count($1.text) }
        return ModerationRequest(model: model, inputs: inputs, promptTokens: tokens)
    }

    private static func inputs(_ value: JSON?) throws(ProviderError) -> [ModerationRequest.Input] {
        switch value {
        case nil, .null?: throw OpenAIField.missing("input")
        case .string(let text)?: return [text].map(input)
        case .array(let items)?:
            guard !items.isEmpty else { throw OpenAIField.emptyArray("input") }
            guard items.count <= OpenAIInput.most else {
                throw OpenAIField.refusal(
                    "Invalid 'input': array too long. Expected an array with maximum length "
                        + "\(OpenAIInput.most), but got an array with length \(items.count) "
                        + "instead.", "input", "array_above_max_length")
            }
            let texts = items.compactMap(\.stringValue)
            if texts.count == items.count { return texts.map(input) }
            return [try parts(items)]
        case let other?:
            throw OpenAIField.type("input", "one of a string or array of objects", other)
        }
    }

    private static func input(_ text: String) -> ModerationRequest.Input {
        ModerationRequest.Input(text: text, hasText: true, hasImage: false)
    }

    /// Texts and pictures that are judged together.
    private static func parts(_ items: [JSON]) throws(ProviderError) -> ModerationRequest.Input {
        var texts: [String] = []
        var hasImage = false
        for (index, item) in items.enumerated() {
            let name = "input[\(index)]"
            guard case .object = item else { throw OpenAIField.type(name, "an object", item) }
            let type = try OpenAIField.string(item["type"], name + ".type")
            switch type {
            case "text": texts.append(try OpenAIField.string(item["text"], name + ".text"))
            case "image_url":
                guard let image = item["image_url"] else {
                    throw OpenAIField.missing(name + ".image_url")
                }
                _ = try OpenAIField.string(image["url"], name + ".image_url.url")
                hasImage = true
            default:
                throw OpenAIField.value(name + ".type", type, of: "'text' and 'image_url'")
            }
        }
        return ModerationRequest.Input(
            text: texts.joined(separator: "\n"), hasText: !texts.isEmpty, hasImage: hasImage)
    }

    static func body(
        _ request: ModerationRequest, _ judgements: [Moderation], _ context: AnswerContext
    ) -> [UInt8] {
        var words = WordStream(context.exchange, salt: .moderation)
        let isOld = request.model.hasPrefix("text-moderation-")
        let categories = Moderation.Category.allCases.enumerated().filter {
            !isOld || $0.element.isOld
        }
        var writer = JSONWriter(reservingCapacity: 1024 * request.inputs.count)
        writer.beginObject()
        writer.field("id", "modr-" + words.next().hex + words.next().hex)
        writer.field("model", request.model)
        writer.key("results")
        writer.beginArray()
        for (input, judgement) in zip(request.inputs, judgements) {
            func isFlagged(_ index: Int) -> Bool {
                judgement.scores[index] >= Moderation.threshold
            }
            writer.beginObject()
            writer.field("flagged", categories.contains { isFlagged($0.offset) })
            writer.key("categories")
            writer.beginObject()
            for (index, category) in categories {
                writer.key(category.rawValue)
                writer.bool(isFlagged(index))
            }
            writer.endObject()
            writer.key("category_scores")
            writer.beginObject()
            for (index, category) in categories {
                writer.key(category.rawValue)
                writer.raw("\(judgement.scores[index])")
            }
            writer.endObject()
            if !isOld { writeInputTypes(input, categories.map(\.element), &writer) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// Which parts of an input each score is about.
    private static func writeInputTypes(
        _ input: ModerationRequest.Input, _ categories: [Moderation.Category],
        _ writer: inout JSONWriter
    ) {
        writer.key("category_applied_input_types")
        writer.beginObject()
        for category in categories {
            writer.key(category.rawValue)
            writer.beginArray()
            if input.hasText { writer.string("text") }
            if input.hasImage, category.seesImages { writer.string("image") }
            writer.endArray()
        }
        writer.endObject()
    }
}
