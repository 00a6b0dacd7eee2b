import BrownoutEngine
import BrownoutRecords
import BrownoutRedaction

extension OutcomeRecord {
    /// The record without credentials that may be in its texts.
    var redacted: OutcomeRecord {
        var copy = self
        if !SessionName.isName(session) { copy.session = session.redacted }
        switch subject {
        case .call(let name): copy.subject = .call(name.redacted)
        case .request(let id): copy.subject = .request(id.redacted)
        case .exchange, .latest: break
        }
        copy.message = message?.redacted
        return copy
    }
}
