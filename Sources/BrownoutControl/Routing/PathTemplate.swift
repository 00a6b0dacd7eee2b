import Foundation

/// The paths of a resource: `/sessions/{session}/scenario`.
struct PathTemplate: Equatable, Sendable {
    enum Part: Equatable, Sendable {
        case word(String)
        /// Any text; its name.
        case parameter(String)
    }

    let text: String
    let parts: [Part]

    init(_ text: String) {
        self.text = text
        parts = text.split(separator: "/").map { part in
            part.hasPrefix("{")
                ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// The names of its parameters.
    var parameters: [String] {
        parts.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// The values of its parameters in a path; nil when the path is another's.
    func values(in path: String) -> [String: String]? {
        let words = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard words.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (word, part) in zip(words, parts) {
            switch part {
            case .word(let text): if word != text { return nil }
            case .parameter(let name):
                guard let value = String(word).removingPercentEncoding, !value.isEmpty else {
                    return nil
                }
                values[name] = value
            }
        }
        return values
    }
}
