extension FaultRow {
    static let page502 = FaultRow(
        ProxyPage.badGateway, layer: .answer, category: .apiError, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .noJSON],
        summary: "a content network's 502 page: the provider cannot be reached")
}
