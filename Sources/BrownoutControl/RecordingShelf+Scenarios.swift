import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
package import BrownoutRedaction
package import BrownoutScenarios
package import BrownoutServer
package import BrownoutYAML

extension RecordingShelf {
    /// Opens the recordings that a scenario answers from. What is open already stays as it was
    /// read, unless it is to be read anew. `key` is what digests of secrets are made with.
    package func open(
        _ loaded: LoadedScenario, key: RedactionKey, anew: Bool = false,
        isWanted: () -> Bool = { true }
    ) throws(SourceErrors) {
        do {
            try open(
                loaded.scenario, anew: anew, isWanted: isWanted,
                redactor: Core.redactor(for: loaded.scenario, key: key))
        } catch let error as RecordingError {
            throw error.errors
        } catch {
            throw SourceErrors([
                SourceDiagnostic(file: loaded.file, span: nil, message: "\(error)")
            ])
        }
    }

    /// Recordings that a scenario answers from and that are open; nil: it answers from none.
    package func count(of loaded: LoadedScenario) -> Int? {
        guard case .replay(let source) = loaded.scenario.source else { return nil }
        return library(of: source)?.count
    }

    /// What is allowed but looks like a mistake.
    package func warnings(of loaded: LoadedScenario) -> [SourceDiagnostic] {
        guard case .replay(let source) = loaded.scenario.source, count(of: loaded) == 0 else {
            return []
        }
        return [
            SourceDiagnostic(
                file: loaded.file, severity: .warning, span: nil,
                message: "there are no recordings in '\(source.path)': every request is a miss")
        ]
    }
}
