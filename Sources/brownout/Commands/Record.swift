import ArgumentParser
import BrownoutEngine
import BrownoutRedaction
import BrownoutScenarios

/// `brownout record --upstream openai=URL --to FILE`
struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Pass requests on to the providers, and record what they answer.",
        discussion: """
            Point a client's base URL here in place of the provider's. Answers are passed on as \
            they come and kept whole: status, headers, every chunk and when it came, and how it \
            ended. Secrets are taken out before anything is written. An exchange is in the file \
            as soon as it is over; a file that exists is added to.

            With a scenario, its faults are laid over the live traffic; what is recorded is what \
            the provider answered. A request for a provider without an upstream is refused with 502. \
            A scenario whose source is 'replay' with 'on-miss: upstream' \
            records what it has no recording of.

            Exits with 1 when an exchange was passed on and could not be recorded.

            Examples:
              brownout record --upstream openai=https://api.openai.com/v1 --to support.yaml
              brownout record --upstream mistral=https://api.mistral.ai/v1 --to chat.yaml
            """)

    @Option(
        help: """
            A provider and its base URL, as NAME=URL: \(DialectName.list), or a provider of the \
            scenario's; give it once for each.
            """)
    var upstream: [String] = []

    @Option(help: "The file to record to; one that exists is added to.")
    var to: String

    @Option(help: "A scenario whose faults are laid over the answers.")
    var scenario: String?

    @OptionGroup var options: ServeOptions

    func validate() throws {
        for text in upstream { _ = try Record.named(text) }
    }

    func run() async throws {
        try Ready.removeFile(options.readyFile)
        var loaded = try ScenarioFile.load(scenario, seed: options.seed, over: options.transport)
        if scenario == nil { loaded.scenario.name = "recording" }
        let upstreams = try upstream.map { try upstream(from: $0, in: loaded.scenario) }
        switch loaded.scenario.source {
        case .synthesise:
            guard !upstreams.isEmpty else {
                throw ValidationError(
                    "there is nobody to pass requests on to; give --upstream, for example "
                        + "--upstream openai=https://api.openai.com/v1")
            }
            loaded.scenario.source = .upstream(upstreams)
        case .upstream(let own):
            loaded.scenario.source = .upstream(
                upstreams
                    + own.filter { own in
                        !upstreams.contains { $0.provider == own.provider }
                    })
        case .replay(var replay):
            guard replay.onMiss == .upstream else {
                throw Failure(
                    .usage,
                    "error: the scenario answers from recordings and asks no upstream; "
                        + "'on-miss: upstream' would record what is missing")
            }
            replay.upstreams =
                upstreams
                + replay.upstreams.filter { own in
                    !upstreams.contains { $0.provider == own.provider }
                }
            loaded.scenario.source = .replay(replay)
        }
        try await Serving(
            options: options, loaded: loaded, recordings: to,
            served: Record.served(loaded.scenario.source)
        ).run()
    }

    /// The providers that are answered for; nil: all, as recordings may answer.
    private static func served(_ source: Source) -> [String]? {
        if case .upstream(let upstreams) = source { upstreams.map(\.provider) } else { nil }
    }

    private func upstream(from text: String, in scenario: Scenario) throws -> Upstream {
        let (name, url) = try Record.named(text)
        let known = DialectName.allCases.map(\.rawValue) + scenario.providers.map(\.name)
        guard known.contains(name) else {
            throw ValidationError(
                "'\(name)' is not a provider; known are \(known.joined(separator: ", ")), and a "
                    + "scenario can add others")
        }
        guard let upstream = Upstream(provider: name, checking: url) else {
            throw ValidationError(
                "'\(Redaction.withoutUserInformation(url))' is not a base URL: http:// or https://, "
                    + "a host, and a path without a query; no user")
        }
        if options.transport.address?.isMeant(by: upstream.url) ?? false {
            throw ValidationError(
                "--upstream '\(text)' is this recorder's own data port: it would ask itself; name "
                    + "the provider, or another port with --port")
        }
        return upstream
    }
    /// The two parts of NAME=URL.
    private static func named(_ text: String) throws -> (name: String, url: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ValidationError(
                "--upstream is '\(Redaction.withoutUserInformation(text))'; expected NAME=URL, "
                    + "for example openai=https://api.openai.com/v1")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
