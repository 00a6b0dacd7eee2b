import ArgumentParser
import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML

/// `brownout faults [NAME]`
struct Faults: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Show every fault there is: what it is, what it needs, how a scenario writes it.",
        discussion: """
            What the official SDKs make of a fault is with the name of one, and in --json.

            Examples:
              brownout faults
              brownout faults half-open
              brownout faults --json
            """
    )

    @Argument(help: "The name of a fault; without one, all.")
    var name: String?

    @Flag(help: "A JSON array.")
    var json = false

    func run() throws {
        let kinds = try name.map { [try FaultKind.named($0)] } ?? FaultKind.allCases
        if json {
            Terminal.print(JSON.array(kinds.map(\.json)).text + "\n")
        } else if name != nil {
            Terminal.print(kinds.map(\.details).joined())
        } else {
            Terminal.print(Faults.catalogue)
        }
    }

    /// Everything, a family at a time.
    private static var catalogue: String {
        let titles = ["FAULT", "CATEGORY", "RETRY", "NEEDS", "AT", "WHAT IT IS"]
        // One table, so that the columns of all families stand under each other.
        var rows = [titles]
        for family in FaultFamily.allCases {
            rows.append(contentsOf: [[], [family.rawValue]])
            for kind in FaultKind.allCases where kind.family == family { rows.append(kind.cells) }
        }
        return TextTable.text(rows, width: TextTable.width)
            + "\n`brownout faults NAME` shows one in full.\n"
    }
}

extension FaultKind {
    fileprivate static func named(_ name: String) throws -> FaultKind {
        if let kind = allCases.first(where: { $0.name == name }) { return kind }
        if Cause(rawValue: name) != nil {
            throw Failure(
                .usage, "error: '\(name)' is a cause; `brownout causes \(name)` shows it")
        }
        let nearest = NearestWord.nearest(to: name, among: allCases.map(\.name))
        throw Failure(
            .usage,
            "error: no fault is called '\(name)'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; `brownout faults` shows all"))
    }

    fileprivate var cells: [String] {
        [
            "  " + name, category?.rawValue ?? "by cause", retry, need.name ?? "-",
            takesPosition ? "yes" : "-", summary,
        ]
    }

    /// Whether it is worth a retry, in a word.
    private var retry: String {
        switch isRetryable {
        case true?: "yes"
        case false?: "no"
        case nil: category == nil ? "by cause" : "by status"
        }
    }

    private var reactions: [(client: String, reaction: String)] { clients?.byClient ?? [] }

    fileprivate var details: String {
        let rows = [
            ["family", family.rawValue], ["category", category?.rawValue ?? "by cause"],
            ["worth a retry", retry], ["needs", need.name ?? "nothing"],
            ["takes 'at'", takesPosition ? "yes" : "no"], ["for example", example],
        ]
        return "\(name): \(summary)\n\n"
            + TextTable.text(
                rows + reactions.map { [$0.client, $0.reaction] }, width: TextTable.width)
    }

    fileprivate var json: JSON {
        [
            "name": .string(name), "family": .string(family.rawValue), "summary": .string(summary),
            "category": category.map { .string($0.rawValue) } ?? .null,
            "retryable": isRetryable.map(JSON.bool) ?? .null,
            "example": .string(example), "need": need.name.map(JSON.string) ?? .null,
            "at": .bool(takesPosition), "word": .bool(isWord),
            "clients": .object(
                reactions.map { JSONMember($0.client, .string($0.reaction)) }),
        ]
    }
}
