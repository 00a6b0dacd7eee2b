extension FaultRow {
    static let page503 = FaultRow(
        ProxyPage.unreachable, layer: .answer, category: .apiError, isRetryable: true,
        traits: [.spoils, .replaces, .plain, .noJSON],
        summary: "Envoy's 503 in plain text: the provider cannot be reached")
}
