// The truth about a fault, against which a client's own judgement is held. Of causes see ``Cause``.

extension FaultKind {
    /// What a client should make of it: `unknown` where an answer came that is odd or wrong, and
    /// nothing failed on the way. Nil where it is that of a cause.
    package var category: ErrorCategory? {
        switch self {
        case .error, .errorEvent: nil
        case .stall, .hang, .latency, .slowHeaders, .dribble, .halfOpen, .shape(.heldBack),
            .http2(.noWindow), .tls(.handshakeHang):
            .timeout
        case .cut, .noAnswer, .reset, .refuse, .connection, .http2, .tls: .networkError
        case .framing(let word): word.isHarmless ? .unknown : .networkError
        // A stream that ends before the protocol's own end has been cut.
        case .missing(let part): part == .done || part == .messageStop ? .networkError : .unknown
        case .content(let word): word.category
        case .page(let page): page.category
        case .mangle, .shape, .raw, .rawStream: .unknown
        }
    }

    /// Whether the same request is worth a retry: what fails on the way is, and an answer that
    /// cannot be used; not one that says what was asked for in an odd form. Nil where it is as
    /// with a cause, or as the scenario's own words have it.
    package var isRetryable: Bool? {
        switch self {
        case .error, .errorEvent, .raw, .rawStream: nil
        case .mangle(let word): word.breaksAnswer
        case .content(let word): word.isRetryable
        case .page(let page): page.isRetryable
        default: category == .networkError || category == .timeout
        }
    }
}

extension Mangle {
    /// Whether what the answer says is lost or changed.
    package var breaksAnswer: Bool {
        switch self {
        case .drop, .duplicate, .reorder, .badJSON, .badUTF8: true
        case .hugeEvent, .commentFlood, .pingFlood: false
        }
    }
}

extension ContentFault {
    /// An error or a page with a good status is what it would be with its own; a model that
    /// declines, a filter and a limit have judged the request. Else nobody has said what is wrong.
    fileprivate var category: ErrorCategory {
        switch self {
        case .errorWith200, .htmlWith200: .apiError
        case .refusal, .contentFilter, .length: .validation
        case .emptyChoices, .nullChoices, .emptyBody, .plainJSON, .argumentsNotJSON,
            .argumentsBreakSchema, .argumentsCut, .unknownTool, .duplicateToolID, .wrongUsage,
            .wrongModel:
            .unknown
        }
    }

    /// What the model says otherwise another time is worth asking again.
    fileprivate var isRetryable: Bool {
        switch self {
        case .refusal, .contentFilter, .length, .wrongUsage, .wrongModel, .plainJSON: false
        case .emptyChoices, .nullChoices, .emptyBody, .errorWith200, .htmlWith200,
            .argumentsNotJSON, .argumentsBreakSchema, .argumentsCut, .unknownTool,
            .duplicateToolID:
            true
        }
    }
}
