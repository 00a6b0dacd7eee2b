import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// `POST /api/embed`, of many texts, and `POST /api/embeddings`, of one (Ollama's
/// `server/routes.go`).
enum OllamaEmbeddings {
    static func parse(_ request: RoutedRequest) throws(ProviderError) -> EmbeddingRequest {
        let isOlder = request.route.endpoint == .embedding
        let field = GoField(name: isOlder ? "EmbeddingRequest" : "EmbedRequest")
        let body = try field.body(of: request)
        let model = try field.string(body["model"], "model")
        if model.isEmpty {
            throw isOlder ? OllamaErrors.noModel : OllamaErrors.unknownModel(model)
        }
        let inputs =
            isOlder
            ? [try field.string(body["prompt"], "prompt")].filter { !$0.isEmpty }
            : try inputs(body["input"])
        guard model.utf8.count <= ChatRequest.longestModel,
            !request.isOfItsOwnModels || OllamaFamily.has(model)
        else { throw OllamaErrors.notPulled(model) }
        _ = try OllamaOptions(
            field.object(body["options"], "options", of: "map[string]interface {}"))
        let size = OllamaFamily(model)?.dimensions ?? 4_096
        let wanted = try field.integer(body["dimensions"], "dimensions") ?? 0
        var embedding = EmbeddingRequest(
            model: model, inputs: inputs.map { .text($0) },
            dimensions: wanted > 0 ? min(wanted, size) : size, size: size,
            isBase64: body["encoding_format"] == "base64",
            promptTokens: inputs.reduce(0) { $0 + TokenEstimate.count($1) })
        embedding.endpoint = request.route.endpoint
        return embedding
    }

    /// A text or a list of texts; an empty text is none.
    private static func inputs(_ value: JSON?) throws(ProviderError) -> [String] {
        switch value {
        case nil, .null?: return []
        case .string(let text)?: return text.isEmpty ? [] : [text]
        case .array(let items)?:
            var texts: [String] = []
            for item in items {
                guard let text = item.stringValue else {
                    throw OllamaErrors.refusal("invalid input type")
                }
                texts.append(text)
            }
            return texts
        default: throw OllamaErrors.refusal("invalid input type")
        }
    }

    /// `vector` gives the vector of an input by its index.
    static func answer(
        _ request: EmbeddingRequest, _ context: AnswerContext, vector: (Int) -> [Float]
    ) -> Answer {
        var bytes: [UInt8] = []
        // All at once: growing in steps would copy what is there again and again.
        bytes.reserveCapacity(request.inputs.count * (request.dimensions * 13 + 64) + 256)
        if request.endpoint == .embedding {
            bytes.append(text: "{\"embedding\":")
            if request.inputs.isEmpty { bytes.append(text: "[]") }
            if !request.inputs.isEmpty { bytes.append(list: vector(0)) }
            bytes.append(UInt8(ascii: "}"))
            return OllamaDialect.plain(bytes, context)
        }
        bytes.append(text: "{\"model\":")
        bytes.appendGo(string: request.model)
        bytes.append(text: ",\"embeddings\":[")
        for index in request.inputs.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(list: vector(index))
        }
        bytes.append(UInt8(ascii: "]"))
        if !request.inputs.isEmpty {
            let durations = OllamaDurations(
                context.exchange, promptTokens: request.promptTokens, tokens: 0)
            bytes.append(text: ",\"total_duration\":")
            bytes.append(decimal: Int(durations.total))
            bytes.append(text: ",\"load_duration\":")
            bytes.append(decimal: Int(durations.load))
            bytes.append(text: ",\"prompt_eval_count\":")
            bytes.append(decimal: request.promptTokens)
        }
        bytes.append(UInt8(ascii: "}"))
        return OllamaDialect.plain(bytes, context)
    }
}
