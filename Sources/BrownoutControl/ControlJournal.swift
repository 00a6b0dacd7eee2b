import BrownoutJournal
import BrownoutRecords
import NIOPosix
import Synchronization

/// The journal that a control port reads.
package struct ControlJournal: Sendable {
    /// The SQLite file that the server writes, and that routes open for reading.
    package var path: String
    /// Called before each read, so that a client sees the exchange it has just made. It may
    /// block, but for a short time only.
    package var flush: @Sendable () -> Void

    package init(path: String, flush: @escaping @Sendable () -> Void = {}) {
        self.path = path
        self.flush = flush
    }
}

/// Reads the journal on a thread of its own: SQLite blocks, and the event loop must not.
final class JournalReading: Sendable {
    private let journal: ControlJournal
    /// What verdicts were read of.
    let evidence = EvidenceMemory()
    private let threads = NIOThreadPool(numberOfThreads: 1)
    /// Opened by the first read, because the journal may be younger than the control port.
    private let reader = Mutex<JournalReader?>(nil)

    init(_ journal: ControlJournal) {
        self.journal = journal
        threads.start()
    }

    /// Throws ``ControlError`` when the journal cannot be read.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (JournalReader) throws(JournalError) -> Value
    ) async throws -> Value {
        do {
            return try await threads.runIfActive { [self] in
                journal.flush()
                return try body(try opened())
            }
        } catch let error as JournalError {
            throw ControlError(
                status: 503, code: "journal-unavailable", message: error.description)
        }
    }

    func stop() async {
        try? await threads.shutdownGracefully()
        reader.withLock { $0 = nil }
    }

    private func opened() throws(JournalError) -> JournalReader {
        if let reader = reader.withLock({ $0 }) { return reader }
        let new = try JournalReader(path: journal.path)
        reader.withLock { $0 = new }
        return new
    }
}
