import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutWire
import BrownoutYAML

/// Cassettes of vcrpy, version 1 (`vcr/serialize.py`): YAML as PyYAML writes it, or JSON; also of
/// its older httpx stub, and of serialisers of a suite's own that keep bodies as trees.
struct VCRImporter {
    private let file: String
    private let options: ImportOptions
    private var notes = ImportNotes()

    init(_ file: String, _ options: ImportOptions) {
        self.file = file
        self.options = options
    }

    /// Whether a file's top is a cassette's.
    static func isCassette(_ tree: YAMLTree) -> Bool { tree["interactions"]?.items != nil }

    mutating func read(_ tree: YAMLTree) throws(ImportError) -> ImportResult {
        guard let interactions = tree["interactions"]?.items else {
            let old = tree.items?.first?["request"] != nil
            throw ImportError(
                file, "",
                old
                    ? "this is a cassette of vcrpy before 1.0; vcrpy's migration script reads it"
                    : "a cassette has a list 'interactions'")
        }
        if let version = tree["version"]?.int, version != 1 {
            throw ImportError(file, "", "a cassette of version \(version); 1 is read")
        }
        guard interactions.count <= ImportLimits.exchanges else {
            throw ImportError(file, "", "more than \(ImportLimits.exchanges) interactions")
        }
        var result = ImportResult()
        notes.add("", "vcrpy keeps no times: answers come at once when they are replayed")
        notes.add("", "vcrpy sorts headers and merges those of one name: their order is its own")
        for (index, interaction) in interactions.enumerated() {
            let line = interaction.line
            let place = "interaction \(index + 1)" + (line > 0 ? " (line \(line))" : "")
            do throws(ImportError) {
                if let recording = try recording(interaction, index, place) {
                    result.recordings.append(recording)
                }
            } catch {
                result.failures.append(error)
            }
        }
        result.notes = notes.all
        return result
    }

    private mutating func recording(
        _ interaction: YAMLTree, _ index: Int, _ place: String
    ) throws(ImportError) -> Recording? {
        guard let asked = interaction["request"], asked.members != nil else {
            let isMessage = interaction["kind"]?.text == "message"
            throw ImportError(
                file, place,
                isMessage
                    ? "is a message of a WebSocket, which is no exchange" : "has no 'request'")
        }
        guard let answered = interaction["response"], answered.members != nil else {
            throw ImportError(file, place, "has no 'response'")
        }
        guard let uri = asked["uri"]?.text ?? asked["url"]?.text else {
            throw ImportError(file, place, "its request has no 'uri'")
        }
        var headers = try headers(asked["headers"], "\(place), request")
        guard let target = ImportedTarget(uri, headers: headers, options) else {
            let host = ImportedTarget.host(of: uri)
            notes.add(
                place, "left out: \(host) is no provider; --host \(host)=openai takes it as one")
            return nil
        }
        if let note = target.note { notes.add("", note) }
        let body = try body(asked, headers, target.dialect, "\(place), request")
        headers = ImportedAnswer.settled(headers, body, "\(place), request", &notes)
        let request = RecordedRequest(
            method: asked["method"]?.text ?? "POST", path: target.path, query: target.query,
            headers: headers, body: body)
        let response = try response(answered, target.dialect, "\(place), response")
        let date = response.head?.header("date").flatMap(ImportTime.http)
        if date == nil { notes.add("", "answers without a date count as recorded now") }
        return Recording(
            id: "\(options.stem ?? Importer.stem(of: file))-\(index + 1)",
            provenance: Provenance(
                recordedAt: date ?? options.now, provider: target.dialect.rawValue,
                dialect: target.dialect, upstream: target.upstream,
                client: request.header("user-agent") ?? "", recorder: "vcrpy"),
            request: request, response: response)
    }

    private mutating func response(
        _ answered: YAMLTree, _ dialect: DialectName, _ place: String
    ) throws(ImportError) -> RecordedResponse {
        // The older httpx stub wrote `status_code` and `content`.
        let code = answered["status"]?["code"] ?? answered["status_code"] ?? answered["status"]
        guard let status = code?.int, (100...599).contains(status) else {
            throw ImportError(file, place, "has no status from 100 to 599")
        }
        var headers = try headers(answered["headers"], place)
        let body = try body(answered, headers, dialect, place)
        headers = ImportedAnswer.settled(headers, body, place, &notes)
        let head = RecordedHead(
            status: status, reason: answered["status"]?["message"]?.text ?? "", headers: headers)
        return RecordedResponse(
            head: head, body: body,
            chunks: ImportedAnswer.chunks(headers, body, from: 0, to: 0))
    }

    /// `{name: [value, …]}`, in older cassettes `{name: value}`.
    private mutating func headers(
        _ tree: YAMLTree?, _ place: String
    ) throws(ImportError) -> [HeaderField] {
        guard let tree, !tree.isNull else { return [] }
        guard let members = tree.members else {
            throw ImportError(file, place, "'headers' is no mapping of names to lists of values")
        }
        var fields: [HeaderField] = []
        for member in members {
            var name = member.key
            if member.isBinaryKey {
                name = String(decoding: try decoded(name, place), as: UTF8.self)
            }
            for value in member.value.items ?? [member.value] {
                guard let bytes = try bytes(of: value, place) else {
                    notes.add(place, "a value of the header '\(name)' is no text: left out")
                    continue
                }
                fields.append(HeaderField(name, String(decoding: bytes, as: UTF8.self)))
            }
        }
        return fields
    }

    // MARK: - Bodies

    private mutating func body(
        _ message: YAMLTree, _ headers: [HeaderField], _ dialect: DialectName, _ place: String
    ) throws(ImportError) -> [UInt8] {
        if let body = message["body"] ?? message["content"], !body.isNull {
            if message["parsed_body"] != nil {
                notes.add(place, "'parsed_body' is left out: there is a body")
            }
            return try bytes(ofBody: body, headers, dialect, place)
        }
        guard let parsed = message["parsed_body"], !parsed.isNull else { return [] }
        return tree(parsed, headers, dialect, place)
    }

    private mutating func bytes(
        ofBody body: YAMLTree, _ headers: [HeaderField], _ dialect: DialectName, _ place: String
    ) throws(ImportError) -> [UInt8] {
        if let whole = try bytes(of: body, place) { return whole }
        for name in ["string", "base64_string"] {
            guard let inside = body[name] else { continue }
            if inside.isNull { return [] }
            if name == "base64_string", let text = inside.text {
                return try decoded(text, place)
            }
            if let whole = try bytes(of: inside, place) { return whole }
            return tree(inside, headers, dialect, place)
        }
        if let parsed = body["parsed_body"] { return tree(parsed, headers, dialect, place) }
        // A file or an iterator that was a request's body, as PyYAML writes Python's objects.
        if let tag = body.tag, tag.hasPrefix("!!python/"),
            let parts = (body["state"] ?? body["args"])?.items
        {
            let values = parts.first?.items ?? parts.prefix(1).map { $0 }
            var whole: [UInt8] = []
            for value in values { whole += try bytes(of: value, place) ?? [] }
            return whole
        }
        return tree(body, headers, dialect, place)
    }

    /// The bytes of a scalar; nil for a tree.
    private mutating func bytes(
        of value: YAMLTree, _ place: String
    ) throws(ImportError) -> [UInt8]? {
        if let tag = value.tag, !tag.hasPrefix("!!python/") {
            notes.add(place, "the tag '\(tag)' is read as what stands behind it")
        }
        switch value.content {
        case .binary(let base64): return try decoded(base64, place)
        case .null: return []
        case .text, .number, .bool: return value.text.map { Array($0.utf8) }
        case .list, .map: return nil
        }
    }

    private func decoded(_ base64: String, _ place: String) throws(ImportError) -> [UInt8] {
        guard let bytes = Base64.decoded(base64) else {
            throw ImportError(file, place, "'!!binary' is not base64")
        }
        return bytes
    }

    /// A body that is kept as what it says: a stream's events as a list, anything else as JSON.
    private mutating func tree(
        _ tree: YAMLTree, _ headers: [HeaderField], _ dialect: DialectName, _ place: String
    ) -> [UInt8] {
        let type = headers.first(named: "content-type")?.lowercased() ?? ""
        if let framing = EventFraming(contentType: type), let events = tree.items {
            notes.add(place, "its events are written from a list: their spacing is ours")
            return Self.stream(events.map(\.json), framing, dialect)
        }
        if let text = tree.text, !type.contains("json") { return Array(text.utf8) }
        notes.add(place, "its body is written from 'parsed_body': its spacing is ours")
        return Array(tree.json.text.utf8)
    }

    private static func stream(
        _ events: [JSON], _ framing: EventFraming, _ dialect: DialectName
    ) -> [UInt8] {
        var written = events.map { event in
            StreamEvent(event["type"]?.stringValue, Array((event.stringValue ?? event.text).utf8))
        }
        // Cassettes of this kind leave out what is no JSON: the mark at the end of an answer.
        let profile = Dialects.profile(dialect)
        if case .marker(let end)? = profile.streams.end, let last = events.last,
            profile.answers.lists.contains(where: { !last.values(at: $0).isEmpty })
        {
            written.append(StreamEvent(marker: end))
        }
        return framing.body(of: written)
    }
}
