package import BrownoutEngine

/// Reads a request the way the provider it is addressed to would.
package struct Router: Sendable {
    /// `providers` of the scenario, each reached at `/<name>/…`.
    private let providers: [VirtualProvider]

    package init(scenario: Scenario) {
        providers = scenario.providers
    }

    /// What the request is and what a healthy provider would do with it. Never fails: a request
    /// no provider would take becomes ``ParsedRequest/Intent/refuse(_:)``.
    package func parse(_ request: IncomingRequest) -> ParsedRequest {
        ParsedRequest(
            facts: RequestFacts(
                provider: "openai", dialect: .openai, endpoint: .unknown,
                call: CallKey(digest: 0)),
            intent: .refuse(
                ProviderError(status: 404, type: "invalid_request_error", message: "")))
    }
}
