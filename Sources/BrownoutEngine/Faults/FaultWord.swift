/// A family of faults, each of which a scenario names by a word that no other family has.
package protocol FaultWord: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// One line for the reference and for messages.
    var summary: String { get }
    /// What an answer needs for the fault to be possible.
    var need: FaultNeed { get }
}

/// What has to be so for a fault to be possible.
package enum FaultNeed: Hashable, Sendable {
    case nothing
    /// The answer is a stream.
    case stream
    /// The request offers tools, or a reply calls some.
    case tools
    /// The answer is a stream that has this.
    case streamWith(StreamTrait)
    /// The request came by HTTP/1.1: what the fault breaks is not in HTTP/2.
    case http1
    case http2
    case tls
}
