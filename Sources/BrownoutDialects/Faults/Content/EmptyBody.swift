import BrownoutWire

extension Answer {
    /// `empty-body`: a head that promises an answer, and no byte of one; where a stream was asked
    /// for, a stream that ends before its first event.
    func withEmptyBody() -> Answer {
        var answer = self
        answer.setStatus(200)
        answer.body =
            isStream
            ? .events(EventStream(count: 0, tokens: { _ in 0 }) { _, _ in })
            : .whole(WholeBody([]))
        return answer
    }
}
