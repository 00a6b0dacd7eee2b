import BrownoutRecordings
package import BrownoutRedaction
package import BrownoutScenarios
package import BrownoutServer

extension RecordingShelf {
    /// Opens the recordings that a scenario answers from. What is open already stays as it was
    /// read, unless it is to be read anew. `key` is what digests of secrets are made with.
    package func open(
        _ loaded: LoadedScenario, key: RedactionKey, anew: Bool = false
    ) throws(ScenarioErrors) {
        do {
            try open(
                loaded.scenario, anew: anew, redactor: Core.redactor(for: loaded.scenario, key: key)
            )
        } catch let error as RecordingError {
            throw error.errors
        } catch {
            throw ScenarioErrors([
                ScenarioDiagnostic(file: loaded.file, span: nil, message: "\(error)")
            ])
        }
    }
}
