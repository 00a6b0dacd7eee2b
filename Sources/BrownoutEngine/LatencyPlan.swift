/// The waits of one answer, each a duration or a distribution.
package struct LatencyPlan: Equatable, Sendable {
    package var beforeHeaders: Latency?
    package var firstToken: Latency?
    package var betweenTokens: Latency?

    package init(
        beforeHeaders: Latency? = nil, firstToken: Latency? = nil, betweenTokens: Latency? = nil
    ) {
        self.beforeHeaders = beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
    }
}
