extension FaultRow {
    static let page520 = FaultRow(
        ProxyPage.unknownError, layer: .answer, category: .apiError, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .noJSON],
        summary: "a content network's 520 page: the provider made no sense")
}
