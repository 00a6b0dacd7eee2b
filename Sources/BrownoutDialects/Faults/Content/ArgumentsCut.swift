extension Reply.ToolCall {
    /// `arguments-cut`: the first half of the arguments, though the call counts as complete.
    mutating func cutArguments() {
        let length = arguments.text.unicodeScalars.count
        let half = arguments.text.unicodeScalars.prefix(max(length / 2, min(length, 1)))
        arguments = TokenText(String(half))
    }
}
