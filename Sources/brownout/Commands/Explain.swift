import ArgumentParser
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction

/// `brownout explain ID`
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain one exchange: facts, draws, rule, plan, and what went out.",
        discussion: """
            Examples:
              brownout explain 1
              brownout explain 1 --run last --json
            """)

    @OptionGroup var file: Journal.File
    @OptionGroup var chosen: Journal.Run

    @Argument(
        help: "A request id from a client's log (req_…), an exchange id, or a sequence number.")
    var id: String

    @Flag(help: "JSON.")
    var json = false

    func run() throws {
        try ExchangeLookup(file: file, run: chosen, id: id).show(json: json)
    }
}

/// Finds exchanges by anything that names one.
struct ExchangeLookup {
    var file: Journal.File
    var run: Journal.Run
    var id: String

    func show(json: Bool) throws {
        let found = try find()
        guard let newest = found.first else {
            throw Failure(
                .failed,
                "error: \(file.path): no exchange '\(id)'; `brownout journal list` shows them")
        }
        let others = Array(found.dropFirst())
        if json {
            let members = newest.json(.whole).objectValue ?? []
            let all = members + [JSONMember("others", .array(others.map(\.summary)))]
            Terminal.print(JSON.object(all).text + "\n")
            return
        }
        Terminal.print(ExchangeReport(newest, others: others).text)
        if newest.record.source == .missing { showNearest(newest.record) }
    }

    /// The request beside that of the nearest recording.
    private func showNearest(_ record: ExchangeRecord) {
        guard let text = record.recording, let mark = text.lastIndex(of: "#"),
            let dialect = record.dialect
        else { return }
        let (path, id) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
        let query = record.path.firstIndex(of: "?").map {
            String(record.path[record.path.index(after: $0)...])
        }
        let request = RecordedRequest(
            method: record.method, path: RequestAddress.path(of: record.path, to: record.provider),
            query: query, headers: [],
            body: record.requestBody
        ).redacted(by: Redactor(key: Secrets.key))
        do {
            let nearest = try RecordingArchives.open(path: path).load(id: id)
            let provider = nearest.provenance.provider
            let lines = RequestMatcher([]).diff(
                MatchRequest(nearest.request, provider: provider, dialect: dialect),
                MatchRequest(request, provider: record.provider, dialect: dialect))
            Terminal.print("\nthe nearest recording, \(id) in \(path), and this request:\n")
            Terminal.print(SideBySide.text(lines, width: Terminal.width))
            if record.requestBody.count < record.requestBodyBytes {
                Terminal.print(
                    "(of the request, the journal keeps \(record.requestBody.count) bytes; "
                        + "--journal-bodies keeps more)\n")
            }
        } catch {
            Terminal.print("\nthe nearest recording, \(id) in \(path), cannot be read: \(error)\n")
        }
    }

    private func find() throws -> [StoredExchange] {
        let reader = try file.open()
        let word = Dialects.exchange(fromRequestID: id)?.word
        guard let reference = ExchangeReference(id, word: word) else {
            throw Failure(
                .usage,
                "error: '\(id)' is not an id of an exchange; expected a request id (req_…), 16 "
                    + "hexadecimal digits, or a sequence number")
        }
        let run = try run.number(in: reader)
        return try reading { try reader.exchanges(reference, run: run) }
    }
}
