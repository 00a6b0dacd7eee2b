import ArgumentParser
import BrownoutEngine
import BrownoutScenarios

/// `brownout serve [SCENARIO]`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a scenario until stopped; without one, healthy answers.",
        discussion: """
            SIGINT (Ctrl-C) and SIGTERM stop gracefully: answers in progress get three seconds, \
            the journal is flushed. A second signal stops at once. SIGHUP reads the scenario's \
            file again; when it is broken, the scenario in force stays.

            A server that answers from recordings exits with 1 when a request found none and was \
            refused for it, and any server when its journal has lost exchanges.

            Examples:
              brownout serve
              brownout serve Scenarios/first-day.yaml --watch
              brownout serve Scenarios/outage-and-recovery.yaml --seed 7 --clock x10
            """)

    @Argument(help: "The scenario's file; - is standard input.")
    var scenario: String?

    @OptionGroup var options: ServeOptions

    @Flag(help: "Read the scenario's file again whenever it changes.")
    var watch = false

    func validate() throws {
        if watch, file == nil { throw ValidationError("--watch needs a scenario's file") }
    }

    /// What can be read again.
    private var file: String? { scenario == ScenarioLoader.standardInput ? nil : scenario }

    func run() async throws {
        try Ready.removeFile(options.readyFile)
        let loaded = try ScenarioFile.load(scenario, seed: options.seed, over: options.transport)
        try await Serving(options: options, loaded: loaded, file: file, watches: watch).run()
    }
}
