import ArgumentParser
import BrownoutJSON
import BrownoutJournal

/// `brownout journal list|tail|show|actions`
struct Journal: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the exchanges of a journal.",
        subcommands: [List.self, Tail.self, Show.self, Actions.self])

    /// Where the journal is.
    struct File: ParsableArguments {
        @Option(name: .customLong("journal"), help: "The journal's file.")
        var path = Journal.defaultPath

        func open() throws -> JournalReader {
            do {
                return try JournalReader(path: path)
            } catch {
                throw Failure(.failed, "error: \(error)")
            }
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

        @Option(parsing: .unconditional, help: "Only this status.")
        var status: Int?

        func query(limit: Int, after: Int64? = nil) -> JournalQuery {
            JournalQuery(
                session: session, provider: provider, rule: rule, status: status, after: after,
                limit: limit)
        }
    }

    /// `brownout journal list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List exchanges, the newest last.")

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
            if let limit {
                printer.show(try reading { try reader.list(filter.query(limit: limit)) })
                return
            }
            var last: Int64 = 0
            while true {
                let page = try reading { try reader.list(filter.query(limit: 5000, after: last)) }
                guard let end = page.last else { return }
                printer.show(page)
                last = end.sequence
            }
        }
    }

    /// `brownout journal tail`
    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the newest exchanges, then each further one as it is written.")

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
            var last = try reading { try reader.lastSequence() }
            printer.show(try reading { try reader.list(filter.query(limit: limit)) })
            while true {
                let page = try reading { try reader.list(filter.query(limit: 1000, after: last)) }
                printer.show(page)
                if let end = page.last { last = end.sequence }
                if page.count < 1000 { try await Task.sleep(for: .milliseconds(100)) }
            }
        }
    }

    /// `brownout journal show ID`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one exchange with its bodies.")

        @OptionGroup var file: File

        @Argument(help: "An exchange id, a request id of a client's log, or a sequence number.")
        var id: String

        @Flag(help: "JSON.")
        var json = false

        func run() throws {
            try ExchangeLookup(file: file, id: id).show(json: json)
        }
    }
}

extension Journal {
    /// `brownout journal actions`
    struct Actions: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was done to the server while it ran, the newest last.")

        @OptionGroup var file: File

        @Option(name: .shortAndLong, parsing: .unconditional, help: "How many at most, the newest.")
        var limit = 1000

        @Flag(help: "One JSON object a line.")
        var json = false

        func run() throws {
            let reader = try file.open()
            for action in try reading({ try reader.actions(limit: max(limit, 0)) }) {
                Terminal.print((json ? action.json.text : action.text) + "\n")
            }
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
