import BrownoutDialects

/// Decides which tools an answer calls.
enum ToolChooser {
    /// The tools to call; nil: the answer is text. After the result of a tool comes text, so that
    /// an agent's loop ends; unless a tool is forced, which is obeyed for ever. Of several that
    /// would do, those that the conversation has not called yet come first, so that a loop with a
    /// tool to leave it comes to that one.
    static func calls(
        _ request: ChatRequest, _ wishes: ReplyWishes, _ draws: inout WordStream
    ) -> [ChatRequest.Tool]? {
        guard !request.tools.isEmpty else { return nil }
        var pool = request.callableTools
        switch request.toolChoice {
        case .none: return nil
        case .named(let name): return request.tools.first { $0.name == name }.map { [$0] }
        case .automatic: if request.endsWithToolResult { return nil }
        case .required: if !request.calledTools.isEmpty { pool = fresh(pool, request) }
        }
        if wishes.wantsJSONArguments { pool = pool.preferring { $0.form != .custom } }
        guard !pool.isEmpty else { return nil }
        let named = pool.filter { request.userText.holds($0.name) }
        if named.isEmpty { return [pool[draws.below(pool.count)]] }
        return request.parallelToolCalls && !request.callsFunctions ? named : [named[0]]
    }

    private static func fresh(
        _ pool: [ChatRequest.Tool], _ request: ChatRequest
    ) -> [ChatRequest.Tool] {
        let called = Set(request.calledTools)
        return pool.preferring { !called.contains($0.name) }
    }
}

extension [ChatRequest.Tool] {
    /// Those that are as they should be; all, where none is.
    fileprivate func preferring(_ isRight: (Element) -> Bool) -> [Element] {
        let right = filter(isRight)
        return right.isEmpty ? self : right
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
