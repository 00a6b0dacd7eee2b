import BrownoutDialects
package import BrownoutEngine

/// The ids that answers go out with.
package enum AnswerID {
    /// The request id that an answer of a provider's makes of its exchange, which no row keeps; nil:
    /// its answers have none.
    package static func made(of exchange: UInt64, by dialect: DialectName) -> String? {
        Dialects.requestID(ExchangeID(word: exchange), dialect: dialect)
    }
}
