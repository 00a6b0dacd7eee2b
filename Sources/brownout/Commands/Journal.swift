import ArgumentParser
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords

/// `brownout journal list|tail|show|actions|runs`
struct Journal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Look at the exchanges of a journal.",
        discussion: """
            Examples:
              brownout journal list --run last
              brownout journal show 1
            """,
        subcommands: [List.self, Tail.self, Show.self, Actions.self, Runs.self])

    /// Where the journal is.
    struct File: ParsableArguments {
        @Option(name: .customLong("journal"), help: "The journal's file.")
        var path = Journal.defaultPath

        func open() throws -> JournalReader { try Journal.open(path) }
    }

    static func open(_ path: String) throws -> JournalReader {
        do {
            return try JournalReader(path: path)
        } catch {
            throw Failure(.failed, "error: \(error)")
        }
    }

    /// Which start of a server on the journal is meant.
    struct Run: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Only of this start of a server on the journal: last, or a number of `journal runs`.",
                valueName: "last|N"),
            transform: Run.choice)
        var run: JournalRunChoice?

        /// The number of the run; nil: all are meant.
        func number(in reader: JournalReader) throws -> Int64? {
            try run.map { run in try reading { try reader.run(run) } }
        }

        private static func choice(_ text: String) throws -> JournalRunChoice {
            if let choice = JournalRunChoice(text) { return choice }
            throw ValidationError("'\(text)' is no run; expected last, or a number from 1")
        }
    }

    /// What `serve` writes and all commands read unless told otherwise.
    static let defaultPath = "brownout.sqlite"

    /// Which exchanges are meant.
    struct Filter: ParsableArguments {
        @Option(help: "Only this session.")
        var session: String?

        @Option(help: "Only this provider.")
        var provider: String?

        @Option(help: "Only what this rule decided.")
        var rule: String?

        @Option(help: "Only what came in this phase.")
        var phase: String?

        @Option(parsing: .unconditional, help: "Only this status.")
        var status: Int?

        @OptionGroup var run: Run

        func query(in reader: JournalReader) throws -> JournalQuery {
            JournalQuery(
                session: session, provider: provider, rule: rule, phase: phase,
                status: status, run: try run.number(in: reader))
        }
    }

    /// `brownout journal list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List exchanges, the newest last.",
            discussion: """
                Examples:
                  brownout journal list --run last
                  brownout journal list --status 429 --limit 20
                  brownout journal list --provider openai --json
                """)

        @OptionGroup var file: File
        @OptionGroup var filter: Filter

        @Option(
            name: .shortAndLong, parsing: .unconditional,
            help: "How many at most, the newest; all when not given.")
        var limit: Int?

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() throws {
            let reader = try file.open()
            var printer = ExchangePrinter(json: json)
            defer { printer.end() }
            var query = try filter.query(in: reader)
            if let limit {
                query.limit = limit
                printer.show(try reading { try reader.list(query) })
                return
            }
            (query.limit, query.after) = (5000, 0)
            while true {
                let page = try reading { try reader.list(query) }
                guard let end = page.last else { return }
                printer.show(page)
                query.after = end.sequence
            }
        }
    }

    /// `brownout journal tail`
    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tail",
            abstract: "List the newest exchanges, then each further one as it is written.",
            discussion: """
                Examples:
                  brownout journal tail
                  brownout journal tail --provider openai --limit 5
                """)

        @OptionGroup var file: File
        @OptionGroup var filter: Filter

        @Option(
            name: .shortAndLong, parsing: .unconditional,
            help: "How many of those that are there already.")
        var limit = 10

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() async throws {
            let reader = try file.open()
            var printer = ExchangePrinter(json: json)
            var query = try filter.query(in: reader)
            let last = try reading { try reader.lastSequence() }
            query.limit = limit
            printer.show(try reading { try reader.list(query) })
            (query.limit, query.after) = (1000, last)
            while true {
                let page = try reading { try reader.list(query) }
                printer.show(page)
                if let end = page.last { query.after = end.sequence }
                if page.count < 1000 { try await Task.sleep(for: .milliseconds(100)) }
            }
        }
    }

    /// `brownout journal show ID`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one exchange with its bodies.",
            discussion: """
                Examples:
                  brownout journal show 1
                  brownout journal show 1 --run last --json
                """)

        @OptionGroup var file: File
        @OptionGroup var chosen: Run

        @Argument(help: "An exchange id, a request id of a client's log, or a sequence number.")
        var id: String

        @Flag(help: "JSON.")
        var json = false

        func run() throws {
            try ExchangeLookup(file: file, run: chosen, id: id).show(json: json)
        }
    }
}

extension Journal {
    /// `brownout journal actions`
    struct Actions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "actions",
            abstract: "List what was done to the server while it ran, the newest last.",
            discussion: """
                Examples:
                  brownout journal actions
                  brownout journal actions --run last --limit 20
                """)

        @OptionGroup var file: File

        @OptionGroup var chosen: Run

        @Option(name: .shortAndLong, parsing: .unconditional, help: "How many at most, the newest.")
        var limit = 1000

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() throws {
            let reader = try file.open()
            let run = try chosen.number(in: reader)
            for action in try reading({ try reader.actions(run: run, limit: max(limit, 0)) }) {
                Terminal.print((json ? action.json.text : action.text) + "\n")
            }
        }
    }
}

extension Journal {
    /// `brownout journal runs`
    struct Runs: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "runs",
            abstract: "List the starts of servers on the journal, the newest last.",
            discussion: """
                Examples:
                  brownout journal runs
                  brownout journal runs --json
                """)

        @OptionGroup var file: File

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() throws {
            let reader = try file.open()
            let runs = try reading { try reader.runs() }
            if json {
                for run in runs { Terminal.print(Runs.json(run).text + "\n") }
                return
            }
            let rows = runs.map { run in
                [
                    String(run.number), UTCTime(microseconds: run.startedAt).text(digits: 3),
                    String(run.exchanges), String(run.actions), String(run.seed),
                    run.scenario.printable,
                ]
            }
            guard !rows.isEmpty else { return }
            let titles = ["RUN", "STARTED", "EXCHANGES", "ACTIONS", "SEED", "SCENARIO"]
            Terminal.print(TextTable.text([titles] + rows))
        }

        private static func json(_ run: JournalRun) -> JSON {
            func number(_ value: some BinaryInteger) -> JSON {
                .number(JSONNumber(text: String(value)))
            }
            return [
                "run": number(run.number),
                "started_at": .string(UTCTime(microseconds: run.startedAt).text(digits: 6)),
                "exchanges": number(run.exchanges), "actions": number(run.actions),
                "scenario": .string(run.scenario), "seed": number(run.seed),
            ]
        }
    }
}

/// Reads, and ends the process with a message where the journal does not let us.
func reading<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as JournalError {
        throw Failure(.failed, "error: \(error)")
    }
}

/// Prints exchanges as a table or as JSON lines.
struct ExchangePrinter {
    private let json: Bool
    private var table = ExchangeTable()
    private var hasHeader = false

    init(json: Bool) {
        self.json = json
    }

    /// Says what marks in the table mean.
    func end() {
        if table.hasUncertainAttempts { Terminal.print(ExchangeTable.uncertainty + "\n") }
    }

    mutating func show(_ exchanges: [StoredExchange]) {
        guard !exchanges.isEmpty else { return }
        if json {
            Terminal.print(exchanges.map { $0.json(.metadata).text + "\n" }.joined())
            return
        }
        let lines = table.lines(for: exchanges)
        let header = hasHeader ? [] : [table.header]
        hasHeader = true
        Terminal.print((header + lines).joined(separator: "\n") + "\n")
    }
}
