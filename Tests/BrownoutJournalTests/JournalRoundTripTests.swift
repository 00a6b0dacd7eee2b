import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Foundation
import GRDB
import Testing

@Suite struct JournalRoundTripTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    @Test func everyFieldComesBack() throws {
        let full = ExchangeRecord.full
        let bare = ExchangeRecord(id: 1, startedAt: 2)
        let writer = try JournalWriter.untroubled(path)
        writer.append(full)
        writer.append(bare)
        writer.close()
        let reader = try JournalReader(path: path)
        #expect(
            try reader.exchange(sequence: 1) == StoredExchange(sequence: 1, run: 1, record: full))
        #expect(
            try reader.exchange(sequence: 2) == StoredExchange(sequence: 2, run: 1, record: bare))
        #expect(try reader.exchange(sequence: 3) == nil)
    }

    @Test func theFullRecordLeavesNoFieldAtItsDefault() {
        let bare = Mirror(reflecting: ExchangeRecord(id: 0, startedAt: 0)).children
        let full = Mirror(reflecting: ExchangeRecord.full).children
        for (unset, set) in zip(bare, full) {
            let name = unset.label ?? "?"
            #expect("\(unset.value)" != "\(set.value)", "\(name) is not covered by the round trip")
        }
    }

    @Test func aListLeavesBodiesOutAndKeepsTheirSizes() throws {
        let writer = try JournalWriter.untroubled(path)
        writer.append(.full)
        writer.close()
        let listed = try #require(try JournalReader(path: path).list(JournalQuery()).first)
        #expect(listed.record.requestBody.isEmpty)
        #expect(listed.record.requestBodyBytes == 23)
        #expect(listed.record.responseBodyBytes == 4_096)
    }

    @Test func aListHasTheNewestLastAndATailTheFirstAfterASequence() throws {
        try write(1...10)
        let reader = try JournalReader(path: path)
        #expect(try reader.list(JournalQuery(limit: 3)).map(\.sequence) == [8, 9, 10])
        #expect(try reader.list(JournalQuery(after: 4, limit: 3)).map(\.sequence) == [5, 6, 7])
        #expect(try reader.tail(after: 8).map(\.sequence) == [9, 10])
        #expect(try reader.tail(after: 10).isEmpty)
        #expect(try reader.count() == 10)
        #expect(try reader.lastSequence() == 10)
    }

    @Test func aListIsFilteredBySessionProviderRuleAndStatus() throws {
        let writer = try JournalWriter.untroubled(path)
        for (index, session) in ["a", "b", "a"].enumerated() {
            var record = ExchangeRecord.numbered(index)
            record.session = session
            record.provider = index == 0 ? "openai" : "anthropic"
            record.rule = index == 2 ? "wobble" : nil
            record.status = index == 1 ? 529 : 200
            writer.append(record)
        }
        writer.close()
        let reader = try JournalReader(path: path)
        func sequences(_ query: JournalQuery) throws -> [Int64] {
            try reader.list(query).map(\.sequence)
        }
        #expect(try sequences(JournalQuery(session: "a")) == [1, 3])
        #expect(try sequences(JournalQuery(provider: "anthropic")) == [2, 3])
        #expect(try sequences(JournalQuery(rule: "wobble")) == [3])
        #expect(try sequences(JournalQuery(status: 529)) == [2])
        #expect(try sequences(JournalQuery(session: "a", provider: "anthropic")) == [3])
        #expect(try sequences(JournalQuery(session: "' OR 1=1 --")) == [])
    }

    @Test func anIdFindsAllItsExchangesNewestFirst() throws {
        let writer = try JournalWriter.untroubled(path)
        for id in [7, 8, 7] as [UInt64] {
            writer.append(ExchangeRecord(id: id, startedAt: 0))
        }
        writer.close()
        let reader = try JournalReader(path: path)
        #expect(try reader.exchanges(id: 7).map(\.sequence) == [3, 1])
        #expect(try reader.exchanges(id: 9).isEmpty)
    }

    @Test(
        arguments: [
            ("fedcba9876543210", .id(0xFEDC_BA98_7654_3210)),
            ("0000000000000012", .id(0x12)),
            ("12", .sequence(12)),
            ("", nil), ("-1", nil), ("+1", nil), ("abc", nil), ("fedcba987654321g", nil),
            ("+edcba9876543210", nil), ("fedcba98765432101", nil), ("١٢", nil),
        ] as [(String, ExchangeReference?)])
    func aReferenceIsAnIdOrASequence(text: String, expected: ExchangeReference?) {
        #expect(ExchangeReference(text) == expected)
    }

    @Test func anotherWriterGoesOnWhereTheLastOneStopped() throws {
        try write(1...3)
        try write(4...5)
        let reader = try JournalReader(path: path)
        #expect(try reader.list(JournalQuery()).map(\.record.id) == [1, 2, 3, 4, 5])
        #expect(try reader.list(JournalQuery()).map(\.sequence) == [1, 2, 3, 4, 5])
    }

    @Test func aReaderSeesWhatAWriterCommittedWhileItWrites() throws {
        let writer = try JournalWriter.untroubled(path)
        defer { writer.close() }
        writer.append(.numbered(1))
        #expect(writer.flush())
        let reader = try JournalReader(path: path)
        #expect(try reader.count() == 1)
        for number in 2...5_000 { writer.append(.numbered(number)) }
        var seen = 1
        while seen < 5_000 {
            let now = try reader.count()
            #expect(now >= seen)
            seen = now
            let first = try reader.list(JournalQuery(after: 0, limit: 1))
            #expect(first.first?.record.id == 1)
        }
    }

    @Test func aFileAValueWasEditedInIsAnErrorNotACrash() throws {
        try write(1...1)
        let editor = try DatabaseQueue(path: path)
        try editor.write { db in
            try db.execute(sql: "UPDATE exchange SET attempt = 'many'")
        }
        try editor.close()
        let reader = try JournalReader(path: path)
        #expect(throws: JournalError.self) { try reader.list(JournalQuery()) }
    }

    @Test func aWordOfAnotherVersionIsShownAsItWasWritten() throws {
        try write(1...1)
        let editor = try DatabaseQueue(path: path)
        try editor.write { db in
            try db.execute(
                sql: """
                    UPDATE exchange SET ending = 'evaporated', call_source = 'guess', \
                    dialect = 'klingon', fault = 'cut + melt', cause = 'mood', \
                    category = 'cosmic', source = 'oracle', \
                    trace = '[{"rule":"r","pondered":1}]', plan = '{"a":1}'
                    """)
        }
        try editor.close()
        let read = try #require(try JournalReader(path: path).list(JournalQuery()).first)
        let record = read.record
        #expect((record.ending, record.callSource, record.dialect) == (nil, nil, nil))
        #expect((record.cause, record.category, record.source) == (nil, nil, nil))
        #expect((record.faults, record.trace, record.plan) == ([.cut], [], nil))
        let json = read.json(.metadata)
        for (key, word) in [
            ("ending", "evaporated"), ("call_source", "guess"), ("dialect", "klingon"),
            ("fault", "cut + melt"), ("cause", "mood"), ("category", "cosmic"),
            ("source", "oracle"),
        ] {
            #expect(json[key] == .string(word), "\(key)")
        }
        #expect(json.value(at: "/trace/0/pondered") == 1)
        #expect(json.value(at: "/plan/a") == 1)
        #expect(ExchangeReport(read).text.contains("ending        evaporated\n"))
        var table = ExchangeTable()
        #expect(table.lines(for: [read]).joined().contains(" evaporated "))
    }

    private func write(_ numbers: ClosedRange<Int>) throws {
        let writer = try JournalWriter.untroubled(path)
        for number in numbers { writer.append(.numbered(number)) }
        writer.close()
    }
}
