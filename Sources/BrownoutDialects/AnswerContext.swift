package import BrownoutEngine

/// What an answer carries besides what it says. Everything but the date follows from the seed.
package struct AnswerContext: Sendable {
    /// What the answer's ids are made of, so that they are the same in every run.
    package var exchange: ExchangeID
    /// Draws what else looks random in an answer, such as the odds of its tokens.
    package var dice: Dice
    /// What those draws are about: the session, the call and the attempt.
    package var key: RollKey
    /// Seconds since 1970: the answer's date, what its body says that it was made at, and the
    /// times in its headers.
    package var now: Int64
    /// What the body says is drawn, whatever the clock says.
    package var drawsCreated: Bool
    /// How long ago that second began. A time that is to have come when the client has waited
    /// until it is rounded up from here.
    package var fraction: Duration
    /// `now` as an HTTP date (RFC 9110, 5.6.7), made once a second by the caller.
    package var date: String
    /// What `openai-processing-ms` says: the planned wait before the headers.
    package var processing: Duration
    /// How the limits stand that the request came under.
    package var limits: LimitStatus

    package init(
        exchange: ExchangeID, dice: Dice, key: RollKey, now: Int64, date: String,
        processing: Duration = .zero, fraction: Duration = .zero,
        limits: LimitStatus = LimitStatus(), drawsCreated: Bool = false
    ) {
        self.exchange = exchange
        self.dice = dice
        self.key = key
        self.now = now
        self.date = date
        self.processing = processing
        self.fraction = fraction
        self.limits = limits
        self.drawsCreated = drawsCreated
    }

    /// The second, since 1970, in which a wait from now is over.
    func second(after wait: Duration) -> Int64 { now + (fraction + wait).roundedUpSeconds }
}
