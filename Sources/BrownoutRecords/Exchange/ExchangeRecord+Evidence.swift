package import BrownoutEngine

extension ExchangeRecord {
    /// Takes what a request's head says of other requests that it belongs with. Keys may be
    /// secrets, so of them a digest is kept.
    package mutating func takeEvidence(of headers: HeaderFields) {
        if let value = headers.last(.traceparent) { traceID = TraceID(traceparent: value) }
        idempotencyKey = headers.last(.idempotencyKey).map { SipHash.word($0) }
        invocation = headers.last(.invocation).map { SipHash.word($0) }
    }
}
