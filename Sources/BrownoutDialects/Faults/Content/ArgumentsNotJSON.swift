extension Reply.ToolCall {
    /// `arguments-not-json`: what models write that take a function call for a message: the
    /// arguments inside a fence of Markdown. A custom tool is given a text anyway.
    mutating func writeArgumentsAsMarkdown() {
        guard form != .custom else { return }
        arguments = TokenText("```json\n\(arguments.text)\n```")
    }
}
