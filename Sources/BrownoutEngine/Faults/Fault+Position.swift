extension Fault {
    /// Where the fault stands; nil for one that is about the answer as a whole, and for several.
    package var position: Position? {
        switch self {
        case .errorEvent(_, let position), .cut(_, let position), .stall(_, let position),
            .hang(_, let position), .dribble(_, let position), .framing(_, let position),
            .mangle(_, let position), .http2(_, let position), .tls(_, let position):
            position
        case .error, .slowHeaders, .shape, .missing, .content, .page, .raw, .rawStream, .refuse,
            .connection, .all:
            nil
        }
    }
}
