import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer

/// What `GET /health` tells of a server.
struct ControlStatus {
    var version: String
    var uptime: Duration
    var scenario: String
    var seed: UInt64
    /// Nil without a journal.
    var journal: JournalCounters?
    /// Nil where nothing is recorded.
    var recordings: RecorderCounters?
    /// The server's own counters.
    var counters: [(name: String, value: Int)]

    /// `ok`, or `degraded` once the journal or the recorder refuses or has lost exchanges: from
    /// then on verdicts may lack evidence, and a replay answers.
    var word: String {
        if let journal, journal.trouble != nil || journal.lost > 0 { return "degraded" }
        return recordings?.hasLost ?? false ? "degraded" : "ok"
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
            "recordings": recordings?.json ?? .null,
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
            journal: core.journal?.counters, recordings: core.recorder?.counters,
            counters: core.counters.snapshot)
    }
}

extension RecorderCounters {
    fileprivate var json: JSON {
        [
            "written": .int(written),
            "not_whole": .int(notWhole),
            "lost": .int(lost),
            "trouble": (trouble ?? lastLoss).map { .string($0) } ?? .null,
        ]
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
