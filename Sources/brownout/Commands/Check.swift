import ArgumentParser
import BrownoutJSON
import BrownoutScenarios

/// `brownout check FILES…`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check scenarios, and show what each rule does, how often, and on what it depends.")

    @Argument(help: "Scenario files.")
    var files: [String]

    @Flag(help: "One JSON object a file.")
    var json = false

    func run() throws {
        var isRight = true
        for file in files {
            do throws(ScenarioErrors) {
                let loaded = try ScenarioLoader.load(path: file)
                for warning in loaded.warnings { Terminal.error(warning.text + "\n") }
                let report = ScenarioReport(loaded)
                Terminal.print(json ? report.json.text + "\n" : report.text)
            } catch {
                isRight = false
                Terminal.error(error.text)
            }
        }
        if !isRight { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
