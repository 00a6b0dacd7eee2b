import Foundation

/// The file that a journal is in, as it was when it was opened. SQLite holds it open and would
/// write on into one that nobody can find any more.
///
/// It keeps a descriptor of its own for as long as the database is open: closing one gives up the
/// locks that SQLite has on the file.
struct JournalFile: ~Copyable {
    private static let magic = [UInt8]("SQLite format 3\0".utf8)

    private let path: String
    private let file: Int32
    /// A database grows; what is shorter than it was has been cut.
    private var size: Int64 = 0

    /// Nil where there is no file: a database in memory.
    init?(path: String) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
    }

    deinit {
        close(file)
    }

    /// Looks whether the path still leads to the file; some microseconds.
    mutating func look() throws(JournalError) {
        var own = stat()
        var there = stat()
        guard fstat(file, &own) == 0, stat(path, &there) == 0 else { throw gone("it was removed") }
        guard own.st_dev == there.st_dev, own.st_ino == there.st_ino else {
            throw gone("another file is in its place")
        }
        guard Int64(there.st_size) >= size else {
            throw gone("it is \(there.st_size) bytes long and was \(size)")
        }
        var bytes = [UInt8](repeating: 0, count: JournalFile.magic.count)
        guard pread(file, &bytes, bytes.count, 0) == bytes.count, bytes == JournalFile.magic else {
            throw gone("it was overwritten")
        }
        size = Int64(there.st_size)
    }

    private borrowing func gone(_ reason: String) -> JournalError {
        JournalError(
            code: .takenAway, path: path,
            message: "no longer the journal that was opened: \(reason)",
            hint: "what comes is not journalled; stop the server, and begin again")
    }
}
