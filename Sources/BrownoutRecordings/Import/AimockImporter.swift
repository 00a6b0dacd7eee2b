import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutWire

/// Fixtures of CopilotKit's aimock, once llmock (`src/types.ts` there, "Fixture file format").
///
/// A fixture is no exchange: it says which requests it answers, and with what. The request is made
/// of what it matches, the answer is what our dialect makes of what it says.
struct AimockImporter {
    private let file: String
    private let options: ImportOptions
    private var notes = ImportNotes()

    init(_ file: String, _ options: ImportOptions) {
        self.file = file
        self.options = options
    }

    static func isFixtures(_ json: JSON) -> Bool {
        json["fixtures"]?.arrayValue != nil
    }

    mutating func read(_ json: JSON) throws(ImportError) -> ImportResult {
        guard let fixtures = json["fixtures"]?.arrayValue else {
            throw ImportError(file, "", "a file of fixtures has a list 'fixtures'")
        }
        guard fixtures.count <= ImportLimits.exchanges else {
            throw ImportError(file, "", "more than \(ImportLimits.exchanges) fixtures")
        }
        var result = ImportResult()
        notes.add(
            "",
            "fixtures match by a part of a request and hold none: each has a request made of "
                + "what it matches; replay them with match: {on: [last-user-message]}")
        for (index, fixture) in fixtures.enumerated() {
            let place = "fixture \(index + 1)"
            guard let match = fixture["match"], match.objectValue != nil else {
                result.failures.append(ImportError(file, place, "has no 'match'"))
                continue
            }
            guard let response = fixture["response"], response.objectValue != nil else {
                result.failures.append(ImportError(file, place, "has no 'response'"))
                continue
            }
            if let recording = recording(fixture, match, response, index, place) {
                result.recordings.append(recording)
            }
        }
        result.notes = notes.all
        return result
    }

    private mutating func recording(
        _ fixture: JSON, _ match: JSON, _ response: JSON, _ index: Int, _ place: String
    ) -> Recording? {
        let kinds = ["content", "toolCalls", "blocks", "error", "json", "embedding"]
        guard kinds.contains(where: { response[$0] != nil }) else {
            let names = (response.objectValue ?? []).map(\.key).joined(separator: ", ")
            notes.add(place, "left out: an answer of \(names) is of no endpoint here")
            return nil
        }
        let model = match["model"]?.stringValue
        let dialect = model.flatMap(Dialects.profile(ofModel:))?.name ?? options.dialect
        let profile = Dialects.profile(dialect)
        let isEmbedding = response["embedding"] != nil || match["inputText"] != nil
        let path =
            isEmbedding
            ? "/v1/embeddings" : profile.fullPath(profile.sample.path)
        let asked = isEmbedding ? embedding(match) : chat(match, dialect)
        let request = RecordedRequest(
            method: "POST", path: path, headers: [HeaderField("content-type", "application/json")],
            body: Array(asked.text.utf8))
        noteUncarried(fixture, match, response, place)
        let end = Self.milliseconds(fixture["recordedTimings"]?["totalDurationMs"]) ?? 0
        var answer = AimockAnswer(response, dialect, index).recorded(asked, path, &notes, place)
        let first =
            fixture["recordedTimings"]?["ttftMs"] ?? fixture["streamingProfile"]?["ttft"]
        answer.head?.at = Self.milliseconds(first) ?? 0
        answer.endedAt = max(end, answer.head?.at ?? 0)
        answer.chunks = [RecordedChunk(end: answer.body.count, at: answer.endedAt)]
        return Recording(
            id: "\(options.stem ?? Importer.stem(of: file))-\(index + 1)",
            provenance: Provenance(
                recordedAt: options.now, provider: dialect.rawValue, dialect: dialect,
                upstream: profile.origin, recorder: "aimock"),
            request: request, response: answer)
    }

    // MARK: - Requests

    private func embedding(_ match: JSON) -> JSON {
        .object([
            JSONMember("model", match["model"] ?? "text-embedding-3-small"),
            JSONMember("input", match["inputText"] ?? ""),
        ])
    }

    private func chat(_ match: JSON, _ dialect: DialectName) -> JSON {
        let parts = match["systemMessage"]?.arrayValue?.compactMap(\.stringValue)
        let system = parts?.joined(separator: "\n") ?? match["systemMessage"]?.stringValue
        var sketch = ChatSketch(
            model: match["model"], system: system, user: match["userMessage"] ?? "")
        if match["toolCallId"] != nil || match["toolResultContains"] != nil {
            // The call whose result the fixture answers.
            sketch.turn = (
                id: match["toolCallId"] ?? "call_1", name: match["toolName"] ?? "tool",
                result: match["toolResultContains"] ?? ""
            )
        }
        sketch.tool = match["toolName"]
        sketch.format = match["responseFormat"]
        return Dialects.request(sketch, of: dialect)
    }

    /// What neither a request nor an answer has a place for.
    private mutating func noteUncarried(
        _ fixture: JSON, _ match: JSON, _ response: JSON, _ place: String
    ) {
        for name in ["turnIndex", "hasToolResult", "context", "endpoint"]
        where match[name] != nil {
            notes.add(place, "'match.\(name)' is left out")
        }
        if match["sequenceIndex"] != nil {
            notes.add("", "'sequenceIndex' is carried by the order of the recordings alone")
        }
        if match["userMessage"] == nil, match["inputText"] == nil {
            notes.add(place, "matches no text: its request has an empty user message")
        }
        let faults = [
            ("latency", "pace: between-tokens"), ("chunkSize", "pace"),
            ("truncateAfterChunks", "a fault 'cut'"), ("disconnectAfterMs", "a fault 'cut'"),
            ("chaos", "rules with a chance"),
        ]
        for (name, instead) in faults where fixture[name] != nil {
            notes.add(place, "'\(name)' is left out: a scenario says it as \(instead)")
        }
        for name in ["tps", "jitter"] where fixture["streamingProfile"]?[name] != nil {
            notes.add(place, "'streamingProfile.\(name)' is left out: a scenario's pace says it")
        }
        if fixture["recordedTimings"]?["interChunkDelaysMs"] != nil {
            notes.add(place, "'interChunkDelaysMs' is left out: the answer is a plain one")
        }
        for name in ["webSearches", "reasoningSignature", "redactedThinking", "fallthrough"]
        where response[name] != nil {
            notes.add(place, "'response.\(name)' is left out")
        }
    }

    private static func milliseconds(_ value: JSON?) -> Int64? {
        guard let number = value?.doubleValue, number >= 0, number < 1e12 else { return nil }
        return Int64((number * 1_000).rounded())
    }
}
