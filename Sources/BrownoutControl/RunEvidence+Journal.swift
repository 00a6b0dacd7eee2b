import BrownoutDialects
import BrownoutEngine
package import BrownoutJournal
import BrownoutRecords
package import BrownoutVerdicts

extension RunEvidence {
    /// What a journal holds of a session, or of all; of a run, or of all.
    package init(
        _ reader: JournalReader, session: String? = nil, run: Int64? = nil,
        isClockManual: Bool = false
    ) throws(JournalError) {
        self.init(isClockManual: isClockManual)
        _ = try read(reader, session: session, run: run, after: 0)
        try readNotes(reader, session: session, run: run)
    }

    /// Takes in what exchanges the journal has behind a sequence; returns the last one's. Those of
    /// sessions that are left out count for nothing.
    mutating func read(
        _ reader: JournalReader, session: String?, run: Int64?, after: Int64,
        without others: Set<String> = []
    ) throws(JournalError) -> Int64 {
        var last = after
        try reader.forEachEvidence(session: session, run: run, after: after) { sequence, record in
            last = sequence
            if others.isEmpty || !others.contains(record.session) { add(record) }
        }
        return last
    }

    /// Takes what clients said and when connections closed from the journal, in place of what it
    /// had of that.
    mutating func readNotes(
        _ reader: JournalReader, session: String?, run: Int64?
    ) throws(JournalError) {
        outcomes = try reader.outcomes(session: session, run: run)
        closed = Dictionary(
            try reader.connectionEnds(run: run).map { ($0.connection, $0.at) },
            uniquingKeysWith: { first, _ in first })
    }
}
