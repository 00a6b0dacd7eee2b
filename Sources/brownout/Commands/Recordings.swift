import ArgumentParser
import BrownoutAnswers
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutScenarios

/// `brownout recordings list|show|diff|prune|check|pack|unpack|import|export`
struct Recordings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recordings",
        abstract: "Look at recordings, compare them, and keep them in order.",
        discussion: """
            PATH is a file of recordings, a folder of such files, or a store.

            Examples:
              brownout recordings list Recordings
              brownout recordings show Recordings/openai-plain.yaml --body
            """,
        subcommands: [
            RecordingsList.self, RecordingsShow.self, RecordingsDiff.self, RecordingsPrune.self,
            RecordingsCheck.self, RecordingsPack.self, RecordingsUnpack.self,
            RecordingsImport.self, RecordingsExport.self,
        ])

    /// Runs a command's work; what is wrong with recordings ends the process with its text.
    static func working<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as RecordingError {
            throw Failure(.failed, error.text)
        }
    }

    /// `1 recording`, `2 recordings`.
    static func count(_ recordings: Int) -> String {
        recordings == 1 ? "1 recording" : "\(recordings) recordings"
    }

    /// Says what was done, as a line for people or as one of JSON.
    static func announce(_ asJSON: Bool, _ text: String, _ json: JSON) {
        Terminal.announce((asJSON ? json.text : text) + "\n")
    }

    /// Goes through the outlines of several archives, in the order in which they are named.
    static func scan(
        _ paths: [String], _ visit: (any RecordingArchive, RecordingOutline) throws -> Void
    ) throws {
        try working {
            for path in paths {
                let archive = try RecordingArchives.open(path: path)
                try archive.scan { try visit(archive, $0) }
            }
        }
    }
}

/// Which recordings are meant.
struct RecordingFilter: ParsableArguments {
    @Option(help: "Only of this provider.")
    var provider: String?

    @Option(help: "Only of models that fit this pattern, for example 'gpt-4*'.")
    var model: String?

    @Option(parsing: .unconditional, help: "Only with this status.")
    var status: Int?

    @Flag(help: "Only failures: an error's status, or no whole answer.")
    var failed = false

    @Flag(help: "Only what did not end whole: reset, closed-early, timed-out, client-left, …")
    var broken = false

    var isEmpty: Bool {
        provider == nil && model == nil && status == nil && !failed && !broken
    }

    func validate() throws {
        if let model { _ = try RecordingFilter.glob(model, "--model") }
    }

    /// Whether a recording is one of them.
    func accepts(_ outline: RecordingOutline, model found: () -> String) -> Bool {
        if let provider, outline.provenance.provider != provider { return false }
        if let status, outline.status != status { return false }
        if failed, !outline.isFailure { return false }
        if broken, outline.ending == .complete { return false }
        guard let model, let glob = try? Glob(model) else { return true }
        return glob.matches(found())
    }

    static func glob(_ text: String, _ option: String) throws -> Glob {
        do throws(Glob.Invalid) {
            return try Glob(text)
        } catch {
            throw ValidationError("\(option) is '\(text)': \(error.message)")
        }
    }
}

/// What the keys of recordings are made by.
struct RecordingKeys: ParsableArguments {
    @Option(help: "Keys by the 'match' of this scenario's source; the standard ones without it.")
    var scenario: String?

    func matcher() throws -> RequestMatcher {
        guard let scenario else { return RequestMatcher([]) }
        let loaded = try ScenarioFile.load(scenario, seed: nil)
        guard case .replay(let source) = loaded.scenario.source else {
            throw Failure(.usage, "\(scenario): error: its source is no recordings")
        }
        return RequestMatcher(source.match)
    }
}

/// `brownout recordings list PATH…`
struct RecordingsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List recordings in the order they were made.",
        discussion: """
            Examples:
              brownout recordings list Recordings
              brownout recordings list Recordings --model 'gpt-4*' --failed
              brownout recordings list Recordings/openai-plain.yaml --json
            """)

    @Argument(help: "Files, folders or stores.")
    var paths: [String]

    @OptionGroup var filter: RecordingFilter
    @OptionGroup var keys: RecordingKeys

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let matcher = try keys.matcher()
        var rows = [["ID", "RECORDED", "STATUS", "ENDED", "MODEL", "REQUEST"]]
        try Recordings.scan(paths) { _, outline in
            let request = MatchRequest(outline)
            guard filter.accepts(outline, model: { request.model }) else { return }
            if json {
                let key = matcher.key(of: request)
                Terminal.print(outline.json(key: key, model: request.model).text + "\n")
                return
            }
            rows.append([
                outline.id,
                UTCTime(microseconds: outline.provenance.recordedAt).text(digits: 0),
                outline.status.map(String.init) ?? "-", outline.ending.rawValue,
                (request.model.isEmpty ? "-" : request.model) + (outline.isStream ? " stream" : ""),
                "\(outline.provenance.provider) \(outline.request.method) \(outline.request.path)",
            ])
            // A table is aligned by its first rows; a long one is shown as it is read.
            if rows.count > 1_000 {
                Terminal.print(TextTable.text(rows))
                rows = []
            }
        }
        if !json, rows.count > 1 || rows.first?.first != "ID" {
            Terminal.print(TextTable.text(rows))
        }
    }
}

/// `brownout recordings show PATH ID`
struct RecordingsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one recording: its document, or its answer's body.",
        discussion: """
            Examples:
              brownout recordings show Recordings/openai-plain.yaml
              brownout recordings show Recordings 45bc03ed5da5b8a0 --body
            """)

    @Argument(help: "A file, a folder or a store.")
    var path: String

    @Argument(help: "The recording's id; the only one when not given.")
    var id: String?

    @Flag(help: "JSON.")
    var json = false

    @Flag(help: "The answer's body, without its content codings.")
    var body = false

    @Flag(help: "The answer's body as it was sent.")
    var raw = false

    func validate() throws {
        guard [json, body, raw].count(where: { $0 }) <= 1 else {
            throw ValidationError("--json, --body and --raw exclude each other")
        }
    }

    func run() throws {
        let recording = try Recordings.working { try RecordingsShow.recording(path, id) }
        if json {
            Terminal.print(recording.json.text + "\n")
        } else if raw {
            Terminal.print(bytes: recording.response.body)
        } else if body {
            Terminal.print(bytes: recording.shownBody)
        } else {
            Terminal.print(bytes: RecordingDocument.encode(recording))
        }
    }

    /// The recording with an id; without one the only one there is.
    static func recording(_ path: String, _ id: String?) throws -> Recording {
        let archive = try RecordingArchives.open(path: path)
        if let id { return try archive.load(id: id) }
        var places: [RecordingPlace] = []
        try archive.scan { places.append($0.place) }
        guard places.count == 1 else {
            throw Failure(
                .usage, "error: \(path) holds \(places.count) recordings; say which by its id")
        }
        return try archive.load(places[0])
    }
}

/// `brownout recordings diff PATH ID ID`, `brownout recordings diff PATH PATH`
struct RecordingsDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two recordings, request and answer.",
        discussion: """
            PATH ID ID compares two of one path, PATH PATH those of two paths that have the same \
            id. Ends with 1 where something differs. Times are not compared, nor is what the \
            recorder noted.

            Examples:
              brownout recordings diff Recordings b2ecf87589299fd4 45bc03ed5da5b8a0
              brownout recordings diff Recordings b2ecf87589299fd4 45bc03ed5da5b8a0 --json
            """)

    @Argument(help: "PATH ID ID, or PATH PATH.")
    var what: [String]

    @Flag(help: "In two columns, all lines.")
    var sideBySide = false

    @Option(parsing: .unconditional, help: "Columns of both sides.")
    var width = 120

    @Flag(help: "One JSON object a line, for each pair: its ids, and the lines that differ.")
    var json = false

    func validate() throws {
        guard !json || !sideBySide else {
            throw ValidationError("--json and --side-by-side exclude each other")
        }
        guard what.count == 2 || what.count == 3 else {
            throw ValidationError("expected PATH ID ID, or PATH PATH")
        }
        guard (40...1_000).contains(width) else {
            throw ValidationError("--width is \(width); expected 40 to 1000")
        }
    }

    func run() throws {
        let isSame = try Recordings.working {
            if what.count == 3 {
                let archive = try RecordingArchives.open(path: what[0])
                return show(
                    try archive.load(id: what[1]), try archive.load(id: what[2]),
                    (what[1], what[2]))
            }
            return try compareAll(what[0], what[1])
        }
        if !isSame { throw Failure(.failed) }
    }

    private func compareAll(_ left: String, _ right: String) throws -> Bool {
        let archives = [
            try RecordingArchives.open(path: left), try RecordingArchives.open(path: right),
        ]
        var places: [String: RecordingPlace] = [:]
        var order: [(id: String, place: RecordingPlace)] = []
        try archives[1].scan { places[$0.id] = $0.place }
        try archives[0].scan { order.append(($0.id, $0.place)) }
        var isSame = true
        for (id, place) in order {
            guard let other = places.removeValue(forKey: id) else {
                missing(id, in: left)
                isSame = false
                continue
            }
            let same = show(
                try archives[0].load(place), try archives[1].load(other),
                ("\(left) \(id)", "\(right) \(id)"))
            isSame = isSame && same
        }
        for id in places.keys.sorted() {
            missing(id, in: right)
            isSame = false
        }
        return isSame
    }

    private func missing(_ id: String, in path: String) {
        let object: JSON = ["id": .string(id), "only-in": .string(path)]
        Terminal.print(json ? object.text + "\n" : "only in \(path): \(id)\n")
    }

    /// Prints what differs; whether nothing does.
    private func show(_ left: Recording, _ right: Recording, _ names: (String, String)) -> Bool {
        let lines = SideBySide.lines(left.comparedLines, right.comparedLines)
        let differ = lines.filter { !$0.isSame }
        if json {
            let object: JSON = [
                "left": .string(names.0), "right": .string(names.1), "same": .bool(differ.isEmpty),
                "lines": .array(
                    differ.map { line in
                        [
                            "left": line.recorded.map { .string($0) } ?? .null,
                            "right": line.came.map { .string($0) } ?? .null,
                        ]
                    }),
            ]
            Terminal.print(object.text + "\n")
            return differ.isEmpty
        }
        if differ.isEmpty { return true }
        if sideBySide {
            Terminal.print(SideBySide.text(lines, width: width, heads: names))
            return false
        }
        Terminal.print("--- \(names.0)\n+++ \(names.1)\n")
        Terminal.print(lines.unified().map { $0 + "\n" }.joined())
        return false
    }
}

extension JSON {
    static func int(_ value: Int) -> JSON { .number(JSONNumber(value)) }
}
