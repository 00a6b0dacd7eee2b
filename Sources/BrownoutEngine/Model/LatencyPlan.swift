/// The waits of one answer, each a duration or a distribution.
package struct LatencyPlan: Equatable, Sendable {
    /// The wait before the head of the answer; nil: none by this plan.
    package var beforeHeaders: Latency?
    /// The wait from the head to the first token; nil: as another rule or the scenario's pace says.
    package var firstToken: Latency?
    /// The wait from each token to the next, drawn for each; nil: as another rule or the scenario's
    /// pace says.
    package var betweenTokens: Latency?
    /// From the request to the answer's last byte, in place of what its tokens would take.
    package var whole: Latency?
    /// For each token of the prompt; drawn once for an answer.
    package var perInputToken: Latency?
    /// For each other request whose answer is in progress; drawn once for an answer.
    package var perRequestInFlight: Latency?

    package init(
        beforeHeaders: Latency? = nil, firstToken: Latency? = nil, betweenTokens: Latency? = nil,
        whole: Latency? = nil, perInputToken: Latency? = nil, perRequestInFlight: Latency? = nil
    ) {
        self.beforeHeaders = beforeHeaders
        self.firstToken = firstToken
        self.betweenTokens = betweenTokens
        self.whole = whole
        self.perInputToken = perInputToken
        self.perRequestInFlight = perRequestInFlight
    }
}
