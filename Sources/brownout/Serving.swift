import BrownoutControl
import BrownoutEngine
import BrownoutJournal
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction
import BrownoutScenarios
import BrownoutServer
import BrownoutYAML
import Foundation
import NIOCore

/// A server from its start to its end: what `serve` and `record` have in common.
struct Serving {
    var options: ServeOptions
    var loaded: LoadedScenario
    /// The scenario's file; nil: there is none.
    var file: String?
    var watches = false
    /// Where exchanges with upstreams are kept; nil: nowhere.
    var recordings: String?
    /// The providers that are answered for; nil: all.
    var served: [String]?
    /// Whether standard output says where it is found.
    var isAnnounced = true
    /// Whether signals are heard here. Where a process has several servers none does: each signal
    /// is to be heard once.
    var hearsSignals = true
    /// What is served; nil: whatever comes until a signal does.
    var work: ((Ready, Core) async throws -> Void)?

    func run() async throws {
        let scenario = loaded.scenario
        let token = try options.controls.token()
        // Before anything is written: a scenario with a mistake never starts.
        let shelf = RecordingShelf()
        do throws(SourceErrors) {
            try shelf.open(loaded, key: Secrets.key)
        } catch {
            throw Failure(.usage, error.text)
        }
        for warning in shelf.warnings(of: loaded) { Terminal.error(warning.text + "\n") }
        try options.findPorts()
        // Up to here there was nothing to stop, and a signal ended the process.
        let signals = hearsSignals ? StopSignals() : nil
        let writer = try openJournal()
        let recorder = try recordings.map { try openRecorder($0) }
        var limits = ServerLimits()
        limits.journalBodyBytes = options.journalBodies
        let core = Core(
            engine: Engine(scenario: scenario), journal: writer, limits: limits,
            clock: ScenarioClock(options.clock ?? scenario.clock), recorder: recorder,
            redactionKey: Secrets.key, recordings: shelf
        ) { [isQuiet] advice in
            if !isQuiet { Terminal.error("brownout: \(advice)\n") }
        }
        let tls = try options.security.identities(
            host: options.host, http2: options.speaksHTTP2, readyFile: options.readyFile)
        let data = try await startData(core, tls?.identities)
        let server = ControlledServer(
            core: core, data: data, version: Version.text, loaded: loaded, seed: options.seed)
        let control = ControlServer(
            host: options.controls.controlHost, port: options.controls.controlPort,
            server: server,
            journal: writer.map { writer in
                ControlJournal(path: journalPath) { writer.flush(within: .seconds(1)) }
            }, token: token)
        let controlPort: Int
        do {
            controlPort = try await control.start()
        } catch {
            throw Failure(.unavailable, "error: \(error)")
        }
        let ready = Ready(
            data: Serving.url(tls == nil ? "http" : "https", options.host, data.port),
            control: Serving.url("http", options.controls.controlHost, controlPort),
            seed: scenario.seed, authority: tls?.file, served: served)
        let changes = HotChange(server: server, path: file, isQuiet: isQuiet)
        let hearing = signals.map { hear(changes, $0.hangups) } ?? []
        if isAnnounced { try ready.announce(scenario, to: options.readyFile) }
        greet(core, ready)
        var failure: (any Error)?
        do {
            if let work { try await work(ready, core) } else { await signals?.first() }
        } catch {
            failure = error
        }
        for task in hearing { task.cancel() }
        say("stopping; once more stops at once")
        Ready.removeOwnFile(options.readyFile)
        await data.stop()
        await control.stop()
        await recorder?.close()
        writer?.close()
        // A second signal is heard up to here.
        withExtendedLifetime(signals) {}
        if let failure { throw failure }
        try farewell(core, writer)
    }

    // MARK: What it needs

    private var journalPath: String { options.journal.path }

    private func openJournal() throws -> JournalWriter? {
        if options.noJournal { return nil }
        do {
            let run = JournalRunStart(
                scenario: loaded.scenario.name, seed: loaded.scenario.seed)
            return try JournalWriter(path: journalPath, run: run) { trouble in
                Terminal.error("brownout: journal: \(trouble)\n")
            }
        } catch {
            throw Failure(.unavailable, "error: the journal cannot be written: \(error)")
        }
    }

    private func openRecorder(_ path: String) throws -> Recorder {
        do {
            let writer = try RecordingWriter(path: path)
            for message in writer.reopening { Terminal.error("brownout: \(message)\n") }
            return Recorder(
                writer: writer, redactor: try Core.redactor(for: loaded.scenario, key: Secrets.key)
            ) {
                Terminal.error("brownout: recording: \($0)\n")
            }
        } catch {
            throw Failure(.unavailable, "error: '\(path)' cannot be recorded to: \(error)")
        }
    }

    private func startData(_ core: Core, _ tls: TLSIdentities?) async throws -> DataServer {
        let place = "\(options.host):\(options.port)"
        do {
            return try await DataServer.start(
                core: core, host: options.host, port: options.port,
                threads: options.threads ?? ProcessInfo.processInfo.activeProcessorCount,
                http2: options.speaksHTTP2, tls: tls
            ) { Terminal.error("brownout: \($0)\n") }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw PortProbe.refusal("data port", options.host, options.port, "--port")
        } catch {
            throw Failure(.unavailable, "error: cannot listen on \(place): \(error)")
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
            for await _ in hangups { await changes.reload(because: "SIGHUP") }
        }
        return watches ? [signals, Task { await changes.watch() }] : [signals]
    }

    // MARK: What it says

    private var isQuiet: Bool { options.logLevel == .quiet }

    private func say(_ text: String) {
        if !isQuiet { Terminal.error("brownout: \(text)\n") }
    }

    private func greet(_ core: Core, _ ready: Ready) {
        let time = core.clock.mode == .real ? "" : ", clock \(core.clock.mode.text)"
        let scenario = loaded.scenario
        say(
            "serving '\(scenario.name)', seed \(scenario.seed)\(time), on \(ready.data); control on "
                + "\(ready.control); journal \(options.noJournal ? "off" : journalPath)")
        for (source, library) in core.recordings.all {
            let expired = library.expiredCount(at: WallClock.microseconds())
            say(
                "answering from \(Terminal.count(library.count, "recording")) in \(source.path)"
                    + (expired > 0 ? ", \(expired) of them expired" : ""))
            if let text = library.silentText { say("\(source.path): \(text)") }
        }
        if let recordings { say("recording to \(recordings)") }
    }

    private func farewell(_ core: Core, _ writer: JournalWriter?) throws {
        let counts = core.counters.snapshot
        func count(_ name: String) -> Int { counts.first { $0.name == name }?.value ?? 0 }
        let exchanges = Terminal.count(count("exchanges"), "exchange")
        var text = "stopped after \(exchanges), \(count("faults")) with a fault"
        if count("faults_not_reached") > 0 {
            text += " (\(count("faults_not_reached")) of which no client met anything)"
        }
        let recorded = core.recorder?.counters
        if let recorded { text += ", \(recorded.text)" }
        let journal = writer?.counters
        if let lost = journal?.lost, lost > 0 { text += "; the journal lost \(lost)" }
        say(text)
        var errors: [String] = []
        let missed = count("recordings_missed")
        if missed > 0 {
            errors.append(
                "error: \(Terminal.count(missed, "request")) found no recording; "
                    + "'brownout explain' shows what was nearest\n")
        }
        if let recorded, let recordings, recorded.hasLost {
            errors.append("error: \(recordings) does not hold all that was passed on\n")
        }
        if let journal, journal.lost > 0 || journal.trouble != nil {
            let trouble = journal.trouble.map { ": \($0)" } ?? ""
            errors.append("error: the journal does not hold all exchanges\(trouble)\n")
        }
        if !errors.isEmpty { throw Failure(.failed, errors.joined()) }
    }
}
