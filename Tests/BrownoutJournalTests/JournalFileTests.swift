import BrownoutJournal
import BrownoutRecords
import Foundation
import GRDB
import Synchronization
import Testing

@Suite struct JournalFileTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    private func open() throws {
        try JournalWriter.untroubled(path).close()
    }

    private func failure(_ body: () throws -> Void) -> JournalError? {
        do {
            try body()
            return nil
        } catch {
            return error as? JournalError
        }
    }

    @Test func aMissingFileIsAnErrorForAReaderAndIsNotMade() throws {
        let error = failure { _ = try JournalReader(path: path) }
        #expect(error?.code == .missing)
        #expect(error?.description.hasPrefix(path) == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aMissingDirectoryIsAnErrorForAWriter() throws {
        let error = failure {
            try JournalWriter.untroubled(directory.file("nowhere/j.sqlite")).close()
        }
        #expect(error?.code == .unavailable)
    }

    @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws {
        let text = String(repeating: "this is a diary, not a journal\n", count: 100)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(failure(open)?.code == .notADatabase)
        #expect(failure { _ = try JournalReader(path: path) }?.code == .notADatabase)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func aDatabaseOfSomethingElseIsRefusedAndLeftAlone() throws {
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE diary (day TEXT)") }
        try other.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(failure(open)?.code == .notAJournal)
        #expect(failure { _ = try JournalReader(path: path) }?.code == .notAJournal)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func anEmptyFileBecomesAJournalOnlyForAWriter() throws {
        try Data().write(to: URL(filePath: path))
        #expect(failure { _ = try JournalReader(path: path) }?.code == .notAJournal)
        try open()
        #expect(try JournalReader(path: path).count() == 0)
    }

    @Test func aNewerSchemaIsRefusedByWriterAndReader() throws {
        try open()
        let later = try DatabaseQueue(path: path)
        try later.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
        }
        try later.close()
        #expect(failure(open)?.code == .newerSchema)
        let error = failure { _ = try JournalReader(path: path) }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("later version") == true)
    }

    @Test func aDamagedJournalIsRefused() throws {
        try open()
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 4_000))
        try file.close()
        #expect(failure(open)?.code == .notADatabase)
    }

    @Test func aJournalWhoseWriterWasKilledIsReadFromItsLog() throws {
        let writer = try JournalWriter.untroubled(path)
        defer { writer.close() }
        for number in 1...100 { writer.append(.numbered(number, body: 500)) }
        #expect(writer.flush())
        // What a kill leaves: the database and its log as they stand, without the index.
        let left = directory.file("left.sqlite")
        try FileManager.default.copyItem(atPath: path, toPath: left)
        try FileManager.default.copyItem(atPath: path + "-wal", toPath: left + "-wal")
        #expect(try JournalReader(path: left).count() == 100)
        let heir = try JournalWriter.untroubled(left)
        heir.append(.numbered(101))
        heir.close()
        #expect(try JournalReader(path: left).count() == 101)
    }

    @Test func closingLeavesOneWholeFile() throws {
        let writer = try JournalWriter.untroubled(path)
        for number in 1...100 { writer.append(.numbered(number, body: 500)) }
        writer.close()
        writer.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
        #expect(try JournalReader(path: path).count() == 100)
    }

    @Test(arguments: ["removed", "replaced", "cut", "overwritten"])
    func whatIsWrittenAfterTheFileWasTakenAwayIsLost(how: String) throws {
        let said = Mutex<[String]>([])
        let writer = try JournalWriter(path: path) { text in said.withLock { $0.append(text) } }
        writer.append(.numbered(1))
        writer.flush()
        switch how {
        case "removed": try FileManager.default.removeItem(atPath: path)
        case "replaced":
            try FileManager.default.removeItem(atPath: path)
            try Data("a diary".utf8).write(to: URL(filePath: path))
        case "cut": try FileHandle(forUpdating: URL(filePath: path)).truncate(atOffset: 0)
        default:
            try FileHandle(forUpdating: URL(filePath: path)).write(contentsOf: Data(count: 4_096))
        }
        for number in 2...4 {
            writer.append(.numbered(number))
            writer.flush()
        }
        #expect(writer.counters.written == 1)
        #expect(writer.counters.lost == 3)
        #expect(writer.counters.trouble?.contains("no longer the journal") == true)
        let before = FileManager.default.contents(atPath: path)
        writer.close()
        #expect(FileManager.default.contents(atPath: path) == before)
        #expect(said.withLock { $0.count } == 1)
    }

    @Test func aFileThatIsTakenAwayBehindTheLastRowIsTroubleAtTheEnd() throws {
        let writer = try JournalWriter(path: path) { _ in }
        writer.append(.numbered(1))
        writer.flush()
        try FileManager.default.removeItem(atPath: path)
        writer.close()
        #expect(writer.counters.trouble?.contains("it was removed") == true)
    }
}
