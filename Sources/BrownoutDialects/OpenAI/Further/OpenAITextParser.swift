import BrownoutEngine
import BrownoutJSON

/// Reads and checks the body of OpenAI's `POST /v1/completions` (OpenAI's API reference).
enum OpenAITextParser {
    /// The document separator that a missing prompt stands for.
    private static let separator = "<|endoftext|>"
    private static let usualLimit = 16
    private static let mostCandidates = 128
    private static let mostLogprobs = 5
    /// Answers to all prompts of a request at most; ours.
    private static let mostAnswers = 2_048
    private static let infillModel = "gpt-3.5-turbo-instruct"

    static func parse(
        _ body: Result<JSON, IncomingRequest.BodyProblem>, isOpenAI: Bool
    ) throws(ProviderError) -> TextRequest {
        guard case .success(let body) = body, case .object = body else {
            throw OpenAIErrors.notJSON
        }
        let model = try OpenAIInput.model(body["model"])
        if isOpenAI { try OpenAIFamilies.check(model, for: .completions) }
        var prompts: [PromptInput] = [.text(separator)]
        if let value = body["prompt"], !value.isNull {
            prompts = try OpenAIInput.read(value, "prompt", allowsEmpty: true)
        }
        var chat = ChatRequest(
            model: model, stream: try OpenAIField.bool(body["stream"], "stream") ?? false)
        chat.userText = prompts.map(\.text).joined(separator: "\n")
        chat.promptTokens =
            prompts.reduce(0) { $0 + $1.count } + (try suffixTokens(body["suffix"], model))
        chat.maxTokens =
            try OpenAIField.integer(body["max_tokens"], "max_tokens", in: 0...Int.max)
            ?? usualLimit
        chat.stop = try OpenAIField.stopSequences(body["stop"])
        try chat.readStreamOptions(body["stream_options"])
        // The older endpoint pads nothing.
        chat.includeObfuscation = false
        try checkSampling(body)
        var request = TextRequest(chat: chat, prompts: prompts)
        request.echoes = try OpenAIField.bool(body["echo"], "echo") ?? false
        request.logprobs = try OpenAIField.integer(
            body["logprobs"], "logprobs", in: 0...mostLogprobs)
        try readCounts(body, &request)
        try checkWindow(request)
        return request
    }

    private static func checkSampling(_ body: JSON) throws(ProviderError) {
        try OpenAIField.decimal(body["temperature"], "temperature", in: 0...2)
        try OpenAIField.decimal(body["top_p"], "top_p", in: 0...1)
        try OpenAIField.decimal(body["presence_penalty"], "presence_penalty", in: -2...2)
        try OpenAIField.decimal(body["frequency_penalty"], "frequency_penalty", in: -2...2)
        _ = try OpenAIField.integer(body["seed"], "seed", in: Int.min...Int.max)
    }

    private static func suffixTokens(
        _ value: JSON?, _ model: String
    ) throws(ProviderError) -> Int {
        guard let value, !value.isNull else { return 0 }
        let suffix = try OpenAIField.string(value, "suffix")
        guard !["davinci-002", "babbage-002"].contains(model) else {
            throw OpenAIField.refusal(
                "Unsupported parameter: 'suffix' is not supported with this model. It is only "
                    + "supported for \(infillModel).", "suffix", "unsupported_parameter")
        }
        return TokenEstimate.count(suffix)
    }

    private static func readCounts(
        _ body: JSON, _ request: inout TextRequest
    ) throws(ProviderError) {
        let choices = try OpenAIField.integer(body["n"], "n", in: 1...mostCandidates)
        let best = try OpenAIField.integer(body["best_of"], "best_of", in: 1...mostCandidates)
        request.choices = choices ?? 1
        request.candidates = best ?? request.choices
        guard request.candidates >= request.choices else {
            throw OpenAIField.refusal(
                "You requested that the server return more choices than it will generate (HINT: "
                    + "you must set 'n' (currently \(request.choices)) to be at most 'best_of' "
                    + "(currently \(request.candidates)), or omit either parameter if you don't "
                    + "specifically want to use them.)", "best_of", nil)
        }
        guard !request.chat.stream || request.candidates == request.choices else {
            throw OpenAIField.refusal(
                "You cannot stream results when 'best_of' is greater than 'n'.", "best_of", nil)
        }
        let all = request.prompts.count * request.candidates
        guard all <= mostAnswers else {
            throw OpenAIField.refusal(
                "Too many completions requested: \(request.prompts.count) prompts with "
                    + "\(request.candidates) completions each. At most \(mostAnswers) are "
                    + "possible.", "prompt", nil)
        }
        request.chat.choices = all
    }

    /// What each prompt and the answer to it may have together.
    private static func checkWindow(_ request: TextRequest) throws(ProviderError) {
        let window = OpenAIModelFamily.window(of: request.chat.model)
        let limit = request.chat.maxTokens ?? 0
        let longest = request.prompts.map(\.count).max() ?? 0
        guard limit <= window, longest + limit <= window else {
            throw OpenAIInput.tooLong(
                window: window, prompt: longest, answer: min(limit, 1_000_000_000))
        }
    }
}
