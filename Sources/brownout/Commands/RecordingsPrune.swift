import ArgumentParser
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import Foundation

/// `brownout recordings prune PATH`
struct RecordingsPrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Take recordings out of a file, a folder or a store.",
        discussion: """
            Says what goes. Several conditions have to hold together. What stays is left as it \
            was written, and each file is replaced at once.

            Examples:
              brownout recordings prune Recordings --older-than 30d --dry-run
              brownout recordings prune Recordings/openai-rate-limited.yaml --status 429
            """)

    @Argument(help: "A file, a folder or a store.")
    var path: String

    @Option(help: "Those with this key, as `list --json` shows it.")
    var key: String?

    @Option(help: "Those whose id, model or path fits this pattern.")
    var pattern: String?

    @Option(help: "Those older than this: 30d, 12h, 90m.")
    var olderThan: String?

    @OptionGroup var filter: RecordingFilter
    @OptionGroup var keys: RecordingKeys

    @Flag(help: "All of them.")
    var all = false

    @Flag(help: "Say what would go, and change nothing.")
    var dryRun = false

    @Flag(help: "One JSON object a line: each that goes, as `list --json` has it, then the count.")
    var json = false

    func validate() throws {
        let isBounded = key != nil || pattern != nil || olderThan != nil || !filter.isEmpty
        guard isBounded != all else {
            throw ValidationError(
                all
                    ? "--all takes everything; leave the other conditions out"
                    : "say what is to go: --key, --pattern, --older-than, --failed, --model, "
                        + "--status, --provider, or --all")
        }
        if let key, MatchKey(hex: key) == nil {
            throw ValidationError(
                "--key is '\(key)'; expected up to sixteen hexadecimal digits, as "
                    + "`brownout recordings list --json` shows them")
        }
        if let pattern { _ = try RecordingFilter.glob(pattern, "--pattern") }
        if let olderThan, RecordingsPrune.seconds(olderThan) == nil {
            throw ValidationError(
                "--older-than is '\(olderThan)'; expected for example 30d, 12h, 90m or 45s")
        }
    }

    func run() throws {
        let matcher = try keys.matcher()
        let wanted = key.flatMap { MatchKey(hex: $0) }
        let glob = try pattern.map { try RecordingFilter.glob($0, "--pattern") }
        let oldest = olderThan.flatMap(RecordingsPrune.seconds).map { seconds in
            Int64((Date().timeIntervalSince1970 - seconds) * 1_000_000)
        }
        let count = try Recordings.working {
            try RecordingPruner.prune(path, isDryRun: dryRun) { outline in
                let request = MatchRequest(outline)
                guard filter.accepts(outline, model: { request.model }) else { return false }
                if let wanted, matcher.key(of: request) != wanted { return false }
                if let oldest, outline.provenance.recordedAt >= oldest { return false }
                guard let glob else { return true }
                return [outline.id, request.model, outline.request.path]
                    .contains(where: glob.matches)
            } gone: { outline in
                if json {
                    let asked = MatchRequest(outline)
                    let object = outline.json(key: matcher.key(of: asked), model: asked.model)
                    Terminal.announce(object.text + "\n")
                    return
                }
                let request = "\(outline.request.method) \(outline.request.path)"
                let status = outline.status.map(String.init) ?? outline.ending.rawValue
                Terminal.announce("\(outline.id)  \(status)  \(request)\n")
            }
        }
        Recordings.announce(
            json, "\(Recordings.count(count)) \(dryRun ? "would go" : "removed")",
            ["removed": .int(dryRun ? 0 : count), "matched": .int(count)])
    }

    /// Seconds of `30d`, `12h`, `90m` or `45s`.
    private static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["d": 86_400, "h": 3_600, "m": 60, "s": 1]
        guard let last = text.last, let unit = units[last],
            let count = Double(text.dropLast()), count >= 0, count * unit < 1e11
        else { return nil }
        return count * unit
    }
}
