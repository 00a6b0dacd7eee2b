import BrownoutEngine
import BrownoutWire

extension Answer {
    /// `wrong-content-type`: a stream says that it is JSON, anything else that it is plain text.
    /// The body is what it was.
    func withWrongContentType() -> Answer {
        var answer = self
        answer.set(
            HeaderField(
                "content-type",
                isStream && framing != .jsonArray
                    ? "application/json" : "text/plain; charset=utf-8"))
        return answer
    }
}
