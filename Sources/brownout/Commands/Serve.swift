import ArgumentParser
import BrownoutControl
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutScenarios
import BrownoutServer
import Foundation
import NIOCore

/// `brownout serve [SCENARIO]`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a scenario until stopped; without one, healthy answers.",
        discussion: """
            SIGINT (Ctrl-C) and SIGTERM stop gracefully: answers in progress get three seconds, \
            the journal is flushed. A second signal stops at once. SIGHUP reads the scenario's \
            file again; when it is broken, the scenario in force stays.
            """)

    @Argument(help: "The scenario's file.")
    var scenario: String?

    @Option(help: "The address the data port binds to.")
    var host = "127.0.0.1"

    @Option(help: "The data port; 0 picks a free one.")
    var port = 8787

    @Flag(name: .customLong("h2"), help: "Speak HTTP/2 too, to clients that begin with it.")
    var speaksHTTP2 = false

    @OptionGroup(title: "TLS") var security: TLSOptions

    @OptionGroup(title: "The control port") var controls: ControlOptions

    @Flag(help: "Read the scenario's file again whenever it changes.")
    var watch = false

    @Option(help: "In place of the scenario's seed.")
    var seed: UInt64?

    @Option(
        help: "In place of the scenario's clock: real, manual, or a factor such as x10.",
        transform: Serve.clock)
    var clock: ClockMode?

    @Option(help: "Event loops of the data plane; the number of cores when not given.")
    var threads: Int?

    @OptionGroup var journal: Journal.File

    @Flag(help: "Keep no journal.")
    var noJournal = false

    @Option(help: "Bytes of each request's and each answer's body that the journal keeps.")
    var journalBodies = ServerLimits().journalBodyBytes

    @Option(help: "Write the ports as JSON to this file once both accept.")
    var readyFile: String?

    @Option(help: "What to say on standard error: quiet, or info.")
    var logLevel = LogLevel.info

    private static let longestBody = 1024 * 1024

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case quiet
        case info
    }

    func validate() throws {
        if !(0...65_535).contains(port) {
            throw ValidationError("--port is \(port); expected 0 to 65535")
        }
        if watch, scenario == nil {
            throw ValidationError("--watch needs a scenario's file")
        }
        if let threads, !(1...64).contains(threads) {
            throw ValidationError("--threads is \(threads); expected 1 to 64")
        }
        guard (0...Serve.longestBody).contains(journalBodies) else {
            throw ValidationError(
                "--journal-bodies is \(journalBodies); expected 0 to \(Serve.longestBody)")
        }
    }

    func run() async throws {
        let signals = StopSignals()
        let loaded = try ScenarioFile.load(
            scenario, seed: seed, over: Transport(tls: security.tls, http2: speaksHTTP2))
        let scenario = loaded.scenario
        let token = try controls.token()
        let writer = try openJournal()
        var limits = ServerLimits()
        limits.journalBodyBytes = journalBodies
        let core = Core(
            engine: Engine(scenario: scenario), journal: writer, limits: limits,
            clock: ScenarioClock(clock ?? scenario.clock))
        let tls = try security.identities(host: host, http2: speaksHTTP2, readyFile: readyFile)
        let data = try await startData(core, tls?.identities)
        let server = ControlledServer(
            core: core, data: data, version: Version.text, loaded: loaded, seed: seed)
        let control = ControlServer(
            host: controls.controlHost, port: controls.controlPort, server: server,
            journal: writer.map { writer in
                ControlJournal(path: journal.path) { writer.flush(within: .seconds(1)) }
            }, token: token)
        let controlPort: Int
        do {
            controlPort = try await control.start()
        } catch {
            throw Failure(.unavailable, "error: \(error)")
        }
        let ready = Ready(
            data: Serve.url(tls == nil ? "http" : "https", host, data.port),
            control: Serve.url("http", controls.controlHost, controlPort), seed: scenario.seed,
            authority: tls?.file)
        let changes = HotChange(
            server: server, path: self.scenario, isQuiet: logLevel == .quiet)
        let hearing = hear(changes, signals.hangups)
        try ready.announce(scenario, to: readyFile)
        let time = core.clock.mode == .real ? "" : ", clock \(core.clock.mode.text)"
        say(
            "serving '\(scenario.name)', seed \(scenario.seed)\(time), on \(ready.data); control on "
                + "\(ready.control); journal \(noJournal ? "off" : journal.path)")
        await signals.first()
        for task in hearing { task.cancel() }
        say("stopping; once more stops at once")
        await data.stop()
        await control.stop()
        writer?.close()
        farewell(core, writer)
    }

    private static func clock(_ text: String) throws -> ClockMode {
        if let mode = ClockMode(text) { return mode }
        throw ValidationError(
            "'\(text)' is not a clock; allowed: \(ClockMode.examples.joined(separator: ", "))")
    }

    private func openJournal() throws -> JournalWriter? {
        if noJournal { return nil }
        do {
            return try JournalWriter(path: journal.path) { trouble in
                Terminal.error("brownout: journal: \(trouble)\n")
            }
        } catch {
            throw Failure(.unavailable, "error: the journal cannot be written: \(error)")
        }
    }

    private func startData(_ core: Core, _ tls: TLSIdentities?) async throws -> DataServer {
        do {
            return try await DataServer.start(
                core: core, host: host, port: port,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
                http2: speaksHTTP2, tls: tls)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure(
                .unavailable,
                "error: the data port \(host):\(port) is already in use; stop what listens there, "
                    + "or choose --port (0 picks a free one)")
        } catch {
            throw Failure(.unavailable, "error: cannot listen on \(host):\(port): \(error)")
        }
    }

    /// What a host and a port are in a URL for this machine.
    private static func url(_ scheme: String, _ host: String, _ port: Int) -> String {
        switch host {
        case "0.0.0.0", "::": "\(scheme)://127.0.0.1:\(port)"
        default: "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    /// Reads the scenario again when a signal says so, and with `--watch` when its file changes.
    private func hear(_ changes: HotChange, _ hangups: AsyncStream<Void>) -> [Task<Void, Never>] {
        let signals = Task {
            for await _ in hangups { changes.reload(because: "SIGHUP") }
        }
        return watch ? [signals, Task { await changes.watch() }] : [signals]
    }

    private func farewell(_ core: Core, _ writer: JournalWriter?) {
        let counts = core.counters.snapshot
        func count(_ name: String) -> Int { counts.first { $0.name == name }?.value ?? 0 }
        var text = "stopped after \(count("exchanges")) exchanges, \(count("faults")) with a fault"
        if count("faults_not_reached") > 0 {
            text += " (\(count("faults_not_reached")) whose position was never reached)"
        }
        if let lost = writer?.counters.lost, lost > 0 { text += "; the journal lost \(lost)" }
        say(text)
    }

    private func say(_ text: String) {
        if logLevel != .quiet { Terminal.error("brownout: \(text)\n") }
    }
}
