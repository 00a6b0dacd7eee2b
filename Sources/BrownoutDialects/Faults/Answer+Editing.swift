import BrownoutJSON
import BrownoutWire

extension Answer {
    /// The answer with its JSON changed: that of a plain body, or of every event; nil where `edit`
    /// changes nothing. An edited body no longer tells where its tokens end.
    func editing(_ edit: @escaping @Sendable (JSON) -> JSON?) -> Answer? {
        var answer = self
        switch body {
        case .events(let stream):
            guard let edited = stream.editing(edit) else { return nil }
            answer.body = .events(edited)
        case .whole(var body):
            guard let edited = EventData.json(body.bytes).flatMap(edit) else { return nil }
            body.bytes = Array(edited.text.utf8)
            body.tokenEnds = { [] }
            answer.body = .whole(body)
        case .passed: preconditionFailure("a body is edited in its form")
        }
        return answer
    }

    /// The answer with another stream of events; nil where it is none, or where `change` finds
    /// nothing to change.
    func changingStream(_ change: (EventStream) -> EventStream?) -> Answer? {
        guard case .events(let stream) = body, let changed = change(stream) else { return nil }
        var answer = self
        answer.body = .events(changed)
        return answer
    }
}
