import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Testing

/// Decisions and scripts in the journal's JSON, and back.
@Suite struct TraceTextTests {
    private func reread(_ record: ExchangeRecord) throws -> ExchangeRecord {
        let directory = try TemporaryDirectory()
        let writer = try JournalWriter.untroubled(directory.file())
        writer.append(record)
        writer.close()
        return try #require(
            try JournalReader(path: directory.file()).exchange(sequence: 1)
        ).record
    }

    /// A draw is kept as a share with six digits: it comes back as one with the same share.
    @Test func whatBecameOfEachRuleComesBack() throws {
        let half = UInt64(1) << 63
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.phase = "storm"
        record.trace = [
            .outside(.attempts), .outside(.noCall), .notEvery(count: 3), .missed(draw: half),
            .noBranch(draw: 0), .fired(draw: nil), .fired(draw: half), .branch(1, draw: half),
            .step(2), .refused("no \"key\"\n"),
        ].map { TraceEntry(rule: "the \"rule\"", outcome: $0) }
        let read = try reread(record)
        #expect(read.trace == record.trace)
        #expect(read.phase == "storm")
        #expect(read.foreign == ForeignWords())
    }

    @Test(arguments: [0, 1, 12_345_678, UInt64.max / 3, UInt64.max - 1, .max])
    func aShareIsTheSameEveryTimeItIsWritten(draw: UInt64) throws {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.trace = [TraceEntry(rule: "r", outcome: .missed(draw: draw))]
        let read = try reread(record)
        #expect(read.traceText == record.traceText)
        #expect(try reread(read).trace == read.trace)
    }

    /// A scenario's words, and a client's, may hold what JSON escapes.
    @Test func linesAreEscapedAndComeBackAsTheyWereRead() throws {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.plan = [
            .fault("raw: \"a\\b\""), .sends(count: 2, bytes: 10), .wait(.milliseconds(1500)),
            .pacedSends(count: 3, bytes: 9, wait: .seconds(2)), .step("FIN"), .omitted(4),
        ]
        let read = try reread(record)
        #expect(
            read.plan == [
                .step("fault: raw: \"a\\b\""), .step("send 10 bytes in 2 pieces"),
                .step("wait 1.5s"),
                .step("send 9 bytes in 3 pieces, a wait before each, 2s in all"), .step("FIN"),
                .step("and 4 further steps"),
            ])
        #expect(read.planText == record.planText)
        record.plan = []
        #expect(try reread(record).plan == [])
    }

    @Test func everyKindOfFaultComesBackByItsName() throws {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.faults = FaultKind.allCases
        let read = try reread(record)
        #expect(read.faults == FaultKind.allCases)
        #expect(read.foreign == ForeignWords())
    }
}
