import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML

/// Reads scenarios for commands: warnings are shown, errors end the process before anything
/// starts.
enum ScenarioFile {
    /// The scenario of a file, or healthy answers without one; `seed` replaces the file's. What
    /// is not possible over a transport is an error.
    static func load(
        _ path: String?, seed: UInt64?, over transport: Transport? = nil
    ) throws -> LoadedScenario {
        do throws(SourceErrors) {
            var loaded =
                if let path {
                    try ScenarioLoader.load(path: path, over: transport)
                } else {
                    try ScenarioLoader.load(
                        name: Scenario.healthy.name,
                        bytes: Array("scenario: \(Scenario.healthy.name)\n".utf8))
                }
            for warning in loaded.warnings { Terminal.error(warning.text + "\n") }
            if let seed { loaded.scenario.seed = seed }
            return loaded
        } catch {
            throw Failure(.usage, error.text)
        }
    }
}
