import ArgumentParser
import BrownoutDialects
import BrownoutJSON
import BrownoutJournal

/// `brownout explain ID`
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain one exchange: facts, draws, rule, plan, and what went out.")

    @OptionGroup var file: Journal.File

    @Argument(
        help: "A request id from a client's log (req_…), an exchange id, or a sequence number.")
    var id: String

    @Flag(help: "JSON.")
    var json = false

    func run() throws {
        try ExchangeLookup(file: file, id: id).show(json: json)
    }
}

/// Finds exchanges by anything that names one.
struct ExchangeLookup {
    var file: Journal.File
    var id: String

    func show(json: Bool) throws {
        let found = try find()
        guard let newest = found.first else {
            throw Failure(
                .failed,
                "error: \(file.path): no exchange '\(id)'; `brownout journal list` shows them")
        }
        if json {
            Terminal.print(newest.whole.text + "\n")
            return
        }
        Terminal.print(ExchangeReport(newest).text)
        if found.count > 1 {
            let others = found.dropFirst().map { String($0.sequence) }.joined(separator: ", ")
            Terminal.print(
                "\nThis is the newest of \(found.count) exchanges with this id, of as many runs; "
                    + "the others are \(others).\n")
        }
    }

    private func find() throws -> [StoredExchange] {
        let reader = try file.open()
        if let exchange = Dialects.exchange(fromRequestID: id) {
            return try reading { try reader.exchanges(id: exchange.word) }
        }
        if let sequence = Int64(id), sequence > 0 {
            return try reading { try reader.exchange(sequence: sequence).map { [$0] } ?? [] }
        }
        throw Failure(
            .usage,
            "error: '\(id)' is not an id of an exchange; expected a request id (req_…), 16 "
                + "hexadecimal digits, or a sequence number")
    }
}
