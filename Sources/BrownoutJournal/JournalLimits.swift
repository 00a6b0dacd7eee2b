/// How much a journal's writer holds, how long it waits, and how big its file may become.
package struct JournalLimits: Sendable {
    /// A row is on its way to the disk no later than this after it was appended.
    package var flushInterval: Duration = .milliseconds(50)
    /// Rows of one transaction, and their bytes.
    package var batchRows = 1_024
    /// The bytes of records at which a batch is written, however few they are.
    package var batchBytes = 4 << 20
    /// The high-water mark: beyond either, there is no room for more rows. What is queued is
    /// what a kill costs, so a full queue must be written within 100 ms: both take 40 to
    /// 90 ms on a disk of 380 MB/s.
    package var queueRows = 4_096
    /// The bytes of records that may wait; beyond them requests wait for the writer.
    package var queueBytes = 16 << 20
    /// Actions that wait to be written; further ones are dropped.
    package var queueActions = 1_000
    /// How long a batch that fails is tried again before its rows count as lost.
    package var patience: Duration = .seconds(2)
    /// How long SQLite itself waits for another process's lock, in each try.
    package var lockWait: Duration = .milliseconds(250)
    /// What the database file may grow to, in bytes; nil: as much as the disk holds.
    package var fileBytes: Int?

    package init() {}
}
