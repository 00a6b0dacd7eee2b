extension Reply.ToolCall {
    /// `arguments-not-json`: what models write that take a function call for a message: the
    /// arguments inside a fence of Markdown.
    mutating func writeArgumentsAsMarkdown() {
        arguments = TokenText("```json\n\(arguments.text)\n```")
    }
}
