import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// OpenAI's `POST /v1/embeddings`: the request checked, the answer put into its form (wire facts,
/// 3; the limits are those of OpenAI's API reference).
enum OpenAIEmbeddings {
    /// Tokens of an input, and of all inputs, at most.
    static let longestInput = 8_192
    static let mostTokens = 300_000
    private static let oldModel = "text-embedding-ada-002"

    /// Numbers in a model's vectors; models that we do not know have OpenAI's usual size.
    private static func size(of model: String) -> Int {
        model.hasPrefix("text-embedding-3-large") ? 3_072 : 1_536
    }

    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isOpenAI: Bool
    ) throws(ProviderError) -> EmbeddingRequest {
        guard case .success(let body) = body, case .object = body else {
            throw OpenAIErrors.notJSON
        }
        let model = try OpenAIInput.model(body["model"])
        if isOpenAI { try OpenAIFamilies.check(model, for: .embeddings) }
        let inputs = try OpenAIInput.read(body["input"], "input", allowsEmpty: false)
        let tokens = try count(inputs)
        let isBase64: Bool
        switch body["encoding_format"] {
        case nil, .null?, .string("float")?: isBase64 = false
        case .string("base64")?: isBase64 = true
        case .string(let other)?:
            throw OpenAIField.value("encoding_format", other, of: "'float' and 'base64'")
        case let other?: throw OpenAIField.type("encoding_format", "a string", other)
        }
        let size = size(of: model)
        return EmbeddingRequest(
            model: model, inputs: inputs,
            dimensions: try dimensions(body["dimensions"], model, size), size: size,
            isBase64: isBase64, promptTokens: tokens)
    }

    private static func count(_ inputs: [PromptInput]) throws(ProviderError) -> Int {
        var sum = 0
        for input in inputs {
            let count = input.count
            guard count <= longestInput else {
                throw OpenAIInput.tooLong(window: longestInput, prompt: count, answer: 0)
            }
            sum += count
        }
        guard sum <= mostTokens else {
            throw ProviderError(
                status: 400, type: "max_tokens_per_request",
                message: "Requested \(sum) tokens, max \(mostTokens) tokens per request",
                code: "max_tokens_per_request")
        }
        return sum
    }

    private static func dimensions(
        _ value: JSON?, _ model: String, _ size: Int
    ) throws(ProviderError) -> Int {
        guard let wanted = try OpenAIField.integer(value, "dimensions", in: 1...Int.max) else {
            return size
        }
        guard model != oldModel else {
            throw OpenAIField.refusal(
                "This model does not support specifying dimensions.", nil, nil)
        }
        guard wanted <= size else {
            throw OpenAIField.refusal(
                "Invalid value for 'dimensions' = \(wanted). Must be less than or equal to "
                    + "\(size).", nil, nil)
        }
        return wanted
    }

    /// `vector` gives the vector of an input by its index.
    static func body(_ request: EmbeddingRequest, vector: (Int) -> [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        // All at once: growing in steps would copy what is there again and again.
        let room = request.dimensions * (request.isBase64 ? 6 : 13) + 64
        bytes.reserveCapacity(request.inputs.count * room + 128)
        bytes.append(text: "{\"object\":\"list\",\"data\":[")
        for index in request.inputs.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: "{\"object\":\"embedding\",\"index\":")
            bytes.append(decimal: index)
            bytes.append(text: ",\"embedding\":")
            append(vector(index), isBase64: request.isBase64, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        appendEnd(request, to: &bytes)
        bytes.append(text: "}}")
        return bytes
    }

    /// A vector as it was asked for.
    static func append(_ vector: [Float], isBase64: Bool, to bytes: inout [UInt8]) {
        guard isBase64 else { return bytes.append(list: vector) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(base64: vector)
        bytes.append(UInt8(ascii: "\""))
    }

    /// What stands behind the vectors, up to the end of the usage.
    static func appendEnd(_ request: EmbeddingRequest, to bytes: inout [UInt8]) {
        bytes.append(text: "],\"model\":")
        bytes.appendJSON(string: request.model)
        bytes.append(text: ",\"usage\":{\"prompt_tokens\":")
        bytes.append(decimal: request.promptTokens)
        bytes.append(text: ",\"total_tokens\":")
        bytes.append(decimal: request.promptTokens)
    }
}
