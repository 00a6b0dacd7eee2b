import BrownoutEngine

// The words that the journal, its JSON and its reports have for what is a value in a record.
extension ExchangeRecord {
    /// The ending; empty where there is none.
    var endingWord: String { ending?.rawValue ?? foreign[.ending] ?? "" }
}
