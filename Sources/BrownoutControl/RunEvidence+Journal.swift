import BrownoutDialects
import BrownoutEngine
package import BrownoutJournal
package import BrownoutRecords
package import BrownoutVerdicts

extension RunEvidence {
    /// What a journal holds of a session, or of all; of a run, or of all.
    package init(
        _ reader: JournalReader, session: String? = nil, run: Int64? = nil
    ) throws(JournalError) {
        self.init(
            try Self.exchanges(reader, session: session, run: run),
            outcomes: try reader.outcomes(session: session, run: run),
            closed: Dictionary(
                try reader.connectionEnds(run: run).map { ($0.connection, $0.at) },
                uniquingKeysWith: { first, _ in first }))
    }

    private static func exchanges(
        _ reader: JournalReader, session: String?, run: Int64?
    ) throws(JournalError) -> [ExchangeRecord] {
        var records: [ExchangeRecord] = []
        var query = JournalQuery(session: session, run: run, after: 0, limit: 5000)
        while true {
            let page = try reader.list(query)
            guard let last = page.last else { return records }
            records += page.map { named($0.record) }
            query.after = last.sequence
        }
    }

    /// The record with the request id that its client saw. A journal keeps those alone that somebody
    /// else made.
    private static func named(_ record: consuming ExchangeRecord) -> ExchangeRecord {
        if record.requestID == nil, record.headSent != nil, let dialect = record.dialect {
            record.requestID = Dialects.requestID(
                ExchangeID(word: record.id), dialect: dialect)
        }
        return record
    }

    /// Adds exchanges that are in progress, but for those that have ended meanwhile.
    package mutating func add(inProgress rows: [ExchangeRecord]) {
        let known = Set(exchanges.map(ExchangePlace.init))
        exchanges += rows.filter { !known.contains(ExchangePlace($0)) }
    }
}

/// Ids repeat: the same scenario and seed give the same ones.
private struct ExchangePlace: Hashable {
    let id: UInt64
    let startedAt: Int64

    init(_ record: ExchangeRecord) {
        id = record.id
        startedAt = record.startedAt
    }
}
