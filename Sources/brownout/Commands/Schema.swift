import ArgumentParser
import BrownoutJSON
import BrownoutScenarios

/// `brownout schema`
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of scenarios, for editors.")

    func run() {
        Terminal.print(ScenarioSchema.json.text + "\n")
    }
}
