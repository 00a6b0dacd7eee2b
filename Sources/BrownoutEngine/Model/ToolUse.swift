/// The result of a tool call, as a request brings it to the model.
package struct ToolResult: Sendable, Equatable {
    /// The call's id, as the answer that offered it had it.
    package var id: String
    /// A digest of what the result says.
    package var digest: UInt64

    package init(id: String, digest: UInt64) {
        self.id = id
        self.digest = digest
    }
}

/// A call of a tool that an answer asks the client for.
package struct OfferedCall: Sendable, Equatable {
    package var id: String
    /// The tool's name.
    package var name: String
    /// A digest of the arguments' text.
    package var digest: UInt64

    package init(id: String, name: String, digest: UInt64) {
        self.id = id
        self.name = name
        self.digest = digest
    }
}
