import BrownoutControl
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRedaction
import BrownoutScenarios
import BrownoutServer
import BrownoutVerdicts
import BrownoutYAML
import Foundation
import NIOPosix

/// A fake provider in the process of a test: it listens on free ports of the loopback interface,
/// answers as the providers would, and fails as a scenario says.
///
/// ```swift
/// let provider = try await Brownout.start(.yaml("""
///     scenario: Overloaded, then fine
///     rules:
///       - {name: busy, sequence: [overloaded, ok]}
///     """))
/// let client = MyClient(baseURL: provider.openAI, key: "sk-any")
/// try await client.ask("Hello?")
/// #expect(try await provider.calls().map(\.statuses) == [[503, 200]])
/// await provider.stop()
/// ```
///
/// Everything else that a server can do is at ``controlURL``, as with `brownout serve`.
public final class Brownout: Sendable {
    /// Where the providers are found: `http://127.0.0.1:40321`.
    public let url: String
    /// Where the server itself is asked and changed: the control port.
    public let controlURL: String
    /// What the scenario's draws are made of.
    public let seed: UInt64

    let core: Core
    let data: DataServer
    let loaded: LoadedScenario
    private let control: ControlServer
    private let journal: JournalWriter
    private let folder: URL
    private let journalPath: String

    private init(
        core: Core, data: DataServer, control: ControlServer, controlPort: Int,
        loaded: LoadedScenario, journal: JournalWriter, folder: URL, journalPath: String
    ) {
        url = "http://\(Brownout.host):\(data.port)"
        controlURL = "http://\(Brownout.host):\(controlPort)"
        seed = loaded.scenario.seed
        self.core = core
        self.data = data
        self.control = control
        self.loaded = loaded
        self.journal = journal
        self.folder = folder
        self.journalPath = journalPath
    }

    // MARK: Start and stop

    private static let host = "127.0.0.1"

    /// Starts a server under a scenario; ``stop()`` must be called. `seed` replaces the scenario's.
    /// Throws ``BrownoutError`` where the scenario has a mistake, or the server cannot run.
    public static func start(
        _ scenario: Scenario = .healthy, seed: UInt64? = nil
    ) async throws -> Brownout {
        var loaded = try scenario.loaded()
        if let seed { loaded.scenario.seed = seed }
        let shelf = RecordingShelf()
        do {
            try shelf.open(loaded, key: .builtIn)
        } catch {
            throw BrownoutError(error.text)
        }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("brownout-kit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("journal.sqlite").path
        do {
            let journal = try JournalWriter(
                path: path,
                run: JournalRunStart(scenario: loaded.scenario.name, seed: loaded.scenario.seed)
            ) { _ in
                // What it could not keep is missed by whoever asks for calls.
            }
            do {
                return try await serve(loaded, shelf, journal, in: folder, path)
            } catch {
                journal.close()
                throw error
            }
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw BrownoutError("the server cannot run: \(error)")
        }
    }

    private static func serve(
        _ loaded: LoadedScenario, _ shelf: RecordingShelf, _ journal: JournalWriter,
        in folder: URL, _ path: String
    ) async throws -> Brownout {
        let core = Core(
            engine: Engine(scenario: loaded.scenario), journal: journal, limits: ServerLimits(),
            clock: ScenarioClock(loaded.scenario.clock), recordings: shelf)
        // One loop hears things in the order in which they happen.
        let data = try await DataServer.start(core: core, host: host, port: 0, threads: 1)
        let control = ControlServer(
            host: host, port: 0,
            server: ControlledServer(core: core, data: data, version: "kit", loaded: loaded),
            journal: ControlJournal(path: path) { journal.flush(within: .seconds(1)) }, token: nil)
        do {
            let port = try await control.start()
            return Brownout(
                core: core, data: data, control: control, controlPort: port, loaded: loaded,
                journal: journal, folder: folder, journalPath: path)
        } catch {
            await data.stop()
            throw error
        }
    }

    /// Ends all connections and takes the journal away. Calling it again does nothing.
    public func stop() async {
        await data.stop()
        await control.stop()
        journal.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs something beside a server, which is stopped however it ends.
    public static func with<Result>(
        _ scenario: Scenario = .healthy, seed: UInt64? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Brownout) async throws -> Result
    ) async throws -> Result {
        let server = try await start(scenario, seed: seed)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    // MARK: Where clients find it

    /// The base URL that OpenAI's clients are given, with `/v1`.
    public var openAI: String { address("openai") }
    /// The base URL that Anthropic's clients are given, without `/v1`, which they add.
    public var anthropic: String { address("anthropic") }
    /// The base URL that Mistral's clients are given.
    public var mistral: String { address("mistral") }
    /// The host that Ollama's clients are given.
    public var ollama: String { address("ollama") }

    /// The base URL of a provider, also of one that the scenario names. Throws ``BrownoutError``
    /// for one that there is not.
    public func baseURL(of provider: String) throws -> String {
        guard let dialect = dialect(of: provider) else {
            let known =
                Dialects.profiles.map(\.name.rawValue) + loaded.scenario.providers.map(\.name)
            throw BrownoutError(
                "there is no provider '\(provider)'; there are \(known.joined(separator: ", "))")
        }
        return "\(url)/\(provider)\(Dialects.profile(dialect).basePath)"
    }

    /// What the providers' clients read from their environment, as `OPENAI_BASE_URL`.
    public var environment: [String: String] {
        var variables: [String: String] = [:]
        for profile in Dialects.profiles {
            let name = profile.name.rawValue
            variables[profile.variable] = address(name)
            guard !profile.credentials.isEmpty else { continue }
            variables["\(name.uppercased())_API_KEY"] = "sk-brownout-kit"
        }
        return variables
    }

    private func address(_ provider: String) -> String {
        "\(url)/\(provider)" + (dialect(of: provider).map { Dialects.profile($0).basePath } ?? "")
    }

    private func dialect(of provider: String) -> DialectName? {
        Dialects.profiles.first { $0.name.rawValue == provider }?.name
            ?? loaded.scenario.providers.first { $0.name == provider }?.dialect
    }

    // MARK: Time

    /// Moves the scenario's time on, where its clock is `manual`: nothing happens in between but
    /// what is due. Throws ``BrownoutError`` where the clock goes by itself.
    public func advance(by step: Duration) async throws {
        guard core.clock.mode == .manual else {
            throw BrownoutError(
                "the clock is \(core.clock.mode.text) and goes by itself; "
                    + "write 'clock: manual' in the scenario")
        }
        guard step >= .zero else { throw BrownoutError("time only goes forward") }
        _ = await data.advance(by: step)
    }

    // MARK: What clients did

    /// What is in progress has so long to come to its end before anybody looks at it.
    private static let patience = Duration.milliseconds(250)

    /// The calls of the clients so far, in the order they began.
    ///
    /// A server notes the end of an answer a moment after its client has it, so this waits up to a
    /// quarter of a second while requests are in progress. What still is then is ``Outcome/pending``.
    public func calls() async throws -> [Call] { try await judged().calls.map(Call.init) }

    /// What the clients did so far, judged by the rules and by what the scenario expects.
    public func verdict() async throws -> Verdict { Verdict(try await judged()) }

    private func judged() async throws -> RunVerdict {
        let deadline = ContinuousClock.now + Brownout.patience
        while core.engine.requestsInFlight > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        let inProgress = await data.exchangesInProgress()
        let scenario = loaded.scenario
        return try await NIOThreadPool.singleton.runIfActive { [journal, journalPath] in
            journal.flush(within: .seconds(1))
            let reader = try JournalReader(path: journalPath)
            defer { reader.close() }
            var evidence = try RunEvidence(reader, isClockManual: scenario.clock == .manual)
            evidence.add(inProgress: inProgress)
            return RunVerdict(
                evidence, scenario: scenario, name: scenario.name, seed: scenario.seed)
        }
    }
}
