import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `null-choices`: null in place of the list that holds what the answer says; in every chunk
    /// of an OpenAI stream, in the message that a stream of Anthropic's starts with.
    func withNullChoices() -> Answer? {
        editing { json in
            json.replacingAnswerList(with: .null)
                ?? json.changing("message") { $0.replacingAnswerList(with: .null) }
        }
    }
}
