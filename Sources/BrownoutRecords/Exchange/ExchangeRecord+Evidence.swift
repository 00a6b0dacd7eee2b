package import BrownoutEngine

extension ExchangeRecord {
    /// Takes what a request's head says of other requests that it belongs with. Keys may be
    /// secrets, so of them a digest is kept.
    package mutating func takeEvidence(of headers: [HeaderField]) {
        for field in headers {
            // The length tells most fields apart.
            switch field.name.utf8.count {
            case 11 where field.isNamed("traceparent"):
                traceID = TraceID(traceparent: field.value)
            case 15 where field.isNamed("idempotency-key"):
                idempotencyKey = SipHash.word(field.value)
            case 21 where field.isNamed("amz-sdk-invocation-id"):
                invocation = SipHash.word(field.value)
            default: break
            }
        }
    }
}
