import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation
import GRDB
import Synchronization
import Testing

@Suite struct JournalWriterTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file()
    }

    @Test func rowsAreOnDiskWithinTheFlushIntervalWithoutAFlush() throws {
        let writer = try JournalWriter.untroubled(path)
        defer { writer.close() }
        let reader = try JournalReader(path: path)
        var best = Duration.seconds(60)
        for round in 1...10 {
            let clock = ContinuousClock()
            let start = clock.now
            writer.append(.numbered(round))
            while try reader.count() < round {}
            best = min(best, clock.now - start)
        }
        // A busy machine delays a round; the best of them shows the interval.
        #expect(best < .milliseconds(100))
        #expect(best > .milliseconds(30))
    }

    @Test func manyRowsShareATransactionAndAFullBatchDoesNotWaitForTheInterval() throws {
        var limits = JournalLimits()
        limits.flushInterval = .seconds(3_600)
        limits.batchRows = 10
        let writer = try JournalWriter.untroubled(path, limits: limits)
        for number in 1...25 { writer.append(.numbered(number)) }
        while writer.counters.written < 20 { sched_yield() }
        #expect(writer.counters == JournalCounters(written: 20, lost: 0, queued: 5))
        writer.close()
        #expect(try JournalReader(path: path).count() == 25)
    }

    @Test func aBatchEndsAtItsBytes() throws {
        var limits = JournalLimits()
        limits.flushInterval = .seconds(3_600)
        limits.batchBytes = 1 << 20
        let writer = try JournalWriter.untroubled(path, limits: limits)
        writer.append(.numbered(1))
        writer.append(.numbered(2, body: 2 << 20))
        while writer.counters.written < 2 { sched_yield() }
        writer.close()
    }

    @Test func rowsFromManyThreadsAllArrive() throws {
        let writer = try JournalWriter.untroubled(path)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<1_000 { writer.append(.numbered(thread * 1_000 + number)) }
        }
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 8_000, lost: 0, queued: 0))
        let ids = try JournalReader(path: path).list(JournalQuery(limit: 10_000)).map(\.record.id)
        #expect(Set(ids) == Set(0..<8_000))
        writer.close()
    }

    @Test func aFullQueueHasNoRoomUntilItHasDrainedToHalf() throws {
        var limits = JournalLimits()
        limits.queueRows = 100
        limits.batchRows = 10
        limits.patience = .seconds(600)
        let reports = Reports()
        let writer = try JournalWriter(path: path, limits: limits) { reports.add($0) }
        let lock = try DatabaseLock(path)
        for number in 1...99 { writer.append(.numbered(number)) }
        #expect(writer.hasRoom)
        let immediate = Mutex(false)
        writer.whenRoom { immediate.withLock { $0 = true } }
        #expect(immediate.withLock { $0 })
        writer.append(.numbered(100))
        #expect(!writer.hasRoom)
        writer.append(.numbered(101))
        let seen = Mutex<JournalCounters?>(nil)
        let called = DispatchSemaphore(value: 0)
        writer.whenRoom { [weak writer] in
            seen.withLock { $0 = writer?.counters }
            called.signal()
        }
        #expect(seen.withLock { $0 } == nil)
        try lock.release()
        #expect(called.wait(timeout: .now() + 10) == .success)
        let queued = try #require(seen.withLock { $0?.queued })
        #expect((0...50).contains(queued))
        #expect(writer.hasRoom)
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 101, lost: 0, queued: 0))
        writer.close()
    }

    @Test func bytesFillTheQueueToo() throws {
        var limits = JournalLimits()
        limits.queueBytes = 1 << 20
        limits.patience = .seconds(600)
        let writer = try JournalWriter(path: path, limits: limits) { _ in }
        let lock = try DatabaseLock(path)
        writer.append(.numbered(1, body: 1 << 19))
        #expect(writer.hasRoom)
        writer.append(.numbered(2, body: 1 << 19))
        #expect(!writer.hasRoom)
        try lock.release()
        #expect(writer.flush())
        #expect(writer.hasRoom)
        writer.close()
    }

    @Test func aShortLockIsReportedOnceAndLosesNothing() throws {
        var limits = JournalLimits()
        limits.lockWait = .milliseconds(1)
        limits.patience = .seconds(600)
        let reports = Reports()
        let writer = try JournalWriter(path: path, limits: limits) { reports.add($0) }
        let lock = try DatabaseLock(path)
        writer.append(.numbered(1))
        #expect(reports.next()?.contains("locked") == true)
        #expect(writer.counters.trouble?.contains("locked") == true)
        #expect(writer.counters.queued == 1)
        try lock.release()
        #expect(reports.next()?.contains("nothing was lost") == true)
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 1, lost: 0, queued: 0))
        #expect(reports.all.count == 2)
        writer.close()
    }

    @Test func aLongLockCostsItsRowsWhichAreCountedAndLaterRowsAreWritten() throws {
        var limits = JournalLimits()
        limits.lockWait = .milliseconds(1)
        limits.patience = .milliseconds(50)
        let reports = Reports()
        let writer = try JournalWriter(path: path, limits: limits) { reports.add($0) }
        let lock = try DatabaseLock(path)
        for number in 1...3 { writer.append(.numbered(number)) }
        #expect(writer.flush())
        #expect(writer.counters.lost == 3)
        #expect(writer.counters.trouble != nil)
        #expect(writer.hasRoom)
        try lock.release()
        writer.append(.numbered(4))
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 1, lost: 3, queued: 0))
        #expect(reports.all.count == 2)
        #expect(reports.all.last?.contains("3 exchanges were lost") == true)
        #expect(try JournalReader(path: path).list(JournalQuery()).map(\.record.id) == [4])
        writer.close()
    }

    @Test func closingDuringALockEndsAndCountsWhatItCouldNotWrite() throws {
        var limits = JournalLimits()
        limits.lockWait = .milliseconds(1)
        limits.patience = .milliseconds(50)
        limits.batchRows = 2
        let writer = try JournalWriter(path: path, limits: limits) { _ in }
        let lock = try DatabaseLock(path)
        for number in 1...9 { writer.append(.numbered(number)) }
        writer.close()
        #expect(writer.counters.lost == 9)
        writer.append(.numbered(10))
        #expect(writer.counters.lost == 10)
        try lock.release()
    }

    @Test func aFullDiskIsReportedAndCountedAndRowsAreWrittenWhenThereIsSpaceAgain() throws {
        var limits = JournalLimits()
        limits.patience = .milliseconds(50)
        limits.fileBytes = 250_000
        let reports = Reports()
        let writer = try JournalWriter(path: path, limits: limits) { reports.add($0) }
        writer.append(.numbered(1, body: 100_000))
        #expect(writer.flush())
        #expect(writer.counters.written == 1)
        writer.append(.numbered(2, body: 150_000))
        #expect(writer.flush())
        #expect(writer.counters.lost == 1)
        #expect(writer.counters.trouble?.contains("full") == true)
        #expect(reports.all.count == 1)
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "DELETE FROM body") }
        try other.close()
        writer.append(.numbered(3, body: 100_000))
        #expect(writer.flush())
        #expect(writer.counters == JournalCounters(written: 2, lost: 1, queued: 0))
        #expect(reports.all.last?.contains("1 exchange was lost") == true)
        writer.close()
    }
}
