import ArgumentParser
import BrownoutControl
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutYAML
import Foundation

/// `brownout check FILES…`
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Check scenarios, and show what each rule does, how often, and on what it depends.",
        discussion: """
            Of a folder, all files in it that end in .yaml or .yml are checked; '-' is standard \
            input. The exit code is 1 when any of them has a mistake.

            Examples:
              brownout check Scenarios/first-day.yaml
              brownout check Scenarios --json
              brownout check --tls --h2 Scenarios/streams-that-break.yaml
            """)

    @Argument(help: "Scenario files, folders of them, or -.")
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

    @Flag(help: "One JSON object a file; of a broken one, its diagnostics.")
    var json = false

    func run() throws {
        var isRight = true
        // Without either, the report says what each rule needs.
        let transport = tls || http2 ? Transport(tls: tls, http2: http2) : nil
        for file in files {
            do throws(SourceErrors) {
                for path in try Check.scenarios(at: file) {
                    if !check(path, over: transport) { isRight = false }
                }
            } catch {
                isRight = false
                refuse(file, error)
            }
        }
        if !isRight { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    /// Says what a scenario does, or what is wrong with it; false: it is wrong.
    private func check(_ path: String, over transport: Transport?) -> Bool {
        do throws(SourceErrors) {
            let loaded = try ScenarioLoader.load(path: path, over: transport)
            // What a scenario answers from is a part of it.
            let shelf = RecordingShelf()
            try shelf.open(loaded, key: Secrets.key)
            for warning in loaded.warnings + shelf.warnings(of: loaded) {
                Terminal.error(warning.text + "\n")
            }
            for (source, library) in shelf.all {
                guard let text = library.silentText else { continue }
                Terminal.error("\(path): note: \(source.path): \(text)\n")
            }
            var report = ScenarioReport(loaded)
            report.recordings = shelf.count(of: loaded)
            Terminal.print(json ? report.json.text + "\n" : report.text)
            return true
        } catch {
            refuse(path, error)
            return false
        }
    }

    private func refuse(_ path: String, _ errors: SourceErrors) {
        guard json else { return Terminal.error(errors.text) }
        let members =
            [JSONMember("file", .string(ScenarioLoader.name(of: path)))]
            + (errors.json.objectValue ?? [])
        Terminal.print(JSON.object(members).text + "\n")
    }

    /// The file itself, or a folder's scenarios in the order of their names.
    private static func scenarios(at path: String) throws(SourceErrors) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let found = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
        guard !found.isEmpty else {
            throw SourceErrors([
                SourceDiagnostic(
                    file: path, span: nil, message: "the folder holds no *.yaml or *.yml",
                    note: "folders inside of it are not looked into")
            ])
        }
        return found.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
    }
}
