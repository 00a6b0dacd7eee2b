import Glibc

/// A file that is written, with whole writes and errors that name it.
struct OpenFile: ~Copyable {
    let path: String
    private let file: Int32

    /// Opens a file, and makes it where there is none.
    init(path: String, flags: Int32 = O_RDWR | O_CREAT) throws(RecordingError) {
        self.path = path
        file = open(path, flags | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system(path, "cannot be written", errno) }
    }

    deinit {
        close(file)
    }

    /// Takes the file for this process; false where another has it. A child of `fork` does not
    /// keep it, and the kernel gives it back when the process ends, however it does.
    func lock() -> Bool { flock(file, LOCK_EX | LOCK_NB) == 0 }

    func unlock() { _ = flock(file, LOCK_UN) }

    /// Whether the path still leads to this file, and not to one that took its place.
    var isAtItsPath: Bool {
        var own = stat()
        var there = stat()
        return fstat(file, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino
            && own.st_dev == there.st_dev
    }

    /// Whether the file is still what was written: at its path, as long as it was left, and with a
    /// recording's end at its end.
    func check(endsAt end: Int64) throws(RecordingError) {
        var reason: String?
        if !isAtItsPath {
            reason = access(path, F_OK) == 0 ? "another file is in its place" : "it was removed"
        } else if size != end {
            reason = "it is \(size) bytes long and was left with \(end)"
        } else if end >= 4, (try? read(at: end - 4, count: 4)) != [0x2E, 0x2E, 0x2E, 0x0A] {
            // Comments may follow the last recording of a file that was there before.
            reason = try WholeDocuments.end(of: self) == end ? nil : "it was overwritten"
        }
        guard let reason else { return }
        throw RecordingError(
            .unavailable, path: path, "no longer the file that is recorded to: \(reason)",
            note: "what comes is not recorded; stop the recorder, and begin again")
    }

    var size: Int64 {
        var status = stat()
        return fstat(file, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Writes all of the bytes at an offset: one call of the system, unless it takes fewer.
    func write(_ bytes: [UInt8], at offset: Int64) throws(RecordingError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(
                    file, UnsafeRawBufferPointer(rebasing: bytes[done...]).baseAddress,
                    bytes.count - done, Int(offset) + done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(path, "cannot be written", errno)
            }
            done += count
        }
    }

    func read(at offset: Int64, count: Int) throws(RecordingError) -> [UInt8] {
        try FileBytes.part(of: path, at: offset, count: count)
    }

    func truncate(to size: Int64) throws(RecordingError) {
        guard ftruncate(file, Int(size)) == 0 else {
            throw .system(path, "cannot be cut", errno)
        }
    }

    /// Waits until the disk has it.
    func synchronize() throws(RecordingError) {
        guard fsync(file) == 0 else { throw .system(path, "cannot be written", errno) }
    }
}

/// Where the end of the last whole document of a file is.
enum WholeDocuments {
    /// The offset behind the last end mark, and behind the comments and blank lines after it;
    /// whatever follows is of a document that was not written to its end.
    static func end(of file: borrowing OpenFile) throws(RecordingError) -> Int64 {
        let size = file.size
        var end = size
        // From the end, in blocks that overlap by a mark.
        while end > 0 {
            let start = max(0, end - 65_536)
            let bytes = try file.read(at: start, count: Int(min(size, end + 8) - start))
            if let mark = lastMark(in: bytes, isStart: start == 0, isEnd: end + 8 >= size) {
                return try tail(of: file, from: start + Int64(mark), size)
            }
            end = start
        }
        return 0
    }

    /// The offset behind the last line `...`.
    private static func lastMark(in bytes: [UInt8], isStart: Bool, isEnd: Bool) -> Int? {
        var index = bytes.count - 3
        while index >= 0 {
            defer { index -= 1 }
            guard bytes[index] == 0x2E, bytes[index + 1] == 0x2E, bytes[index + 2] == 0x2E,
                index > 0 ? bytes[index - 1] == 0x0A : isStart
            else { continue }
            let next = index + 3
            if next == bytes.count {
                if isEnd { return next }
                continue
            }
            if bytes[next] == 0x0A { return next + 1 }
            if bytes[next] == 0x0D || bytes[next] == 0x20 {
                return bytes[next...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
            }
        }
        return nil
    }

    private static func tail(
        of file: borrowing OpenFile, from mark: Int64, _ size: Int64
    ) throws(RecordingError) -> Int64 {
        guard size > mark, size - mark <= 65_536 else { return mark }
        let bytes = try file.read(at: mark, count: Int(size - mark))
        var lines = LineStarts(bytes)
        while let line = lines.next() {
            let isBlank = bytes[line].allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
            guard isBlank || bytes[line].first == UInt8(ascii: "#") else { return mark }
        }
        return size
    }
}
