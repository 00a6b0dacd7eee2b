import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension OpenAIDialect {
    func plain(
        ofStream body: [UInt8], _ form: StreamForm, _ endpoint: Endpoint, _ promptTokens: Int
    ) -> ConvertedAnswer? {
        var assembly = OpenAIAssembly(isChat: endpoint.operation == .chat)
        RecordedAnswer.eachFrame(body, form.framing) { assembly.take($0) }
        assembly.outputTokens = RecordedAnswer.tokens(body, form.framing, of: profile.name)
            .reduce(0, +)
        assembly.promptTokens = promptTokens
        return assembly.answer()
    }

    func stream(
        ofPlain json: JSON, _ endpoint: Endpoint, includesUsage: Bool
    ) -> ConvertedAnswer? {
        OpenAIUnfolding(
            json, isChat: endpoint.operation == .chat, includesUsage: includesUsage)?.answer()
    }

    /// The chunk that Azure begins with: no choices, no id, no model, and what its filter found in
    /// the prompt (wire facts, 5).
    func emptyFirstEvent(of form: StreamForm) -> StreamEvent? { Self.azureOpening }

    private static let azureOpening = StreamEvent(
        nil,
        [
            "choices": [], "created": 0, "id": "", "model": "", "object": "",
            "prompt_filter_results": [
                ["prompt_index": 0, "content_filter_results": AzureFilter.nothingFound]
            ],
        ])
}
