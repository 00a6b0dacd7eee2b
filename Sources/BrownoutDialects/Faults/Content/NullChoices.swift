import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `null-choices`: null in place of the list that holds what the answer says, in every event
    /// that has it.
    func withNullChoices(_ reading: AnswerReading) -> Answer? {
        editing { $0.changing(reading.lists) { $0.isNull ? nil : .null } }
    }
}
