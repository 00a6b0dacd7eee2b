import BrownoutDialects

/// Decides which tools an answer calls.
enum ToolChooser {
    /// The tools to call; nil: the answer is text. After the result of a tool comes text, so that
    /// an agent's loop ends.
    static func calls(
        _ request: ChatRequest, _ draws: inout WordStream
    ) -> [ChatRequest.Tool]? {
        guard !request.tools.isEmpty, !request.endsWithToolResult else { return nil }
        switch request.toolChoice {
        case .none: return nil
        case .named(let name):
            return request.tools.first { $0.name == name }.map { [$0] }
        case .automatic, .required:
            let named = request.tools.filter { request.userText.holds($0.name) }
            if named.isEmpty { return [request.tools[draws.below(request.tools.count)]] }
            return request.parallelToolCalls ? named : [named[0]]
        }
    }
}

extension String {
    /// Whether a text occurs in this one, byte by byte; an empty one does not.
    func holds(_ text: String) -> Bool { firstOffset(of: text) != nil }

    /// The offset in UTF-8 at which a text first occurs.
    func firstOffset(of text: String) -> Int? {
        let needle = Array(text.utf8)
        guard let first = needle.first, utf8.count >= needle.count else { return nil }
        let found: Int?? = utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            for start in 0...(bytes.count - needle.count) where bytes[start] == first {
                if needle.indices.allSatisfy({ bytes[start + $0] == needle[$0] }) { return start }
            }
            return nil
        }
        return found ?? nil
    }
}
