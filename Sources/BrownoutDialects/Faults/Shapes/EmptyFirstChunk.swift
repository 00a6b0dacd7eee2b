import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `empty-first-chunk`: before the first event comes one that brings nothing.
    func withEmptyFirstChunk(_ dialect: DialectName) -> Answer? {
        changingStream { stream in
            Dialects.of(dialect).emptyFirstEvent.map { stream.inserting($0, at: 0) }
        }
    }
}

/// What Azure's filter says of harmless text.
enum AzureFilter {
    static let nothingFound: JSON = [
        "hate": ["filtered": false, "severity": "safe"],
        "self_harm": ["filtered": false, "severity": "safe"],
        "sexual": ["filtered": false, "severity": "safe"],
        "violence": ["filtered": false, "severity": "safe"],
    ]
}
