import BrownoutJournal
import BrownoutRecords
import Foundation
import GRDB
import Testing

/// Several starts of servers on one journal, also at once, and the ids of answers.
@Suite struct RunTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    private func write(_ records: ExchangeRecord...) throws {
        let writer = try JournalWriter.untroubled(path)
        for record in records { writer.append(record) }
        writer.append(ActionRecord(at: 0, action: "reload"))
        writer.close()
    }

    @Test func eachStartOfAServerIsARunOfItsOwn() throws {
        try write(.numbered(1), .numbered(2))
        try write()
        try write(.numbered(3))
        let reader = try JournalReader(path: path)
        #expect(try reader.runs().map(\.number) == [1, 2, 3])
        #expect(try reader.runs().map(\.exchanges) == [2, 0, 1])
        #expect(try reader.run(.last) == 3)
        func ids(of choice: JournalRunChoice) throws -> [UInt64] {
            try reader.list(JournalQuery(run: try reader.run(choice))).map(\.record.id)
        }
        #expect(try ids(of: .last) == [3])
        #expect(try ids(of: .number(1)) == [1, 2])
        #expect(try ids(of: .number(2)) == [])
        #expect(try reader.actions(run: 2).map(\.sequence) == [2])
        #expect(throws: JournalError.self) { try reader.run(.number(4)) }
    }

    @Test(
        arguments: [
            ("last", .last), ("7", .number(7)), ("0", nil), ("-1", nil), ("first", nil), ("", nil),
            ("+1", nil),
        ] as [(String, JournalRunChoice?)])
    func aRunIsTheLastOrANumber(text: String, choice: JournalRunChoice?) {
        #expect(JournalRunChoice(text) == choice)
    }

    @Test func serversThatBeginAJournalTogetherAllWriteIt() async throws {
        for round in 0..<5 {
            let path = directory.file("\(round).sqlite")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...4 {
                    group.addTask {
                        let writer = try JournalWriter.untroubled(path)
                        writer.append(.numbered(id))
                        writer.close()
                    }
                }
                try await group.waitForAll()
            }
            let reader = try JournalReader(path: path)
            #expect(Set(try reader.list(JournalQuery()).map(\.record.id)) == [1, 2, 3, 4])
            #expect(Set(try reader.list(JournalQuery()).map(\.run)) == [1, 2, 3, 4])
        }
    }

    private static let evidence = [
        "scenario_time", "connection", "protocol", "trace_id", "idempotency_key", "invocation",
        "phase", "promises", "should_retry", "head_sent", "cached_tokens", "cache_write_tokens",
        "thinking_tokens", "finish_reason_sent", "prompt_digest", "tool_results", "tool_calls",
        "user_digest", "expected", "first_token",
    ]

    /// A journal as the versions before left it: without runs and ids, or without sources.
    private func age(before column: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            let lost =
                ["source", "recording", "request_id", "ray", "run"] + RunTests.evidence
            for name in lost.drop(while: { $0 != column }) {
                try db.execute(sql: "ALTER TABLE exchange DROP COLUMN \(name)")
            }
            try db.execute(
                sql: """
                    ALTER TABLE action DROP COLUMN run; DROP TABLE run; DROP TABLE outcome; \
                    DROP TABLE connection_end
                    """)
            try db.execute(
                sql: "DELETE FROM grdb_migrations WHERE identifier >= ?",
                arguments: [column == "source" ? "3" : "4"])
        }
        try queue.close()
    }

    @Test(arguments: ["source", "request_id"])
    func anOldJournalIsReadAndGoneOnWith(before column: String) throws {
        try write(.full)
        try age(before: column)
        var reader = try JournalReader(path: path)
        let old = try #require(try reader.list(JournalQuery()).first)
        #expect(old.run == nil)
        #expect(old.record.requestID == nil)
        #expect(try reader.exchanges(requestID: "x", word: old.record.id).count == 1)
        #expect(try reader.runs().isEmpty)
        #expect(try reader.actions().map(\.run) == [nil])
        #expect(throws: JournalError.self) { try reader.run(.last) }
        reader.close()
        try write(.numbered(2))
        reader = try JournalReader(path: path)
        #expect(try reader.list(JournalQuery()).map(\.run) == [nil, 1])
    }

    @Test func anIdThatWentOutIsFoundWhoeverMadeIt() throws {
        var replayed = ExchangeRecord(id: 7, startedAt: 0)
        (replayed.requestID, replayed.ray) = ("req_recorded_1", "abc-FRA")
        var again = replayed
        again.id = 8
        // An earlier run made the id that was recorded then.
        try write(ExchangeRecord(id: 9, startedAt: 0), replayed, again)
        let reader = try JournalReader(path: path)
        func found(_ text: String, word: UInt64?) throws -> [UInt64] {
            let reference = try #require(ExchangeReference(text, word: word))
            return try reader.exchanges(reference).map(\.record.id)
        }
        #expect(try found("req_recorded_1", word: nil) == [8, 7])
        #expect(try found("req_recorded_1", word: 9) == [8, 7, 9])
        #expect(try found("abc-FRA-1", word: nil) == [])
        #expect(try reader.exchanges(requestID: "abc-FRA", word: nil).count == 2)
        // Of an answer that bore another id, this is not the client's.
        #expect(try found("req_made_of_7", word: 7) == [])
    }

    @Test(arguments: [
        ("1f0c3a52-8f1b-4b7e-9d55-0d6a2f9f0c11", true), ("req_011CSHoEeqs5C35K2UUqR7Fy", true),
        ("zebra", false), ("somewords", false), ("-1", false), ("a b c d e f 1", false),
    ])
    func whatMayBeARequestID(text: String, isOne: Bool) {
        #expect((ExchangeReference(text, word: nil) != nil) == isOne)
    }
}
