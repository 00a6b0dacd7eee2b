extension FaultRow {
    static let pagePortal = FaultRow(
        ProxyPage.portal, layer: .answer, category: .networkError, isRetryable: false,
        traits: [.spoils, .replaces, .plain, .noJSON],
        summary: "a captive portal's sign-in page, 200 and HTML")
}
