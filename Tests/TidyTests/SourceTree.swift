import Foundation

/// The project's own files, as text.
struct SourceTree {
    /// One source file.
    struct File: Sendable {
        /// Relative to the project's root.
        var path: String
        var lines: [String]
    }

    /// The project's root, found from this file.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All files with an ending below a folder of the root, in the order of their names.
    static func files(_ folder: String, ending: String = ".swift") -> [File] {
        let start = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
        return walk.compactMap { $0 as? String }
            .filter { $0.hasSuffix(ending) && !$0.contains(".build/") }
            .sorted()
            .map { File(path: "\(folder)/\($0)", lines: text("\(folder)/\($0)").lines) }
    }

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
    }
}

extension String {
    var lines: [String] {
        split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The line without its comment and without what stands in quotes, roughly.
    var code: String {
        let uncommented = components(separatedBy: "//")[0]
        return uncommented.components(separatedBy: "\"").enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "\"")
    }
}
