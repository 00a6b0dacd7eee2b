import BrownoutRecords
import BrownoutYAML
import Glibc

/// Finds out what is kept where.
package enum RecordingArchives {
    /// How the files of SQLite begin (https://sqlite.org/fileformat.html, 1.3).
    private static let storeMagic = [UInt8]("SQLite format 3\0".utf8)

    /// What a path holds.
    package enum Kind: Equatable, Sendable {
        case file
        case folder
        case store
    }

    /// Whether a path is a file, a folder or a store.
    package static func kind(of path: String) throws(RecordingError) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            guard code == ENOENT else { throw .system(path, "cannot be read", code) }
            throw RecordingError(
                .missing, path: path, "there are no recordings here",
                note: "`brownout record --to FILE` makes some")
        }
        if status.st_mode & S_IFMT == S_IFDIR { return .folder }
        if case .endless(let word)? = FileKind(path: path) { throw .endless(path, word) }
        guard status.st_size >= storeMagic.count else { return .file }
        let head = try FileBytes.part(of: path, at: 0, count: storeMagic.count)
        return head == storeMagic ? .store : .file
    }

    /// Opens a file, a folder or a store of recordings, as it is found.
    package static func open(path: String) throws(RecordingError) -> any RecordingArchive {
        switch try kind(of: path) {
        case .store: try RecordingStore(path: path)
        case .folder: try RecordingFiles(path: path, isFolder: true)
        case .file: try RecordingFiles(path: path, isFolder: false)
        }
    }
}
