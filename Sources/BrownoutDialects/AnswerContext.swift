package import BrownoutEngine

/// What an answer carries besides what it says. Everything but the date follows from the seed.
package struct AnswerContext: Sendable {
    package var exchange: ExchangeID
    package var dice: Dice
    package var key: RollKey
    /// Seconds since 1970, for `created`-like fields of headers: resets, HTTP dates.
    package var now: Int64
    /// `now` as an HTTP date (RFC 9110, 5.6.7), made once a second by the caller.
    package var date: String
    /// What `openai-processing-ms` says: the planned wait before the headers.
    package var processing: Duration

    package init(
        exchange: ExchangeID, dice: Dice, key: RollKey, now: Int64, date: String,
        processing: Duration = .zero
    ) {
        self.exchange = exchange
        self.dice = dice
        self.key = key
        self.now = now
        self.date = date
        self.processing = processing
    }
}
