import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import Testing

/// What clients said of their calls, and the ends of connections, in the journal.
@Suite struct OutcomeTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    @Test func outcomesAndEndsAreReadBackAsTheyWere() throws {
        let writer = try JournalWriter.untroubled(path)
        let outcomes = [
            OutcomeRecord(at: 1, session: "s", subject: .latest, outcome: .partial),
            OutcomeRecord(
                at: 2, scenarioTime: 7, session: "s", subject: .call("c-1"), outcome: .fellBack,
                category: .rateLimit, retryable: false, message: "too many"),
            OutcomeRecord(at: 3, session: "t", subject: .exchange(.max), outcome: .failed),
            OutcomeRecord(at: 4, session: "t", subject: .request("r"), outcome: .succeeded),
        ]
        for outcome in outcomes { #expect(writer.append(outcome)) }
        let ends = [
            ClosedConnection(connection: 3, at: 9), ClosedConnection(connection: 1, at: 10),
        ]
        for end in ends { writer.append(end) }
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 0, lost: 0, queued: 0))
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        #expect(try reader.outcomes() == outcomes)
        #expect(try reader.outcomes(session: "t", run: 1) == Array(outcomes[2...]))
        #expect(try reader.outcomes(run: 2) == [])
        #expect(try reader.connectionEnds() == ends)
        #expect(try reader.connectionEnds(run: 2) == [])
        writer.close()
        #expect(!writer.append(outcomes[0]))
    }

    @Test func noCredentialOfAMessageReachesTheDisk() throws {
        let writer = try JournalWriter.untroubled(path)
        let secret = "sk-abcdefghijklmnopqrstuvwxyz0123456789"
        _ = writer.append(
            OutcomeRecord(
                at: 1, session: "s", subject: .call(secret), outcome: .failed,
                message: "401 for \(secret)"))
        writer.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        let kept = try #require(try reader.outcomes().first)
        #expect(kept.message == "401 for [redacted]")
        #expect(kept.subject == .call("[redacted]"))
    }

    @Test func moreThanCanWaitIsSaid() throws {
        var limits = JournalLimits()
        limits.queueActions = 2
        limits.flushInterval = .seconds(60)
        let writer = try JournalWriter(path: path, limits: limits) { _ in }
        let outcome = OutcomeRecord(at: 1, session: "s", subject: .latest, outcome: .failed)
        let kept = (0..<200).map { _ in writer.append(outcome) }
        #expect(kept.prefix(2) == [true, true])
        writer.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        #expect(try reader.outcomes().count == kept.count { $0 })
    }

    @Test func aCallIsFoundByWhatItsClientSent() throws {
        let writer = try JournalWriter.untroubled(path)
        var named = ExchangeRecord(id: 1, startedAt: 0)
        named.session = "s"
        named.callKey = "c-1"
        named.callSource = .header
        var keyed = ExchangeRecord(id: 2, startedAt: 1)
        keyed.session = "t"
        keyed.idempotencyKey = SipHash.word("key-1")
        keyed.requestID = "upstream-1"
        writer.append(named)
        writer.append(keyed)
        writer.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        #expect(try reader.session(ofCall: "c-1", in: nil, run: nil) == "s")
        #expect(try reader.session(ofCall: "c-1", in: "t", run: nil) == nil)
        #expect(try reader.session(ofCall: "key-1", in: nil, run: 1) == "t")
        #expect(try reader.session(ofCall: "key-1", in: nil, run: 2) == nil)
        #expect(
            try reader.exchange(requestID: "upstream-1", word: nil, in: nil, run: nil)?.id == 2)
        #expect(try reader.exchange(requestID: "", word: 1, in: "s", run: nil)?.id == 1)
        #expect(try reader.exchange(requestID: "", word: 2, in: nil, run: nil) == nil)
    }
}
