// What tools and people ask of the catalogue besides names and summaries.

extension FaultNeed {
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

extension FaultKind {
    /// The families in the order of the reference.
    package static let families: [String] = allCases.map(\.family).reduce(into: []) {
        families, family in
        if !families.contains(family) { families.append(family) }
    }

    /// Whether a scenario can say at which place of the answer the fault stands.
    package var takesPosition: Bool {
        switch self {
        case .errorEvent, .cut, .stall, .hang, .dribble, .mangle: true
        case .framing(let word): word.takesPosition
        case .http2(let word): !word.isAtAccept
        case .tls(let word): word == .corruptRecord
        case .error, .noAnswer, .reset, .halfOpen, .latency, .slowHeaders, .refuse, .connection,
            .shape, .missing, .content, .page, .raw, .rawStream:
            false
        }
    }
}
