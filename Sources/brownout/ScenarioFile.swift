import BrownoutEngine
import BrownoutScenarios

/// Reads scenarios for commands: warnings are shown, errors end the process before anything
/// starts.
enum ScenarioFile {
    /// The scenario of a file, or healthy answers without one; `seed` replaces the file's.
    static func load(_ path: String?, seed: UInt64?) throws -> Scenario {
        var scenario = Scenario.healthy
        if let path {
            do throws(ScenarioErrors) {
                let loaded = try ScenarioLoader.load(path: path)
                for warning in loaded.warnings { Terminal.error(warning.text + "\n") }
                scenario = loaded.scenario
            } catch {
                throw Failure(.usage, error.text)
            }
        }
        if let seed { scenario.seed = seed }
        return scenario
    }
}
