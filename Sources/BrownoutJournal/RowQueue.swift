import BrownoutRecords

/// Rows on their way to the disk, in chunks of one transaction each. It never refuses a row:
/// whoever makes rows stops when ``isOver`` says so.
struct RowQueue {
    /// Rows of one transaction.
    struct Chunk {
        var rows: [ExchangeRecord] = []
        /// What was done to the server meanwhile.
        var actions: [ActionRecord] = []
        var bytes = 0
    }

    private let limits: JournalLimits
    /// Rows waiting and rows being written; their memory is in use until ``release(_:)``.
    private(set) var rows = 0
    private(set) var bytes = 0
    /// Actions waiting and being written.
    private(set) var actions = 0
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

    var hasPartialChunk: Bool { !filling.rows.isEmpty || !filling.actions.isEmpty }

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
        guard actions < limits.queueActions else { return false }
        filling.actions.append(action)
        actions += 1
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

    /// The rows of a chunk are gone from memory; `storage` is its array, emptied.
    mutating func release(
        rows count: Int, actions: Int, bytes size: Int, storage: consuming [ExchangeRecord]
    ) {
        rows -= count
        self.actions -= actions
        bytes -= size
        if spare.count < 4 { spare.append(storage) }
    }
}
