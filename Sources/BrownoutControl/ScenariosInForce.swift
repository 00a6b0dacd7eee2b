import BrownoutEngine
import BrownoutScenarios
import BrownoutServer
import Synchronization

/// The scenarios a server is under, as they were written: the engine has only what they mean.
/// Changes go through here, so that the two agree.
final class ScenariosInForce: Sendable {
    /// Bytes of the texts of all sessions' scenarios together.
    static let textLimit = 64 << 20

    /// One of them.
    struct Entry: Sendable {
        var loaded: LoadedScenario
        /// When it was put in force, in microseconds since 1970.
        var since: Int64
        /// Its parts that were changed afterwards, by their keys.
        var changed: [String] = []
    }

    private struct State {
        var base: Entry
        var ofSessions: [String: Entry] = [:]
        var textBytes = 0
        var rulesNamed = 0
    }

    private let engine: Engine
    private let state: Mutex<State>

    /// `loaded` is what the engine is under already.
    init(engine: Engine, loaded: LoadedScenario) {
        self.engine = engine
        state = Mutex(State(base: Entry(loaded: loaded, since: WallClock.microseconds())))
    }

    /// The scenario of a session that has its own, or that of all others.
    func entry(of session: String?) -> Entry? {
        state.withLock { state in session.map { state.ofSessions[$0] } ?? state.base }
    }

    /// The sessions with a scenario of their own, in order.
    var ofSessions: [(session: String, entry: Entry)] {
        state.withLock { state in
            state.ofSessions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    /// Puts another one in force: for a session, or for all that have none of their own.
    func replace(
        _ loaded: LoadedScenario, of session: String?, at now: Duration
    ) throws(ControlError) -> Entry {
        let new = Entry(loaded: loaded, since: WallClock.microseconds())
        let result: Result<Void, ControlError> = state.withLock { state in
            guard let session else {
                engine.replace(loaded.scenario, at: now)
                state.base = new
                return .success(())
            }
            let bytes =
                state.textBytes - ScenariosInForce.bytes(state.ofSessions[session])
                + ScenariosInForce.bytes(new)
            guard bytes <= ScenariosInForce.textLimit else {
                let limit = ScenariosInForce.textLimit >> 20
                return .failure(
                    .conflict(
                        "too-many-scenarios",
                        "the sessions' scenarios would be more than \(limit) MiB of text; "
                            + "delete one first"))
            }
            do throws(EngineRefusal) {
                try engine.replace(loaded.scenario, of: session, at: now)
            } catch {
                return .failure(ControlError(error))
            }
            state.ofSessions[session] = new
            state.textBytes = bytes
            return .success(())
        }
        try result.get()
        return new
    }

    /// False when the session has no scenario of its own.
    func remove(of session: String) -> Bool {
        state.withLock { state in
            guard let old = state.ofSessions.removeValue(forKey: session) else { return false }
            state.textBytes -= ScenariosInForce.bytes(old)
            return engine.removeScenario(of: session)
        }
    }

    /// Says anew who may connect, for a session with a scenario of its own or for all others.
    /// `make` is given what holds until then.
    func setAccess(
        of session: String?, _ make: (Access?) throws(ControlError) -> Access
    ) throws(ControlError) -> Access {
        let result: Result<Access, ControlError> = state.withLock { state in
            let found = session.map { state.ofSessions[$0] } ?? state.base
            guard var entry = found else { return .failure(.noScenario(of: session ?? "")) }
            do throws(ControlError) {
                let access = try make(entry.loaded.scenario.access)
                engine.amend(session) { $0.access = access }
                entry.loaded.scenario.access = access
                if !entry.changed.contains("access") { entry.changed.append("access") }
                if let session { state.ofSessions[session] = entry } else { state.base = entry }
                return .success(access)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// All scenarios, that of the server first.
    var all: [Scenario] {
        state.withLock { state in
            [state.base.loaded.scenario] + state.ofSessions.values.map(\.loaded.scenario)
        }
    }

    /// A name for a temporary rule that gives itself none, and that nothing else has.
    func nextRuleName(beside rules: [TemporaryRule]) -> String {
        let taken = all.flatMap { $0.rules + $0.phases.flatMap(\.rules) }.map(\.name)
        return state.withLock { state in
            while true {
                state.rulesNamed += 1
                let name = "temporary-\(state.rulesNamed)"
                if !taken.contains(name), !rules.contains(where: { $0.rule.name == name }) {
                    return name
                }
            }
        }
    }

    private static func bytes(_ entry: Entry?) -> Int { entry?.loaded.text.utf8.count ?? 0 }
}
