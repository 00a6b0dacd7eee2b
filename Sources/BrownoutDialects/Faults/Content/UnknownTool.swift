extension Reply.Choice {
    /// `unknown-tool`: calls go to tools that nobody offered; where nothing is called, one is.
    /// `word` is what the id of that call is made of.
    mutating func callUnknownTool(_ request: ChatRequest, word: UInt64) {
        if toolCalls.isEmpty {
            toolCalls = [
                Reply.ToolCall(
                    id: word, name: "search_documents",
                    arguments: TokenText(#"{"query":"latest report","limit":3}"#),
                    form: request.callsFunctions ? .legacy : .function)
            ]
            if finish == .stop || finish == .refusal { finish = .toolCalls }
        }
        for index in toolCalls.indices {
            toolCalls[index].name = Self.unknown(toolCalls[index].name, besides: request.tools)
        }
    }

    /// The name itself, or one much like it: one of more names than are offered is free. A name
    /// has at most 64 characters, here too.
    private static func unknown(_ name: String, besides offered: [ChatRequest.Tool]) -> String {
        let others = (2...offered.count + 2).lazy.map { "\(name.prefix(bytes: 56))_v\($0)" }
        return ([name] + others).first { candidate in
            !offered.contains { $0.name == candidate }
        } ?? name
    }
}
