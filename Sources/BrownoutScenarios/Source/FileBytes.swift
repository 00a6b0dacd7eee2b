import Glibc

/// Why a file was not read.
struct FileProblem: Error {
    var message: String

    static let tooLarge = FileProblem(
        message: "the file is larger than \(ScenarioLimits.fileBytes >> 20) MiB")

    /// The system's reason for the last call's failure.
    static var system: FileProblem {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return FileProblem(message: "cannot be read: \(reason)")
    }
}

/// Reads small files whole.
enum FileBytes {
    /// That there is something at a path, and that it can be read.
    static func check(_ path: String) throws(FileProblem) {
        guard access(path, R_OK) == 0 else { throw .system }
    }

    /// The file's bytes; a file with more than `limit` is refused before it is read.
    static func read(_ path: String, atMost limit: Int) throws(FileProblem) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw FileProblem(message: "cannot be read: it is a directory")
        }
        guard status.st_size <= limit else { throw .tooLarge }
        return try read(file, atMost: limit)
    }

    /// What comes from a descriptor until its end.
    static func read(_ file: Int32, atMost limit: Int) throws(FileProblem) -> [UInt8] {
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
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }
}
