/// How a journal's writer is doing.
package struct JournalCounters: Sendable, Equatable {
    /// Rows on disk.
    package var written: Int
    /// Rows that were given up because the database refused them for too long.
    package var lost: Int
    /// Rows on their way.
    package var queued: Int
    /// Why the database refuses rows at the moment; nil while all is well.
    package var trouble: String?

    package init(written: Int, lost: Int, queued: Int, trouble: String? = nil) {
        self.written = written
        self.lost = lost
        self.queued = queued
        self.trouble = trouble
    }
}
