// Named Unsafe because it says of a buffer that several threads may read it, which the compiler
// cannot see: entries and text are written by the reader that made the buffer, before anybody else
// has it, and never again. Both are plain values, so that nothing has to be done to end them.

/// One allocation: the entries of a tape and, behind the room for them, a copy of the text.
@usableFromInline
package struct TapeStorage: @unchecked Sendable {
    /// What stands before the entries.
    @usableFromInline
    package struct Header: Sendable {
        /// Entries there is room for.
        @usableFromInline package var room: Int
        /// Bytes of the text.
        @usableFromInline package var count: Int
    }

    /// Zeros behind the text. They end whatever is read: none of them may stand in a string, a
    /// number, a word or white space, so that no loop has to look for the end.
    static let padding = 64

    @usableFromInline let buffer: ManagedBuffer<Header, TapeEntry>

    /// A copy of a text, with room for so many entries, none of which is written yet.
    init(copying text: UnsafeBufferPointer<UInt8>, room: Int) {
        let stride = MemoryLayout<TapeEntry>.stride
        let units = (text.count + TapeStorage.padding + stride - 1) / stride
        buffer = ManagedBuffer.create(minimumCapacity: room + units) { _ in
            Header(room: room, count: text.count)
        }
        let bytes = unsafeBytes
        if let start = text.baseAddress { bytes.update(from: start, count: text.count) }
        (bytes + text.count).update(repeating: 0, count: TapeStorage.padding)
    }

    /// Entries there is room for.
    var room: Int { buffer.header.room }

    /// Where the entries begin; not to be used when the storage is gone.
    var unsafeEntries: UnsafeMutablePointer<TapeEntry> {
        buffer.withUnsafeMutablePointerToElements { $0 }
    }

    /// Where the text begins; not to be used when the storage is gone.
    var unsafeBytes: UnsafeMutablePointer<UInt8> {
        buffer.withUnsafeMutablePointers { header, entries in
            UnsafeMutableRawPointer(entries + header.pointee.room)
                .assumingMemoryBound(to: UInt8.self)
        }
    }

    /// An entry that has been written.
    @inlinable
    subscript(index: Int) -> TapeEntry {
        buffer.withUnsafeMutablePointerToElements { $0[index] }
    }

    /// The entries and the text, for the length of a call.
    @inlinable
    func withEntries<Value>(
        _ body: (UnsafePointer<TapeEntry>, _ text: UnsafePointer<UInt8>) -> Value
    ) -> Value {
        buffer.withUnsafeMutablePointers { header, entries in
            let text = UnsafeRawPointer(entries + header.pointee.room)
            return body(entries, text.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// The text, for the length of a call.
    func withText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        let count = buffer.header.count
        return withEntries { _, text in body(UnsafeBufferPointer(start: text, count: count)) }
    }

    /// A part of the text: what an entry notes of a string or a number.
    @inlinable
    func withText<Value>(
        of entry: TapeEntry, _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        withEntries { _, text in
            body(UnsafeBufferPointer(start: text + Int(entry.place), count: entry.length))
        }
    }
}
