extension FaultRow {
    static let page524 = FaultRow(
        ProxyPage.timeout, layer: .answer, category: .timeout, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .noJSON],
        summary: "a content network's 524 page: the provider took too long")
}
