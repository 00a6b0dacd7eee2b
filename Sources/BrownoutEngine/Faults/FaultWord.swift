/// A family of faults, each of which a scenario names by a word that no other family has.
package protocol FaultWord: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The heading of its faults in the reference, and the key that a scenario names them with.
    static var family: FaultFamily { get }
    /// What is known of the fault.
    var row: FaultRow { get }
}

extension FaultWord {
    /// What is so of the fault.
    package var traits: FaultTraits { row.traits }
    /// Decided when a connection is accepted: no request is known then.
    package var isAtAccept: Bool { row.layer == .accept }
    /// Whether the fault stands at one place of the answer.
    package var takesPosition: Bool { row.takesPosition }
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

    /// As `brownout faults` says it; nil where nothing is needed.
    package var name: String? {
        switch self {
        case .nothing: nil
        case .stream: "stream"
        case .tools: "tools"
        case .streamWith(let trait): trait.rawValue
        case .http1: "http1"
        case .http2: "http2"
        case .tls: "tls"
        }
    }
}
