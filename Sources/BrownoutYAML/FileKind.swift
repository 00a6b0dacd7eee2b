import Glibc

/// What a path leads to, as far as reading it goes.
package enum FileKind: Equatable, Sendable {
    case file
    case folder
    /// Something whose end may never come, and what it is called: `a FIFO`.
    case endless(String)

    /// Nil where there is nothing, or nothing that may be looked at; `errno` says why.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(mode: status.st_mode)
    }

    /// Of an open file: another may have taken its path.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(mode: status.st_mode)
    }

    private init(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        case S_IFIFO: self = .endless("a FIFO")
        case S_IFSOCK: self = .endless("a socket")
        default: self = .endless("a device")
        }
    }
}
