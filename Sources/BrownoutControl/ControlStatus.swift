package import BrownoutJSON
package import BrownoutJournal

/// What `GET /health` tells of a server.
package struct ControlStatus: Sendable {
    package var version: String
    package var uptime: Duration
    package var scenario: String
    package var seed: UInt64
    /// Nil without a journal.
    package var journal: JournalCounters?
    /// The server's own counters, an object.
    package var counters: JSON

    package init(
        version: String, uptime: Duration, scenario: String, seed: UInt64,
        journal: JournalCounters?, counters: JSON = .object([])
    ) {
        self.version = version
        self.uptime = uptime
        self.scenario = scenario
        self.seed = seed
        self.journal = journal
        self.counters = counters
    }

    /// `ok`, or `degraded` once the journal refuses or has lost exchanges: from then on verdicts
    /// may lack evidence.
    package var word: String {
        guard let journal, journal.trouble != nil || journal.lost > 0 else { return "ok" }
        return "degraded"
    }

    package var json: JSON {
        let (seconds, attoseconds) = uptime.components
        let tenths = Int(seconds) * 10 + Int(attoseconds / 100_000_000_000_000_000)
        return [
            "status": .string(word),
            "version": .string(version),
            "uptime_s": .number(JSONNumber(text: "\(tenths / 10).\(tenths % 10)")),
            "scenario": .string(scenario),
            "seed": .number(JSONNumber(text: String(seed))),
            "journal": journal?.json ?? .null,
            "counters": counters,
        ]
    }
}

extension JournalCounters {
    fileprivate var json: JSON {
        [
            "written": .number(JSONNumber(written)),
            "lost": .number(JSONNumber(lost)),
            "queued": .number(JSONNumber(queued)),
            "trouble": trouble.map { .string($0) } ?? .null,
        ]
    }
}
