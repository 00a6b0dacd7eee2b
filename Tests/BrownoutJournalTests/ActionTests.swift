import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import Foundation
import GRDB
import Testing

/// What was done to the server, in the journal.
@Suite struct ActionTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    private func action(_ number: Int64, _ name: String = "reload") -> ActionRecord {
        ActionRecord(at: number, action: name, session: "s", detail: ["file": "a.yaml"])
    }

    @Test func actionsAreReadBackAsTheyWere() throws {
        let writer = try JournalWriter.untroubled(path)
        var refused = action(3)
        refused.session = nil
        refused.outcome = .refused
        let all = [action(1), action(2, "put-scenario"), refused]
        for record in all { writer.append(record) }
        writer.append(ExchangeRecord(id: 1, startedAt: 0))
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 1, lost: 0, queued: 0))
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        let read = try reader.actions()
        #expect(read.map(\.record) == all)
        #expect(read.map(\.sequence) == [1, 2, 3])
        let newest = try reader.actions(limit: 1)
        #expect(newest.map(\.sequence) == [3])
        let next = try reader.actions(after: 1, limit: 1)
        #expect(next.map(\.sequence) == [2])
        writer.close()
    }

    @Test func anActionAloneIsWritten() throws {
        let writer = try JournalWriter.untroubled(path)
        writer.append(action(1))
        writer.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        let actions = try reader.actions()
        #expect(actions.count == 1)
        writer.append(action(2))
        #expect(writer.flush())
    }

    @Test func thePasswordOfAQuotedURLIsTakenOutOfAnAction() {
        var record = action(1)
        record.detail = ["message": "'https://team:Winter-77@llm.example/v1' is not a base URL"]
        let clean: JSON = [
            "message": "'https://team:[redacted]@llm.example/v1' is not a base URL"
        ]
        #expect(record.redacted.detail == clean)
    }

    @Test func credentialsInAnActionAreRedacted() {
        var record = action(1)
        record.detail = ["name": "uses sk-proj-abcdef123456", "list": ["sk-proj-abcdef123456"]]
        let clean: JSON = ["name": "uses [redacted]", "list": ["[redacted]"]]
        #expect(record.redacted.detail == clean)
    }

    @Test func aJournalOfAnEarlierVersionHasNoActions() throws {
        try JournalWriter.untroubled(path).close()
        let database = try DatabaseQueue(path: path)
        try database.write { try $0.execute(sql: "DROP TABLE action") }
        try database.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        let actions = try reader.actions()
        #expect(actions == [])
    }

    @Test func anActionIsALineForPeople() {
        let stored = StoredAction(sequence: 1, record: action(0))
        #expect(
            stored.text
                == #"1970-01-01T00:00:00.000Z  done  reload session s  {"file":"a.yaml"}"#)
    }
}
