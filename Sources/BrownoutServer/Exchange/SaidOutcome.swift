import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutRecords

/// What a request says that its client made of an earlier call, in `x-brownout-outcome`.
struct SaidOutcome {
    private let text: String
    private let session: String
    private let at: Int64
    private let scenarioTime: Int64

    /// Nil: the request says nothing of it.
    init?(_ planned: borrowing PlannedExchange) {
        guard planned.request.facts.headers.has(.brownoutOutcome) else { return nil }
        let facts = planned.request.facts
        guard let text = facts.headers.last(.brownoutOutcome) else { return nil }
        self.text = text
        session = facts.session
        at = planned.moment.wall
        scenarioTime = planned.moment.elapsed.inNanoseconds / 1000
    }

    /// The same for the journal.
    func record() throws(OutcomeText.Problem) -> OutcomeRecord {
        OutcomeRecord(
            try OutcomeText(text), session: session, at: at, scenarioTime: scenarioTime)
    }
}
