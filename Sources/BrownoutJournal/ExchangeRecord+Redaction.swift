import BrownoutRedaction

extension ExchangeRecord {
    /// Takes credentials out of whatever a client, an upstream or a scenario may have put in.
    package mutating func redact() {
        Redaction.redact(&session)
        Redaction.redact(&callKey)
        Redaction.redact(&model)
        Redaction.redact(&path)
        Redaction.redact(&userAgent)
        Redaction.redact(&trace)
        Redaction.redact(&plan)
        if var text = recording {
            Redaction.redact(&text)
            recording = text
        }
        if var text = note {
            Redaction.redact(&text)
            note = text
        }
        Redaction.redact(&requestBody)
        Redaction.redact(&responseBody)
    }
}
