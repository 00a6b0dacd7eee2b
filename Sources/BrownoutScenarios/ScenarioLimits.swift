import BrownoutEngine
import BrownoutYAML

/// What a scenario file may cost. Every limit of the loader is stated here.
package enum ScenarioLimits {
    /// Bytes of a file; a larger one is refused before it is read.
    package static let fileBytes = 1 << 20
    /// Mappings and lists inside one another.
    package static let depth = 64
    /// Scalars, lists and mappings of a file, with every alias counted as what it stands for.
    package static let nodes = 100_000
    /// Bytes of text that all aliases of a file stand for.
    package static let aliasBytes = 1 << 20
    /// Directives (`%YAML`, `%TAG`) before a document; libyaml compares every two.
    package static let directives = 8
    /// Bytes of a pattern.
    package static let patternBytes = 1_000
    /// Patterns of a list under `when`; a text is searched for all of them at once.
    package static let listedPatterns = 5_000
    /// Rules of a scenario, those of its phases included; every two are compared.
    package static let rules = 500
    /// Faults that one rule composes.
    package static let faults = 8
    /// Frames that one `raw-stream` lists.
    package static let frames = 10_000
    /// Phases of a scenario.
    package static let phases = 100
    /// Rounds through the phases that `repeat` can name; `true` stands for more.
    package static let rounds = 1_000_000
    /// The shortest time a phase can last.
    package static let shortestPhase = Duration.milliseconds(1)
    /// Limits of a scenario; a request asks all that are about it.
    package static let limits = 100
    /// Mappings that `expect` lists.
    package static let expectations = 100
    /// Answers in progress that a limit can let through.
    package static let concurrent = 1_000_000
    /// Providers a scenario can add.
    package static let providers = 60
    /// Patterns under `keys`; each is held against every request's key.
    package static let keyPatterns = 1_000
    /// How long a temporary rule holds that does not say so.
    package static let timeToLive = Duration.seconds(5 * 60)
    /// The longest `ttl` that a temporary rule can have.
    package static let longestTimeToLive = Duration.seconds(24 * 3600)
    /// Warnings that are kept, so that errors have room beside them.
    package static let warnings = 50
    /// The longest pause, wait or point in time a scenario can name; latencies end earlier, at
    /// ``Latency/longest``.
    package static let longestDuration = Duration.seconds(24 * 3600)
    /// What a header may tell a client to wait: nobody here does, so it is a hundred years.
    package static let longestPromise = Duration.seconds(36_500 * 24 * 3600)
    /// Patterns of what is not to be written.
    package static let redactions = 100
    /// The longest time a recording can be said to be good.
    package static let longestRecordingLife = Duration.seconds(100 * 365 * 24 * 3600)
    /// The largest count, byte, event or token a scenario can name.
    package static let largestCount = 1_000_000_000
}

extension YAMLLimits {
    static let scenario = YAMLLimits(
        depth: ScenarioLimits.depth, nodes: ScenarioLimits.nodes,
        aliasBytes: ScenarioLimits.aliasBytes, directives: ScenarioLimits.directives,
        secondDocument: "a file holds one scenario")
}
