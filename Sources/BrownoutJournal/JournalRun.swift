import BrownoutRecords
import GRDB

/// One start of a server on a journal.
package struct JournalRun: Sendable, Equatable {
    /// Counts up from 1.
    package var number: Int64
    /// Microseconds since 1970, UTC.
    package var startedAt: Int64
    /// The scenario's name and seed.
    package var scenario: String
    /// The seed of the scenario that it was started with.
    package var seed: UInt64
    /// Exchanges and actions of it so far.
    package var exchanges = 0
    /// The number of actions that it wrote.
    package var actions = 0
}

/// Which run is meant.
package enum JournalRunChoice: Sendable, Equatable {
    case last
    case number(Int64)

    /// `last`, or a number from 1.
    package init?(_ text: String) {
        if text == "last" {
            self = .last
        } else if let number = Int64(text), number > 0,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            self = .number(number)
        } else {
            return nil
        }
    }
}

extension [JournalRun] {
    /// The number of the run that is meant; nil: there is none.
    package func number(of choice: JournalRunChoice) -> Int64? {
        switch choice {
        case .last: last?.number
        case .number(let number): first { $0.number == number }?.number
        }
    }
}

extension JournalReader {
    /// All runs, oldest first; none in a journal from before they were told apart.
    package func runs() throws(JournalError) -> [JournalRun] {
        try reading { db in
            guard try db.tableExists("run") else { return [] }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT run, started_at, scenario, seed, \
                    (SELECT count(*) FROM exchange WHERE exchange.run = run.run), \
                    (SELECT count(*) FROM action WHERE action.run = run.run) \
                    FROM run ORDER BY run
                    """)
            return try rows.map { row in
                JournalRun(
                    number: try row.decode(Int64.self, atIndex: 0),
                    startedAt: try row.decode(Int64.self, atIndex: 1),
                    scenario: try row.decode(String.self, atIndex: 2),
                    seed: UInt64(try row.decode(String.self, atIndex: 3)) ?? 0,
                    exchanges: try row.decode(Int.self, atIndex: 4),
                    actions: try row.decode(Int.self, atIndex: 5))
            }
        }
    }

    /// The number of the run that is meant.
    package func run(_ choice: JournalRunChoice) throws(JournalError) -> Int64 {
        let numbers = try reading { db in
            try db.tableExists("run")
                ? Int64.fetchAll(db, sql: "SELECT run FROM run ORDER BY run") : []
        }
        guard let last = numbers.last, let first = numbers.first else {
            throw JournalError(
                code: .missing, path: path,
                message: "the journal was written before runs were told apart")
        }
        switch choice {
        case .last: return last
        case .number(let number) where numbers.contains(number): return number
        case .number(let number):
            throw JournalError(
                code: .missing, path: path, message: "there is no run \(number)",
                hint:
                    "the journal has \(first == last ? "run \(last)" : "runs \(first) to \(last)")")
        }
    }
}

/// What a writer says of the run that it begins.
package struct JournalRunStart: Sendable {
    /// The name of the scenario that it was started with.
    package var scenario: String
    /// The seed of the scenario that it was started with.
    package var seed: UInt64

    package init(scenario: String = "", seed: UInt64 = 0) {
        self.scenario = scenario
        self.seed = seed
    }

    /// Returns the run's number.
    func insert(into db: Database, at microseconds: Int64) throws -> Int64 {
        // A seed can be more than SQLite's integers hold.
        try db.execute(
            sql: "INSERT INTO run (started_at, scenario, seed) VALUES (?, ?, ?)",
            arguments: [microseconds, scenario, String(seed)])
        return db.lastInsertedRowID
    }
}
