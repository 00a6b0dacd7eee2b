import ArgumentParser
import BrownoutControl
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutVerdicts
import Foundation
import Synchronization

/// One scenario of a drill: a server on free ports, the command beside it, and what it comes to.
struct DrillRun {
    let scenario: String
    let command: [String]
    let seed: UInt64?
    let prices: PriceTable

    /// The session that requests belong to which name none.
    private static let session = SessionName.standard
    /// Requests that are in progress when the command has ended have so long to come to their end.
    private static let patience = Duration.seconds(1)

    func run() async throws -> RunVerdict {
        let loaded = try ScenarioFile.load(scenario, seed: seed)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "brownout-drill-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = folder.appendingPathComponent("journal.sqlite").path
        let options = try ServeOptions.parse([
            "--port", "0", "--control-port", "0", "--journal", journal, "--log-level", "quiet",
        ])
        let ended = Ended()
        var serving = Serving(options: options, loaded: loaded, file: nil)
        serving.isAnnounced = false
        serving.work = { ready, core, signals in
            let client = try ClientCommand(command, environment: environment(ready))
            let stopping = Task { [stops = signals.stops] in
                for await _ in stops { return client.stop() }
            }
            let end = await client.end()
            ended.end.withLock { $0 = end }
            stopping.cancel()
            let deadline = ContinuousClock.now + DrillRun.patience
            while core.engine.requestsInFlight > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        try await serving.run()
        return RunVerdict(
            try Self.evidence(of: journal), scenario: loaded.scenario,
            name: loaded.scenario.name,
            seed: loaded.scenario.seed, command: ended.end.withLock { $0 }, prices: prices)
    }

    /// How the command ended, known once the server has stopped.
    private final class Ended: Sendable {
        let end = Mutex<CommandEnd?>(nil)
    }

    /// What a journal holds.
    static func evidence(
        of path: String, session: String? = nil, run: Int64? = nil
    ) throws -> RunEvidence {
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        return try RunEvidence(reader, session: session, run: run)
    }

    /// Where the command finds the server.
    private func environment(_ ready: Ready) -> [String: String] {
        var variables = [
            "BROWNOUT_URL": ready.data, "BROWNOUT_CONTROL_URL": ready.control,
            "BROWNOUT_SESSION": DrillRun.session,
        ]
        for profile in Dialects.profiles {
            variables[profile.variable] = ready.url(profile.name.rawValue, profile)
            guard !profile.credentials.isEmpty else { continue }
            let name = profile.name.rawValue.uppercased()
            variables["\(name)_API_KEY"] = "sk-brownout-drill"
        }
        return variables
    }
}
