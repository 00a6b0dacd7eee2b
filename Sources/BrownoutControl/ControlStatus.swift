import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutServer

/// What `GET /health` tells of a server.
struct ControlStatus {
    var version: String
    var uptime: Duration
    var scenario: String
    var seed: UInt64
    /// Nil without a journal.
    var journal: JournalCounters?
    /// The server's own counters.
    var counters: [(name: String, value: Int)]

    /// `ok`, or `degraded` once the journal refuses or has lost exchanges: from then on verdicts
    /// may lack evidence.
    var word: String {
        guard let journal, journal.trouble != nil || journal.lost > 0 else { return "ok" }
        return "degraded"
    }

    var json: JSON {
        let (seconds, attoseconds) = uptime.components
        let tenths = Int(seconds) * 10 + Int(attoseconds / 100_000_000_000_000_000)
        return [
            "status": .string(word),
            "version": .string(version),
            "uptime_s": .number(JSONNumber(text: "\(tenths / 10).\(tenths % 10)")),
            "scenario": .string(scenario),
            "seed": .number(JSONNumber(text: String(seed))),
            "journal": journal?.json ?? .null,
            "counters": .object(counters.map { JSONMember($0.name, .int($0.value)) }),
        ]
    }

    /// For those without the token.
    var brief: JSON { ["status": .string(word), "version": .string(version)] }
}

extension ControlledServer {
    var status: ControlStatus {
        let scenario = core.engine.scenario
        return ControlStatus(
            version: version, uptime: uptime, scenario: scenario.name, seed: scenario.seed,
            journal: core.journal?.counters, counters: core.counters.snapshot)
    }
}

extension JournalCounters {
    fileprivate var json: JSON {
        [
            "written": .int(written),
            "lost": .int(lost),
            "queued": .int(queued),
            "trouble": trouble.map { .string($0) } ?? .null,
        ]
    }
}
