import BrownoutControl
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutTesting
import Foundation

/// A server with both of its ports, under a scenario written in YAML.
struct LiveControl {
    let core: Core
    let data: DataServer
    /// What the control port acts on.
    let server: ControlledServer
    let control: ControlServer
    let port: Int

    /// Runs `body` against a server and stops it.
    static func run(
        _ yaml: String = "scenario: calm\nseed: 7", journal hasJournal: Bool = true,
        token: String? = nil, seed: UInt64? = nil,
        _ body: (LiveControl) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "brownout-control-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/journal.sqlite"
        let writer = hasJournal ? try JournalWriter(path: path) { _ in } : nil
        defer { writer?.close() }
        let journal = writer.map { writer in ControlJournal(path: path) { writer.flush() } }
        try await run(yaml, writer, journal, token: token, seed: seed, body)
    }

    /// The same with a journal that is told apart from the one that is written.
    static func run(
        _ yaml: String, _ writer: JournalWriter?, _ journal: ControlJournal?,
        token: String? = nil, seed: UInt64? = nil,
        _ body: (LiveControl) async throws -> Void
    ) async throws {
        let loaded = try ScenarioLoader.load(name: "test.yaml", bytes: Array(yaml.utf8))
        var limits = ServerLimits()
        limits.graceTime = .milliseconds(100)
        let core = Core(
            engine: Engine(scenario: loaded.scenario), journal: writer, limits: limits,
            clock: ScenarioClock(loaded.scenario.clock))
        let data = try await DataServer.start(core: core, host: "127.0.0.1", port: 0, threads: 2)
        let server = ControlledServer(
            core: core, data: data, version: "1.2.3", loaded: loaded, seed: seed)
        let control = ControlServer(
            host: "127.0.0.1", port: 0, server: server, journal: journal,
            token: token.flatMap { ControlToken($0) })
        do {
            let port = try await control.start()
            try await body(
                LiveControl(
                    core: core, data: data, server: server, control: control, port: port))
        } catch {
            await data.stop()
            await control.stop()
            throw error
        }
        await data.stop()
        await control.stop()
    }

    /// Asks the control port; the answer is JSON.
    func ask(
        _ method: String, _ target: String, _ body: String = "",
        headers: KeyValuePairs<String, String> = [:]
    ) async throws -> (status: Int, json: JSON) {
        let answer = try await BlockingHTTP.request(
            method, target, port: port, body: body, headers: headers)
        return (answer.status, try JSON.parse(answer.body))
    }

    func get(_ target: String) async throws -> (status: Int, json: JSON) {
        try await ask("GET", target)
    }

    /// The status a chat completion of the data port gets.
    func chat(session: String = "default", _ text: String = "hi") async throws -> Int? {
        let headers = "x-brownout-session: \(session)\r\nConnection: close\r\n"
        let bytes = try await BlockingHTTP.exchange(
            Array(Request.chat(text, headers: headers).utf8), port: data.port)
        return Request.status(String(decoding: bytes, as: UTF8.self))
    }
}
