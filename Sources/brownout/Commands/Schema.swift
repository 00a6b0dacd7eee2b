import ArgumentParser
import BrownoutJSON
import BrownoutScenarios

/// `brownout schema`
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of scenarios, for editors.",
        discussion: """
            With it, an editor checks scenarios while they are written, completes keys and \
            words, and shows what they mean. Save it beside a scenario whose first line is:

              # yaml-language-server: $schema=scenario.schema.json

            Examples:
              brownout schema > scenario.schema.json
            """)

    func run() {
        Terminal.print(ScenarioSchema.json.text + "\n")
    }
}
