import BrownoutEngine
import BrownoutJSON

/// Mistral's `POST /v1/embeddings` (wire facts, 8; limits as its API reference says).
enum MistralEmbeddings {
    private static let members: [String] = [
        "model", "input", "encoding_format", "output_dimension", "output_dtype", "metadata",
    ]
    private static let mostInputs = 512

    /// Numbers in a model's vectors, and the most that may be asked for.
    private static func size(of model: String) -> (usual: Int, most: Int) {
        model.hasPrefix("codestral-embed") ? (1_536, 3_072) : (1_024, 1_024)
    }

    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isMistral: Bool
    ) throws(ProviderError) -> EmbeddingRequest {
        guard case .success(let json) = body, case .object = json else {
            throw MistralErrors.notJSON
        }
        var fields = MistralFields(json, at: [])
        if isMistral { fields.allow(members) }
        fields.require("model")
        fields.require("input")
        let model = fields.string("model") ?? ""
        let inputs = MistralInput.texts(&fields)
        let format = fields.word("encoding_format", of: ["float", "base64"])
        _ = fields.word("output_dtype", of: ["float"])
        let (usual, most) = size(of: model)
        let wanted = fields.integer("output_dimension", from: 1) ?? usual
        guard fields.isValid else { throw MistralErrors.invalid(fields.problems) }
        if isMistral, MistralModels.kind(of: model) != .embedding {
            throw MistralErrors.unknownModel(model)
        }
        guard wanted <= most else {
            throw MistralErrors.refusal(
                "output_dimension \(wanted) is more than the model's \(most)")
        }
        guard inputs.count <= mostInputs else {
            throw MistralErrors.refusal(
                "Batch size in request: \(inputs.count), maximum allowed batch size: "
                    + "\(mostInputs)", code: "3210")
        }
        let tokens = inputs.reduce(0) { $0 + TokenEstimate.count($1) }
        return EmbeddingRequest(
            model: model, inputs: inputs.map { .text($0) }, dimensions: wanted,
            size: max(wanted, usual), isBase64: format == "base64", promptTokens: tokens)
    }

    static func body(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> [UInt8] {
        var words = WordStream(context.exchange, salt: .completion)
        var bytes: [UInt8] = []
        let room = request.dimensions * (request.isBase64 ? 6 : 13) + 64
        bytes.reserveCapacity(request.inputs.count * room + 192)
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: words.next().hex + words.next().hex)
        bytes.append(text: "\",\"object\":\"list\",\"data\":[")
        for index in request.inputs.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: "{\"object\":\"embedding\",\"embedding\":")
            OpenAIEmbeddings.append(vector(index), isBase64: request.isBase64, to: &bytes)
            bytes.append(text: ",\"index\":")
            bytes.append(decimal: index)
            bytes.append(UInt8(ascii: "}"))
        }
        OpenAIEmbeddings.appendEnd(request, to: &bytes)
        bytes.append(text: ",\"completion_tokens\":0}}")
        return bytes
    }
}

/// What embeddings and moderations are made of: a text, or texts.
enum MistralInput {
    static func texts(_ fields: inout MistralFields) -> [String] {
        switch fields.value("input") {
        case nil: return []
        case .string(let text)?: return [text]
        case .array(let items)?:
            let texts = items.compactMap(\.stringValue)
            if texts.count != items.count || texts.isEmpty {
                fields.add(
                    "string_type", "input", "Input should be a valid string", .array(items))
            }
            return texts
        case let other?:
            fields.add("string_type", "input", "Input should be a valid string", other)
            return []
        }
    }
}
