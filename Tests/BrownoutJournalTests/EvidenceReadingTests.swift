import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import Testing

/// What verdicts read of a journal.
@Suite struct EvidenceReadingTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    private func read(
        session: String? = nil, run: Int64? = nil, after: Int64 = 0
    ) throws -> [(sequence: Int64, record: ExchangeRecord)] {
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        var rows: [(sequence: Int64, record: ExchangeRecord)] = []
        try reader.forEachEvidence(session: session, run: run, after: after) {
            rows.append(($0, $1))
        }
        return rows
    }

    /// All but what no verdict rests on is as the whole record has it.
    @Test func evidenceIsWhatTheRecordSays() throws {
        let writer = try JournalWriter.untroubled(path)
        writer.append(.full)
        writer.close()
        var expected = ExchangeRecord.full
        expected.method = ""
        expected.path = ""
        expected.userAgent = ""
        expected.retryAfter = nil
        expected.plan = nil
        expected.plannedStatus = nil
        expected.plannedBytes = nil
        expected.bytesSent = 0
        expected.bytesAcknowledged = nil
        expected.thinkingTokens = nil
        expected.source = nil
        expected.recording = nil
        expected.ray = nil
        expected.note = nil
        expected.requestBody = []
        expected.responseBody = []
        let rows = try read()
        #expect(rows.map(\.record) == [expected])
        #expect(rows.map(\.sequence) == [1])
    }

    @Test func onlyWhatIsAskedForIsRead() throws {
        let writer = try JournalWriter.untroubled(path)
        for (number, session) in ["a", "b", "a"].enumerated() {
            var record = ExchangeRecord(id: UInt64(number), startedAt: 0)
            record.session = session
            writer.append(record)
        }
        writer.close()
        #expect(try read(session: "a").map(\.record.id) == [0, 2])
        #expect(try read(session: "a", after: 1).map(\.record.id) == [2])
        #expect(try read(run: 1).count == 3)
        #expect(try read(run: 2).isEmpty)
    }
}
