extension FaultRow {
    static let noDone = FaultRow(
        MissingPart.done, layer: .events, need: .streamWith(.endMarker), category: .networkError,
        isRetryable: true, traits: [.spoils, .readsAnswer, .edits, .aboutEnd],
        summary: "a stream without what marks its end: OpenAI's `[DONE]`, Ollama's `done`")
}
