import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `extra-event`: before the end comes an event that a gateway adds on its own, with a name and
    /// a form that neither provider has.
    func withExtraEvent() -> Answer? {
        changingStream { stream in
            stream.inserting(Self.billing, at: stream.terminal ?? stream.count)
        }
    }

    private static let billing = StreamEvent(
        "billing.summary",
        [
            "type": "billing.summary",
            "billing": [
                "currency": "USD", "cost": "0.000184", "cached": false, "account": "team-4711",
            ],
        ])
}
