import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Holds texts against files in `Fixtures`. With `UPDATE_GOLDEN=1` in the environment the files
/// are written instead.
enum Golden {
    private static let folder = String(#filePath.dropLast("Golden.swift".count)) + "Fixtures/"

    static func check(
        _ text: String, _ name: String, at place: SourceLocation = #_sourceLocation
    ) {
        let path = folder + name
        if getenv("UPDATE_GOLDEN") != nil {
            write(text, path)
            return
        }
        guard let expected = read(path) else {
            Issue.record(
                "no fixture \(path); write it with UPDATE_GOLDEN=1 swift test",
                sourceLocation: place)
            return
        }
        #expect(text == expected, "\(path) differs", sourceLocation: place)
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, _ path: String) {
        guard let file = fopen(path, "w") else {
            Issue.record("cannot write \(path)")
            return
        }
        defer { fclose(file) }
        _ = fwrite(text, 1, text.utf8.count, file)
    }
}
