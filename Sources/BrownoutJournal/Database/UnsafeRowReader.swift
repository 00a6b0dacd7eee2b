import GRDB
import GRDBSQLite

/// Steps through the rows of a statement and reads their values from left to right, through
/// SQLite's own functions.
///
/// Why not GRDB's rows: a verdict reads fifty values of each of a million rows, and decoding them
/// one by one through a database value costs more than all the rest of it.
///
/// Why this is right: the pointers that SQLite gives for a text are valid until the next step or
/// the next conversion of that value; each is read once, copied into a `String` at once, and not
/// kept. The statement is held by whoever made it as long as the reader is used, and reset at the
/// end, so that it can be used again.
struct UnsafeRowReader: ~Copyable {
    private let statement: Statement
    private let pointer: OpaquePointer
    private var column: CInt = 0
    /// The text that stood in a column last: most rows say the same again, and share it.
    private var texts: [String]

    init(_ statement: Statement) {
        self.statement = statement
        pointer = statement.sqliteStatement
        texts = [String](repeating: "", count: statement.columnCount)
    }

    deinit {
        sqlite3_reset(pointer)
    }

    /// Goes to the next row; false when there is none.
    mutating func next(_ db: Database) throws(DatabaseError) -> Bool {
        column = 0
        let code = sqlite3_step(pointer)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
        return false
    }

    mutating func integer() -> Int64? {
        defer { column += 1 }
        guard sqlite3_column_type(pointer, column) != SQLITE_NULL else { return nil }
        return sqlite3_column_int64(pointer, column)
    }

    mutating func digest() -> UInt64? { integer().map { UInt64(bitPattern: $0) } }

    mutating func flag() -> Bool? { integer().map { $0 != 0 } }

    mutating func text() -> String? {
        let place = column
        defer { column += 1 }
        guard let bytes = sqlite3_column_text(pointer, place) else { return nil }
        let count = Int(sqlite3_column_bytes(pointer, place))
        let utf8 = UnsafeBufferPointer(start: bytes, count: count)
        let isSame = texts[Int(place)].utf8.withContiguousStorageIfAvailable { known in
            known.count == count && known.elementsEqual(utf8)
        }
        if isSame != true { texts[Int(place)] = String(decoding: utf8, as: UTF8.self) }
        return texts[Int(place)]
    }
}
