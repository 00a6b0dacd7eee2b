import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
package import BrownoutScenarios
package import BrownoutServer
package import BrownoutYAML

/// A running server as the control plane sees it: what its routes read and change.
package final class ControlledServer: Sendable {
    /// What all connections of the server share: engine, clock, counters, journal and recordings.
    package let core: Core
    /// The port that clients of the provider speak to.
    package let data: DataServer
    let version: String
    /// Given in place of scenarios' own; nil: theirs hold.
    let seed: UInt64?
    let scenarios: ScenariosInForce
    private let began = ContinuousClock.now
    /// Opens recordings, which may take long.
    private let work = LongWork()

    /// `loaded` is the scenario that the engine of `core` is under.
    package init(
        core: Core, data: DataServer, version: String, loaded: LoadedScenario, seed: UInt64? = nil
    ) {
        self.core = core
        self.data = data
        self.version = version
        self.seed = seed
        scenarios = ScenariosInForce(engine: core.engine, loaded: loaded)
    }

    var uptime: Duration { ContinuousClock.now - began }

    // MARK: Scenarios

    /// Reads a scenario's file again and puts it in force. When it is broken, the scenario in
    /// force stays and the errors are returned. Nil: the text is the one in force already, and
    /// only a change was asked for; or the task was cancelled.
    package func reload(
        _ path: String, because trigger: String, onlyIfChanged: Bool = false
    ) async -> Result<LoadedScenario, SourceErrors>? {
        var detail: [JSONMember] = [
            JSONMember("file", .string(path)), JSONMember("because", .string(trigger)),
        ]
        do throws(SourceErrors) {
            var loaded = try ScenarioLoader.load(path: path, over: data.transport)
            if onlyIfChanged, loaded.text == scenarios.entry(of: nil)?.loaded.text { return nil }
            if let seed { loaded.scenario.seed = seed }
            loaded.warnings += clockWarnings(loaded)
            guard try await open(loaded, anew: true) else { return nil }
            loaded.warnings += core.recordings.warnings(of: loaded)
            // Only a session's scenario can be one too many.
            _ = try? scenarios.replace(loaded, of: nil, at: core.now)
            detail += ControlledServer.summary(loaded)
            note("reload", session: nil, .object(detail))
            return .success(loaded)
        } catch {
            let refusal = ControlError.broken("scenario", error)
            detail.append(JSONMember("message", .string(refusal.message)))
            note("reload", session: nil, .object(detail), outcome: .refused)
            return .failure(error)
        }
    }

    /// Reads a scenario's text for the server or one of its sessions. A text that names no seed
    /// gets the one the server was started with, if it was started with any.
    func read(
        _ bytes: [UInt8], of session: String?
    ) async throws(ControlError) -> LoadedScenario {
        var loaded: LoadedScenario
        let isOpen: Bool
        do throws(SourceErrors) {
            loaded = try ScenarioLoader.load(
                name: ControlCall.bodyName, bytes: bytes, over: data.transport,
                ofSession: session != nil)
            isOpen = try await open(loaded)
        } catch {
            throw .broken("scenario", error)
        }
        guard isOpen else { throw .stopping }
        loaded.warnings += core.recordings.warnings(of: loaded)
        if let seed, !loaded.namesSeed { loaded.scenario.seed = seed }
        loaded.warnings += clockWarnings(loaded)
        return loaded
    }

    /// Opens what a scenario answers from; false when the task was cancelled before.
    private func open(
        _ loaded: LoadedScenario, anew: Bool = false
    ) async throws(SourceErrors) -> Bool {
        guard case .replay(let source) = loaded.scenario.source,
            anew || core.recordings.library(of: source) == nil
        else { return true }
        let opened = await work.run { [core] isWanted -> Result<Void, SourceErrors> in
            do throws(SourceErrors) {
                try core.recordings.open(
                    loaded, key: core.redactionKey, anew: anew, isWanted: isWanted)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try opened?.get()
        return opened != nil
    }

    /// The clock is the server's, and others may count on it.
    private func clockWarnings(_ loaded: LoadedScenario) -> [SourceDiagnostic] {
        let wanted = loaded.scenario.clock
        guard wanted != .real, wanted != core.clock.mode else { return [] }
        return [
            SourceDiagnostic(
                file: loaded.file, severity: .warning, span: nil,
                message: "the clock stays \(core.clock.mode.text): it is chosen when a server "
                    + "starts")
        ]
    }

    static func summary(_ loaded: LoadedScenario) -> [JSONMember] {
        [
            JSONMember("scenario", .string(loaded.scenario.name)),
            JSONMember("seed", .number(JSONNumber(text: String(loaded.scenario.seed)))),
            JSONMember("rules", .int(loaded.scenario.rules.count)),
        ]
    }

    // MARK: Actions

    /// Tells the journal and those who listen of an action.
    func note(
        _ action: String, session: String?, _ detail: JSON,
        outcome: ActionRecord.Outcome = .done
    ) {
        core.record(
            ActionRecord(
                at: WallClock.microseconds(), action: action, session: session, detail: detail,
                outcome: outcome))
    }
}
