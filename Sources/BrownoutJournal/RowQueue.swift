import BrownoutRecords

/// Rows on their way to the disk, in chunks of one transaction each. It never refuses a row:
/// whoever makes rows stops when ``isOver`` says so.
struct RowQueue {
    /// Rows of one transaction.
    struct Chunk {
        var rows: [ExchangeRecord] = []
        /// What was done to the server meanwhile.
        var actions: [ActionRecord] = []
        /// What clients said meanwhile.
        var outcomes: [OutcomeRecord] = []
        /// The connections that ended meanwhile.
        var ends: [ClosedConnection] = []
        var bytes = 0

        var isEmpty: Bool {
            rows.isEmpty && actions.isEmpty && outcomes.isEmpty && ends.isEmpty
        }
        var size: ChunkSize {
            ChunkSize(
                rows: rows.count, notes: actions.count + outcomes.count + ends.count,
                ends: ends.count, bytes: bytes)
        }
    }

    /// What a chunk counts as, once it is gone.
    struct ChunkSize {
        var rows: Int
        var notes: Int
        var ends: Int
        var bytes: Int
    }

    private let limits: JournalLimits
    /// Rows waiting and rows being written; their memory is in use until ``release(_:)``.
    private(set) var rows = 0
    private(set) var bytes = 0
    /// Actions and outcomes waiting and being written, and ends of connections.
    private var notes = 0
    private var ends = 0
    private var filling = Chunk()
    private var full: [Chunk] = []
    /// Emptied arrays, so that the threads that append do not allocate big blocks.
    private var spare: [[ExchangeRecord]] = []

    init(limits: JournalLimits) {
        self.limits = limits
        filling.rows.reserveCapacity(limits.batchRows)
        spare = (0..<2).map { _ in
            var rows: [ExchangeRecord] = []
            rows.reserveCapacity(limits.batchRows)
            return rows
        }
    }

    /// Above the high-water mark.
    var isOver: Bool { rows >= limits.queueRows || bytes >= limits.queueBytes }

    /// Below the low-water mark, which is half of the high one.
    var isUnder: Bool { rows <= limits.queueRows / 2 && bytes <= limits.queueBytes / 2 }

    var hasPartialChunk: Bool { !filling.isEmpty }

    /// Returns whether a chunk became full.
    mutating func append(_ record: consuming ExchangeRecord) -> Bool {
        let weight = record.weight
        filling.rows.append(record)
        filling.bytes += weight
        rows += 1
        bytes += weight
        guard filling.rows.count >= limits.batchRows || filling.bytes >= limits.batchBytes else {
            return false
        }
        full.append(takePartialChunk())
        return true
    }

    /// False when too many wait.
    mutating func append(_ action: ActionRecord) -> Bool {
        guard notes < limits.queueActions else { return false }
        filling.actions.append(action)
        notes += 1
        return true
    }

    /// False when too many wait.
    mutating func append(_ outcome: OutcomeRecord) -> Bool {
        guard notes < limits.queueActions else { return false }
        filling.outcomes.append(outcome)
        notes += 1
        return true
    }

    /// False when too many wait: whoever opens and closes connections makes no rows, and cannot be
    /// made to wait for room.
    mutating func append(_ end: ClosedConnection) -> Bool {
        guard ends < limits.queueRows else { return false }
        filling.ends.append(end)
        ends += 1
        return true
    }

    mutating func takeFullChunk() -> Chunk? {
        full.isEmpty ? nil : full.removeFirst()
    }

    mutating func takePartialChunk() -> Chunk {
        let chunk = filling
        filling = Chunk(rows: spare.popLast() ?? [])
        return chunk
    }

    /// A chunk is gone from memory; `storage` is the array of its rows, emptied.
    mutating func release(_ gone: ChunkSize, storage: consuming [ExchangeRecord]) {
        rows -= gone.rows
        notes -= gone.notes - gone.ends
        ends -= gone.ends
        bytes -= gone.bytes
        if spare.count < 4 { spare.append(storage) }
    }
}
