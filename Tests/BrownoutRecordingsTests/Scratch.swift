import BrownoutRecordings
import BrownoutRecords
import Foundation

/// A folder of a test's own, gone with it.
final class Scratch {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "recordings-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: file(name))))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    func write(_ name: String, _ text: String) throws { try write(name, [UInt8](text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(filePath: file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

extension RandomRecording {
    /// Some recordings, each with an id of its own.
    static func some(_ count: Int, seed: UInt64, prefix: String = "r") -> [Recording] {
        (0..<count).map { index in
            var random = RandomRecording(seed: seed &* 1_000_003 &+ UInt64(index))
            return random.recording(id: "\(prefix)\(index)")
        }
    }
}
