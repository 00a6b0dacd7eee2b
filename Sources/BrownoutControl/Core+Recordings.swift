import BrownoutRecordings
package import BrownoutScenarios
package import BrownoutServer

extension Core {
    /// Opens the recordings that a scenario answers from. What is open already stays as it was
    /// read, unless it is to be read anew.
    package func openRecordings(
        of loaded: LoadedScenario, anew: Bool = false
    ) throws(ScenarioErrors) {
        do {
            try recordings.open(
                loaded.scenario, anew: anew,
                redactor: Core.redactor(for: loaded.scenario, key: redactionKey))
        } catch let error as RecordingError {
            throw error.errors
        } catch {
            throw ScenarioErrors([
                ScenarioDiagnostic(file: loaded.file, span: nil, message: "\(error)")
            ])
        }
    }
}
