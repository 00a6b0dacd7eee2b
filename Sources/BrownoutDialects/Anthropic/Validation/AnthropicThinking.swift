import BrownoutJSON

/// `thinking`, and what may not come with it (Anthropic's guide to extended thinking).
struct AnthropicThinking {
    private(set) var isOn = false

    private static let guide =
        "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/"
        + "extended-thinking"

    /// `limit` is `max_tokens`; nil where it does not matter.
    init(_ thinking: JSON?, limit: Int?) throws(ProviderError) {
        guard let thinking, !thinking.isNull else { return }
        let type = try AnthropicField.tag(
            thinking, "thinking", among: ["adaptive", "between_tools", "disabled", "enabled"])
        if let display = thinking["display"], !display.isNull {
            try AnthropicField.word(
                display, "thinking.\(type).display", ["summarized", "omitted"])
        }
        switch type {
        case "enabled":
            isOn = true
            try Self.checkBudget(thinking["budget_tokens"], limit)
        case "adaptive": isOn = true
        default: break
        }
    }

    private static func checkBudget(_ value: JSON?, _ limit: Int?) throws(ProviderError) {
        let place = "thinking.enabled.budget_tokens"
        guard let budget = try AnthropicField.integer(value, place) else {
            throw AnthropicField.missing(place)
        }
        guard budget >= 1024 else {
            throw AnthropicField.refusal(place, "Input should be greater than or equal to 1024")
        }
        if let limit, budget >= limit {
            throw AnthropicField.refusal(
                "`max_tokens` must be greater than `thinking.budget_tokens`. "
                    + "\(guide)#max-tokens-and-context-window-size")
        }
    }

    /// Sampling is the model's own while it thinks.
    func check(
        temperature: JSON?, topP: JSON?, topK: JSON?, choice: ChatRequest.ToolChoice
    ) throws(ProviderError) {
        guard isOn else { return }
        let advice =
            "\(Self.guide)#important-considerations-when-using-extended-thinking"
        if let temperature = temperature?.doubleValue, temperature != 1 {
            throw AnthropicField.refusal(
                "`temperature` may only be set to 1 when thinking is enabled. \(advice)")
        }
        if let topP = topP?.doubleValue, topP < 0.95 {
            throw AnthropicField.refusal(
                "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled. "
                    + advice)
        }
        if topK?.intValue != nil {
            throw AnthropicField.refusal(
                "`top_k` must be unset when thinking is enabled. \(advice)")
        }
        switch choice {
        case .required, .named:
            throw AnthropicField.refusal(
                "Thinking may not be enabled when tool_choice forces tool use.")
        case .automatic, .none: break
        }
    }
}
