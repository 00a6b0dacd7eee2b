package import BrownoutEngine
package import BrownoutWire

extension Dialects {
    /// The answer that a fault puts in place of whatever the provider would have said; nil for a
    /// fault that leaves some of the provider's own.
    package static func substitute(
        _ fault: Fault, for request: ParsedRequest, context: AnswerContext
    ) -> Answer? {
        switch fault {
        case .error(let fault): error(fault, for: request, context: context)
        case .raw(let raw): Answer(raw)
        case .rawStream(let raw): Answer(raw)
        case .page(let page): Answer(page, request, context)
        case .content(.errorWith200): Answer(errorWith200: request, context)
        case .content(.htmlWith200): Answer(htmlWith200: context)
        case .errorEvent, .cut, .stall, .hang, .dribble, .slowHeaders, .framing, .mangle, .shape,
            .missing, .content, .refuse, .connection, .http2, .tls, .all:
            nil
        }
    }
}
