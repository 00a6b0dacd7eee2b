package import BrownoutRecords
import Foundation
import Synchronization

/// Takes exchanges from any thread and writes them from one of its own, a transaction for many.
///
/// ``append(_:)`` never blocks and never refuses. Whoever makes exchanges looks at ``hasRoom``
/// before it starts one, and waits with ``whenRoom(_:)``: so nothing is dropped and memory is
/// bounded by the queue's limits and what was already in flight. A database that refuses rows
/// (full disk, foreign lock) is reported, its batch is tried again for a bounded time, and what
/// cannot be written is counted. ``close()`` must be called; it writes everything.
package final class JournalWriter: Sendable {
    private enum Sleep {
        /// The writer looks for work by itself.
        case awake
        /// Until the first row.
        case forRow
        /// Until a chunk is full, or its time has come.
        case forChunk
    }

    private struct State {
        var queue: RowQueue
        var sleep = Sleep.awake
        var closing = false
        var finished = false
        var appended = 0
        var written = 0
        var lost = 0
        /// Of what is no exchange: written or given up.
        var notesSettled = 0
        var trouble: String?
        var roomWaiters: [@Sendable () -> Void] = []
        var flushWaiters: [FlushWaiter] = []
        var closeWaiters: [DispatchSemaphore] = []

        /// Of what was appended, what is written or lost.
        var settled: Int { written + lost + notesSettled }
    }

    private struct FlushWaiter {
        var target: Int
        var done: DispatchSemaphore
    }

    private let state: Mutex<State>
    private let room = Atomic(true)
    private let wake = DispatchSemaphore(value: 0)
    private let limits: JournalLimits
    private let database: JournalDatabase
    private let path: String
    private let onTrouble: @Sendable (String) -> Void
    private let clock = ContinuousClock()
    private let origin = ContinuousClock.now

    /// Opens or makes the journal. `onTrouble` is told on the writer's thread, once when the
    /// database begins to refuse rows and once when it takes them again.
    package init(
        path: String, limits: JournalLimits = JournalLimits(),
        run: JournalRunStart = JournalRunStart(),
        onTrouble: @escaping @Sendable (String) -> Void
    ) throws(JournalError) {
        self.limits = limits
        self.onTrouble = onTrouble
        self.path = path
        database = try JournalDatabase(path: path, limits: limits, run: run)
        state = Mutex(State(queue: RowQueue(limits: limits)))
        let thread = Thread { self.run() }
        thread.name = "journal"
        thread.start()
    }

    // MARK: Any thread

    /// Queues an exchange.
    package func append(_ record: consuming ExchangeRecord) {
        // Taken out of an optional, the record moves into the queue; captured, it would be
        // copied with two dozen reference counts.
        var slot = Optional(record)
        let signal = state.withLock { state in
            guard let record = slot.take() else { return false }
            state.appended += 1
            guard !state.finished else {
                state.lost += 1
                return false
            }
            let full = state.queue.append(record)
            if state.queue.isOver { room.store(false, ordering: .relaxed) }
            guard state.sleep == .forRow || (full && state.sleep == .forChunk) else {
                return false
            }
            state.sleep = .awake
            return true
        }
        if signal { wake.signal() }
    }

    /// Queues an action of the control plane.
    package func append(_ action: ActionRecord) {
        let redacted = action.redacted
        _ = append { queue in queue.append(redacted) }
    }

    /// Queues what a client said; false when too much waits, and it is not kept.
    package func append(_ outcome: OutcomeRecord) -> Bool {
        let redacted = outcome.redacted
        return append { queue in queue.append(redacted) }
    }

    /// Queues the end of a connection.
    package func append(_ end: ClosedConnection) {
        _ = append { queue in queue.append(end) }
    }

    private func append(_ note: (inout RowQueue) -> Bool) -> Bool {
        let (isKept, signal) = state.withLock { state in
            state.appended += 1
            guard !state.finished, note(&state.queue) else {
                state.notesSettled += 1
                return (false, false)
            }
            guard state.sleep == .forRow else { return (true, false) }
            state.sleep = .awake
            return (true, true)
        }
        if signal { wake.signal() }
        return isKept
    }

    /// Whether another exchange may begin.
    package var hasRoom: Bool { room.load(ordering: .relaxed) }

    /// Calls back once, as soon as the queue has drained below its low-water mark: at once, on
    /// this thread, when there is room already, else on the writer's.
    package func whenRoom(_ callback: @escaping @Sendable () -> Void) {
        let now = state.withLock { state in
            if hasRoom { return true }
            state.roomWaiters.append(callback)
            return false
        }
        if now { callback() }
    }

    /// The number of this start of a server on the journal.
    package var runNumber: Int64 { database.run }

    /// What was written and lost so far.
    package var counters: JournalCounters {
        state.withLock { state in
            JournalCounters(
                written: state.written, lost: state.lost, queued: state.queue.rows,
                trouble: state.trouble)
        }
    }

    /// Blocks until everything appended so far is written or lost; false when that took longer.
    @discardableResult
    package func flush(within limit: Duration = .seconds(5)) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let waits = state.withLock { state in
            if state.settled >= state.appended { return false }
            state.flushWaiters.append(FlushWaiter(target: state.appended, done: done))
            state.sleep = .awake
            return true
        }
        guard waits else { return true }
        wake.signal()
        return done.wait(timeout: .now() + limit.dispatchInterval) == .success
    }

    /// Writes what is queued, folds the log into the database and closes it. Rows appended after
    /// this count as lost.
    package func close() {
        let done = DispatchSemaphore(value: 0)
        let waits = state.withLock { state in
            if state.finished { return false }
            state.closing = true
            state.sleep = .awake
            state.closeWaiters.append(done)
            return true
        }
        guard waits else { return }
        wake.signal()
        done.wait()
    }

    // MARK: The writer's thread

    private enum Work {
        case write(RowQueue.Chunk)
        case sleep(until: Duration?)
        case finish
    }

    private var now: Duration { origin.duration(to: clock.now) }

    private func run() {
        var inserter = RowInserter()
        var trouble = WriteTrouble(patience: limits.patience)
        var file = JournalFile(path: path)
        // No row that waits was appended before this, but for the time one batch takes.
        var lookedAt = now
        while true {
            switch nextWork(due: lookedAt + limits.flushInterval) {
            case .write(let chunk):
                lookedAt = now
                write(chunk, to: &file, with: &inserter, trouble: &trouble)
            case .sleep(let until?):
                let left = until - now
                _ = wake.wait(timeout: .now() + max(.zero, left).dispatchInterval)
            case .sleep(nil):
                wake.wait()
                lookedAt = now
            case .finish:
                database.close(folding: isThere(&file, &trouble))
                return finish()
            }
        }
    }

    private func nextWork(due: Duration) -> Work {
        state.withLock { state in
            state.sleep = .awake
            if let chunk = state.queue.takeFullChunk() { return .write(chunk) }
            guard state.queue.hasPartialChunk else {
                if state.closing { return .finish }
                state.sleep = .forRow
                return .sleep(until: nil)
            }
            if state.closing || !state.flushWaiters.isEmpty || now >= due {
                return .write(state.queue.takePartialChunk())
            }
            state.sleep = .forChunk
            return .sleep(until: due)
        }
    }

    /// Whether the file is where it was, at the end.
    private func isThere(_ file: inout JournalFile?, _ trouble: inout WriteTrouble) -> Bool {
        do throws(JournalError) {
            try file?.look()
            return true
        } catch {
            let report = trouble.failed(error.description, at: now, inHaste: true).report
            state.withLock { $0.trouble = error.message }
            if let report { onTrouble(report) }
            return false
        }
    }

    private func write(
        _ chunk: consuming RowQueue.Chunk, to file: inout JournalFile?,
        with inserter: inout RowInserter, trouble: inout WriteTrouble
    ) {
        let size = chunk.size
        for index in chunk.rows.indices { chunk.rows[index].redact() }
        var written = false
        while true {
            do throws(JournalError) {
                try file?.look()
                try database.insert(chunk, with: &inserter)
                written = true
                if let report = trouble.succeeded(at: now) {
                    state.withLock { $0.trouble = nil }
                    onTrouble(report)
                }
                break
            } catch {
                let haste = !hasRoom || state.withLock { $0.closing }
                let verdict = trouble.failed(error.message, at: now, inHaste: haste)
                state.withLock { $0.trouble = error.message }
                if let report = verdict.report { onTrouble(report) }
                // What was taken away does not come back.
                guard verdict.tryAgain, error.code != .takenAway else { break }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
        if !written { trouble.gaveUp(rows: size.rows) }
        var storage = chunk.rows
        storage.removeAll(keepingCapacity: true)
        settle(size, storage: storage, written: written)
    }

    /// Accounts for a chunk and calls those who waited for it.
    private func settle(_ size: RowQueue.ChunkSize, storage: [ExchangeRecord], written: Bool) {
        let (flushed, callbacks): ([FlushWaiter], [@Sendable () -> Void]) = state.withLock {
            state in
            if written { state.written += size.rows } else { state.lost += size.rows }
            state.notesSettled += size.notes
            state.queue.release(size, storage: storage)
            let settled = state.settled
            let flushed = state.flushWaiters.filter { $0.target <= settled }
            state.flushWaiters.removeAll { $0.target <= settled }
            guard !hasRoom, state.queue.isUnder else { return (flushed, []) }
            room.store(true, ordering: .relaxed)
            let callbacks = state.roomWaiters
            state.roomWaiters = []
            return (flushed, callbacks)
        }
        for waiter in flushed { waiter.done.signal() }
        for callback in callbacks { callback() }
    }

    private func finish() {
        let waiters = state.withLock { state in
            state.finished = true
            let late = state.queue.rows
            state.lost += late
            return state.closeWaiters
        }
        for waiter in waiters { waiter.signal() }
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
