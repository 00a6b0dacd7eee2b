import Foundation

/// What the file system lets us do with a journal; SQLite says only that it cannot.
struct JournalAccess {
    private let path: String

    init(_ path: String) {
        self.path = path
    }

    private var folder: String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    /// Whether a writer has left its log beside the file, with what is not in the file yet.
    var hasLog: Bool {
        guard access(path + "-wal", F_OK) == 0 else { return false }
        guard let log = FileHandle(forReadingAtPath: path + "-wal") else { return true }
        defer { try? log.close() }
        return (try? log.seekToEnd()) != 0
    }

    /// Whether the file can be read, and only that.
    var isReadable: Bool { access(path, R_OK) == 0 }

    /// Whether there is no such file, as far as we may look.
    var isMissing: Bool { access(path, F_OK) != 0 && errno == ENOENT }

    /// The file as a URI of SQLite's that takes it for unchanging, so that nothing has to be made
    /// beside it.
    var unchangingURI: String {
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: "?#%;")
        let full = URL(fileURLWithPath: path).path
        let encoded = full.addingPercentEncoding(withAllowedCharacters: allowed) ?? full
        return "file:\(encoded)?immutable=1"
    }

    /// Why the journal cannot be opened, where that is easily seen.
    var refusal: (message: String, hint: String?)? {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            return ("this is a folder, not a file", "name a file in it")
        }
        if access(folder, F_OK) != 0, errno == ENOENT {
            return ("there is no folder '\(folder)'", nil)
        }
        if access(path, F_OK) == 0 {
            guard isReadable else { return ("permission denied", "it cannot be read") }
            if access(folder, W_OK) != 0, hasLog {
                return (
                    "permission denied to read it with its log, '\(path)-wal'",
                    "copy both into a folder that can be written, or stop the server that writes it"
                )
            }
            if access(path, W_OK) != 0 { return ("permission denied", "it cannot be written") }
        } else if errno == EACCES {
            return ("permission denied", "the folder '\(folder)' cannot be looked into")
        }
        if access(folder, W_OK) != 0 {
            return ("permission denied", "the folder '\(folder)' cannot be written")
        }
        return nil
    }
}
