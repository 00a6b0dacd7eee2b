/// The catalogue of faults. What is known of one is its ``row``.
package enum FaultKind: Hashable, Sendable, CaseIterable {
    case error
    case errorEvent
    case cut
    case noAnswer
    case reset
    case halfOpen
    case stall
    case hang
    case latency
    case slowHeaders
    case dribble
    case refuse
    case connection(ConnectionFault)
    case framing(FramingFault)
    case mangle(Mangle)
    case shape(StreamShape)
    case missing(MissingPart)
    case content(ContentFault)
    case page(ProxyPage)
    case raw
    case rawStream
    case http2(HTTP2Fault.Word)
    case tls(TLSFault)

    /// In the order of the reference.
    package static let allCases: [FaultKind] =
        [
            .error, .errorEvent, .cut, .noAnswer, .reset, .halfOpen, .stall, .hang, .latency,
            .slowHeaders, .dribble, .refuse,
        ] + ConnectionFault.allCases.map(connection) + FramingFault.allCases.map(framing)
        + Mangle.allCases.map(mangle) + StreamShape.allCases.map(shape)
        + MissingPart.allCases.map(missing) + ContentFault.allCases.map(content)
        + ProxyPage.allCases.map(page) + [.raw, .rawStream]
        + HTTP2Fault.Word.allCases.map(http2) + TLSFault.allCases.map(tls)

    /// What is known of the fault.
    package var row: FaultRow {
        switch self {
        case .error: .cause
        case .errorEvent: .errorEvent
        case .cut: .cut
        case .noAnswer: .noAnswer
        case .reset: .reset
        case .halfOpen: .halfOpen
        case .stall: .stall
        case .hang: .hang
        case .latency: .latency
        case .slowHeaders: .slowHeaders
        case .dribble: .dribble
        case .refuse: .refuse
        case .connection(let word): word.row
        case .framing(let word): word.row
        case .mangle(let word): word.row
        case .shape(let word): word.row
        case .missing(let word): word.row
        case .content(let word): word.row
        case .page(let word): word.row
        case .raw: .raw
        case .rawStream: .rawStream
        case .http2(let word): word.row
        case .tls(let word): word.row
        }
    }

    /// Whether its name alone is a fault.
    package var isWord: Bool {
        switch self {
        case .noAnswer, .reset, .halfOpen, .connection, .framing, .mangle, .shape, .missing,
            .content, .page, .http2, .tls:
            true
        case .error, .errorEvent, .cut, .stall, .hang, .latency, .slowHeaders, .dribble, .refuse,
            .raw, .rawStream:
            false
        }
    }
}

extension FaultKind {
    /// What a scenario, the journal and metrics call the fault: ``FaultRow/name``.
    package var name: String { row.name }
    /// The heading it stands under, in the reference and in `brownout faults`.
    package var family: FaultFamily { row.family }
    /// What has to be so of request, stream or transport for it to be possible.
    package var need: FaultNeed { row.need }
    /// Whether a scenario can give it an `at`.
    package var takesPosition: Bool { row.takesPosition }
    /// What a client should make of it, by itself; nil where that is for its cause to say.
    /// ``Fault/category`` knows the whole fault.
    package var category: ErrorCategory? { row.category }
    /// Whether the same request is worth a retry; nil where that is for its cause or for the
    /// scenario's own words to say. ``Fault/isRetryable`` knows the whole fault.
    package var isRetryable: Bool? { row.isRetryable }
    /// One line for the reference and for `brownout faults`.
    package var summary: String { row.summary }
    /// How a scenario writes it, for the reference and for messages about one that writes it wrong.
    package var example: String { row.example }
    /// Decided when a connection is accepted, before any request is read.
    package var isAtAccept: Bool { row.layer == .accept }
}
