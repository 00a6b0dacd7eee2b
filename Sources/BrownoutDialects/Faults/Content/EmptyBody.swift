import BrownoutWire

extension Answer {
    /// `empty-body`: a head that promises an answer, and no byte of one; where a stream was asked
    /// for, a stream that ends before its first event.
    func withEmptyBody() -> Answer {
        var answer = self
        answer.setStatus(200)
        switch body {
        case .events(let stream):
            answer.body = .events(
                EventStream(stream.form, count: 0, tokens: { _ in 0 }) { _, _ in })
        case .whole, .passed: answer.body = .whole(WholeBody([]))
        }
        return answer
    }
}
