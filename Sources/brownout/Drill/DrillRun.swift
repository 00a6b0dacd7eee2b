import ArgumentParser
import BrownoutControl
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutScenarios
import BrownoutServer
import BrownoutVerdicts
import Foundation
import Synchronization

/// One run of a drill: a server on free ports, the command beside it, and what it comes to.
struct DrillRun: Sendable {
    let entry: DrillEntry
    /// Its place in the list.
    let index: Int
    let command: [String]
    let prices: PriceTable
    let stop: DrillStop
    let progress: DrillProgress
    /// Whether others run beside it.
    let isOneOfSeveral: Bool
    /// Whether rules of weight that are unknown count.
    let isStrict: Bool

    /// The session that requests belong to which name none.
    private static let session = SessionName.standard
    /// Requests that are in progress when the command has ended have so long to come to their end.
    private static let patience = Duration.seconds(1)

    /// Runs it and says how it went; what the command wrote is shown when it has ended.
    func run() async throws -> RunVerdict {
        let began = ContinuousClock.now
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "brownout-drill-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = isOneOfSeveral ? CommandOutput(in: folder) : nil
        progress.began(index, entry)
        var verdict: RunVerdict?
        defer {
            progress.ended(
                index, entry, verdict?.verdict(isStrict: isStrict), in: ContinuousClock.now - began,
                output: output)
        }
        let judged = try await judged(folder.appendingPathComponent("journal.sqlite").path, output)
        verdict = judged
        return judged
    }

    private func judged(_ journal: String, _ output: CommandOutput?) async throws -> RunVerdict {
        let loaded = entry.loaded
        let options = try ServeOptions.parse([
            "--port", "0", "--control-port", "0", "--journal", journal, "--log-level", "quiet",
            // One loop hears things in the order in which they happen.
            "--threads", "1",
        ])
        let ended = Ended()
        var serving = Serving(options: options, loaded: loaded, file: nil)
        serving.isAnnounced = false
        serving.hearsSignals = false
        serving.work = { ready, core in
            progress.serves(index, core)
            let client = try ClientCommand(
                command, environment: environment(ready), output: output)
            stop.began(client)
            let end = await client.end()
            stop.ended(client)
            ended.end.withLock { $0 = end }
            let deadline = ContinuousClock.now + DrillRun.patience
            while core.engine.requestsInFlight > 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        try await serving.run()
        return RunVerdict(
            try Self.evidence(of: journal, isClockManual: loaded.scenario.clock == .manual),
            scenario: loaded.scenario,
            name: loaded.scenario.name, seed: loaded.scenario.seed,
            command: ended.end.withLock { $0 }, prices: prices)
    }

    /// How the command ended, known once the server has stopped.
    private final class Ended: Sendable {
        let end = Mutex<CommandEnd?>(nil)
    }

    /// What a journal holds.
    static func evidence(
        of path: String, session: String? = nil, run: Int64? = nil, isClockManual: Bool = false
    ) throws -> RunEvidence {
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        return try RunEvidence(
            reader, session: session, run: run, isClockManual: isClockManual)
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
        for provider in entry.loaded.scenario.providers {
            let url = ready.url(provider.name, Dialects.profile(provider.dialect))
            variables["\(Self.word(provider.name))_BASE_URL"] = url
        }
        return variables
    }

    /// The name of a provider that a scenario names, as shells write variables.
    private static func word(_ provider: String) -> String {
        String(provider.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}
