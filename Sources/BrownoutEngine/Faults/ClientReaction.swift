/// What the official SDKs make of a fault, as the client matrix measured it: of a plain answer and
/// of a stream under the fault's scenario, with the number of attempts that the server saw.
package struct ClientReaction: Equatable, Sendable {
    /// openai for Python.
    package var openai: String
    /// anthropic for Python.
    package var anthropic: String

    /// The names of the packages, with what each makes of the fault.
    package var byClient: [(client: String, reaction: String)] {
        [("openai-python", openai), ("anthropic-python", anthropic)]
    }
}

extension FaultKind {
    /// What the official SDKs make of the fault; nil as long as nobody has measured it.
    package var clients: ClientReaction? {
        ClientReaction.measured.first { $0.fault == name }.map {
            ClientReaction(openai: $0.openai, anthropic: $0.anthropic)
        }
    }
}
