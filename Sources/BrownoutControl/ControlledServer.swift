import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
package import BrownoutScenarios
package import BrownoutServer

/// A running server as the control plane sees it: what its routes read and change.
package final class ControlledServer: Sendable {
    package let core: Core
    package let data: DataServer
    let version: String
    /// Given in place of scenarios' own; nil: theirs hold.
    let seed: UInt64?
    let scenarios: ScenariosInForce
    private let began = ContinuousClock.now

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
    /// only a change was asked for.
    package func reload(
        _ path: String, because trigger: String, onlyIfChanged: Bool = false
    ) -> Result<LoadedScenario, ScenarioErrors>? {
        var detail: [JSONMember] = [
            JSONMember("file", .string(path)), JSONMember("because", .string(trigger)),
        ]
        do throws(ScenarioErrors) {
            var loaded = try ScenarioLoader.load(path: path, over: data.transport)
            if onlyIfChanged, loaded.text == scenarios.entry(of: nil)?.loaded.text { return nil }
            if let seed { loaded.scenario.seed = seed }
            loaded.warnings += clockWarnings(loaded)
            try core.recordings.open(loaded, key: core.redactionKey, anew: true)
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
    func read(_ bytes: [UInt8], of session: String?) throws(ControlError) -> LoadedScenario {
        var loaded: LoadedScenario
        do throws(ScenarioErrors) {
            loaded = try ScenarioLoader.load(
                name: ControlCall.bodyName, bytes: bytes, over: data.transport,
                ofSession: session != nil)
            try core.recordings.open(loaded, key: core.redactionKey)
        } catch {
            throw .broken("scenario", error)
        }
        if let seed, !loaded.namesSeed { loaded.scenario.seed = seed }
        loaded.warnings += clockWarnings(loaded)
        return loaded
    }

    /// The clock is the server's, and others may count on it.
    private func clockWarnings(_ loaded: LoadedScenario) -> [ScenarioDiagnostic] {
        let wanted = loaded.scenario.clock
        guard wanted != .real, wanted != core.clock.mode else { return [] }
        return [
            ScenarioDiagnostic(
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
