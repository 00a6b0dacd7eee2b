extension FaultRow {
    static let pageChallenge = FaultRow(
        ProxyPage.challenge, layer: .answer, category: .auth, isRetryable: false,
        traits: [.spoils, .replaces, .plain, .noJSON], summary: "a bot check, 403 and HTML")
}
