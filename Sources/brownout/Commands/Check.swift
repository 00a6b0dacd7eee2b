import ArgumentParser
import BrownoutControl
import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer

/// `brownout check FILES…`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check scenarios, and show what each rule does, how often, and on what it depends.")

    @Argument(help: "Scenario files.")
    var files: [String]

    @Flag(help: "Check against a data port with TLS: what needs HTTP/2 is refused.")
    var tls = false

    @Flag(
        name: .customLong("h2"),
        help: """
            Check against a data port with HTTP/2: what needs TLS is refused unless --tls is \
            given too, and so is what HTTP/2 does not have.
            """)
    var http2 = false

    @Flag(help: "One JSON object a file.")
    var json = false

    func run() throws {
        var isRight = true
        // Without either, the report says what each rule needs.
        let transport = tls || http2 ? Transport(tls: tls, http2: http2) : nil
        for file in files {
            do throws(ScenarioErrors) {
                let loaded = try ScenarioLoader.load(path: file, over: transport)
                // What a scenario answers from is a part of it.
                let shelf = RecordingShelf()
                try shelf.open(loaded, key: Secrets.key)
                for warning in loaded.warnings + shelf.warnings(of: loaded) {
                    Terminal.error(warning.text + "\n")
                }
                var report = ScenarioReport(loaded)
                report.recordings = shelf.count(of: loaded)
                Terminal.print(json ? report.json.text + "\n" : report.text)
            } catch {
                isRight = false
                Terminal.error(error.text)
            }
        }
        if !isRight { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
