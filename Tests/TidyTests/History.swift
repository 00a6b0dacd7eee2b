import Foundation

/// What git says of the project. A tree without its history is no clone: there is nothing to ask.
enum History {
    static let isThere = FileManager.default.fileExists(
        atPath: SourceTree.root.appendingPathComponent(".git").path)

    /// The subjects of the latest commits, merges left out.
    static func subjects(_ count: Int) throws -> [String] {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = [
            "git", "-c", "safe.directory=*", "-C", SourceTree.root.path, "log", "--no-merges",
            "--format=%s", "-\(count)",
        ]
        let output = Pipe()
        git.standardOutput = output
        try git.run()
        let read = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        return String(decoding: read, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
