extension Reply.Choice {
    /// `duplicate-tool-id`: all calls have the id of the first.
    mutating func shareToolID() {
        for index in toolCalls.indices { toolCalls[index].id = toolCalls[0].id }
    }
}
