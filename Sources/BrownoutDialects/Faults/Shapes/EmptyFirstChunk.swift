import BrownoutEngine
import BrownoutWire

extension Answer {
    /// `empty-first-chunk`: before the first event comes one that brings nothing.
    func withEmptyFirstChunk(_ dialect: DialectName) -> Answer? {
        changingStream { stream in
            Dialects.of(dialect).emptyFirstEvent(of: stream.form).map {
                stream.inserting($0, at: 0)
            }
        }
    }
}
