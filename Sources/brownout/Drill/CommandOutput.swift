import Foundation

/// What a command writes while others run beside it: kept in files, and passed on as one block when
/// it has ended. Each stream goes where it belongs.
struct CommandOutput: Sendable {
    let standard: String
    let error: String

    private static let portion = 64 * 1024

    init(in folder: URL) {
        standard = folder.appendingPathComponent("stdout").path
        error = folder.appendingPathComponent("stderr").path
    }

    /// Passes everything on.
    func pass() {
        pass(standard, to: STDOUT_FILENO)
        pass(error, to: STDERR_FILENO)
    }

    private func pass(_ path: String, to descriptor: Int32) {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        while let portion = try? file.read(upToCount: CommandOutput.portion), !portion.isEmpty {
            Terminal.pass(Array(portion), to: descriptor)
        }
    }
}
