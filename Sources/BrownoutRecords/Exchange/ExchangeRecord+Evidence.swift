package import BrownoutEngine

extension ExchangeRecord {
    /// Takes what a request's head says of other requests that it belongs with. Keys may be
    /// secrets, so of them a digest is kept.
    package mutating func takeEvidence(of headers: [HeaderField]) {
        for index in headers.indices {
            // The length tells most fields apart.
            switch headers[index].name.utf8.count {
            case 11 where headers[index].isNamed("traceparent"):
                traceID = TraceID(traceparent: headers[index].value)
            case 15 where headers[index].isNamed("idempotency-key"):
                idempotencyKey = SipHash.word(headers[index].value)
            case 21 where headers[index].isNamed("amz-sdk-invocation-id"):
                invocation = SipHash.word(headers[index].value)
            default: break
            }
        }
    }
}
