import Glibc

/// Why a file was not read.
package struct FileProblem: Error {
    /// What is wrong, without the file's name: `cannot be read: Permission denied`.
    package var message: String

    init(message: String) {
        self.message = message
    }

    /// A refusal of a file by its size; `limit` is in bytes.
    package init(largerThan limit: Int) {
        message = "the file is larger than \(limit >> 20) MiB"
    }

    /// The system's reason for the last call's failure.
    static var system: FileProblem {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return FileProblem(message: "cannot be read: \(reason)")
    }
}

/// Reads small files whole.
package enum FileBytes {
    /// That there is a file or a folder at a path, and that it can be read.
    package static func check(_ path: String) throws(FileProblem) {
        guard let kind = FileKind(path: path), access(path, R_OK) == 0 else { throw .system }
        if case .endless(let word) = kind {
            throw FileProblem(message: "is \(word), and no file, folder or store")
        }
    }

    /// The file's bytes; a file with more than `limit` is refused before it is read, and what is
    /// no file at once. A pipe that the process was given (`<(…)`) is read like a file.
    package static func read(_ path: String, atMost limit: Int) throws(FileProblem) -> [UInt8] {
        // Without waiting until somebody opens a FIFO's other end.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system }
        defer { close(file) }
        switch FileKind(descriptor: file) {
        case .file: break
        case .folder: throw FileProblem(message: "cannot be read: it is a directory")
        case .endless(let word):
            guard isGiven(path) else {
                throw FileProblem(message: "cannot be read: it is \(word), and no file")
            }
            _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
        case nil: throw .system
        }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system }
        guard status.st_size <= limit else { throw FileProblem(largerThan: limit) }
        return try read(file, atMost: limit)
    }

    /// What comes from a descriptor until its end.
    package static func read(_ file: Int32, atMost limit: Int) throws(FileProblem) -> [UInt8] {
        // A pipe has no size, so the limit is held while reading.
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else { throw FileProblem(largerThan: limit) }
        }
    }

    /// Whether a path is that of a descriptor which the process was started with.
    private static func isGiven(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }
}
