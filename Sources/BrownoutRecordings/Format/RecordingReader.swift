import BrownoutEngine
import BrownoutRecords
import BrownoutYAML

/// Makes a recording of a document's nodes, and says what is wrong with them.
struct RecordingReader {
    let file: String
    private(set) var diagnostics: [SourceDiagnostic] = []
    /// Whether chunks were taken beside some that were not, or beside a body that is a tree.
    private(set) var needsAllChunks = false
    private let taken: TakenChunks

    private static let keys = [
        "brownout-recording", "id", "recorded", "provider", "dialect", "upstream", "client",
        "recorder", "failure", "request", "response",
    ]
    private static let requestKeys = [
        "method", "path", "query", "headers", "json", "style", "text", "base64", "decoded",
    ]
    private static let responseKeys = [
        "status", "reason", "at", "headers", "json", "style", "chunks", "decoded", "ended",
        "ended-at",
    ]

    /// `taken` holds the chunks that are not in the tree any more.
    init(file: String, _ taken: TakenChunks) {
        self.file = file
        self.taken = taken
    }

    /// Nil where something is wrong, which ``diagnostics`` then says.
    mutating func recording(_ root: YAMLNode) -> Recording? {
        guard let fields = mapping(root, "a recording", RecordingReader.keys) else { return nil }
        version(fields, root)
        let id = required(fields, "id", in: root).flatMap { text($0) }
        if id?.isEmpty == true, let node = fields["id"] { fail(node.span, "an id has no text") }
        let provenance = provenance(fields, root)
        let request = required(fields, "request", in: root).flatMap { self.request($0) }
        let response = required(fields, "response", in: root).flatMap { self.response($0) }
        guard diagnostics.isEmpty, let id, let provenance, let request, let response else {
            return nil
        }
        return Recording(id: id, provenance: provenance, request: request, response: response)
    }

    private mutating func version(_ fields: RecordingFields, _ root: YAMLNode) {
        guard let node = required(fields, "brownout-recording", in: root),
            node.text != String(Recording.version)
        else { return }
        fail(
            node.span, "the format's version is \(node.description), and we read 1",
            note: "a later version of brownout wrote it")
    }

    private mutating func provenance(
        _ fields: RecordingFields, _ root: YAMLNode
    ) -> Provenance? {
        let provider = required(fields, "provider", in: root).flatMap { text($0) }
        let dialect = required(fields, "dialect", in: root).flatMap {
            word($0, DialectName.allCases, "a dialect")
        }
        let upstream = fields["upstream"].map { text($0) } ?? ""
        let client = fields["client"].map { text($0) } ?? ""
        let recorder = fields["recorder"].map { text($0) } ?? ""
        guard let recorded = required(fields, "recorded", in: root), let time = text(recorded)
        else { return nil }
        let isCount = time.hasSuffix("us")
        guard
            let at = isCount ? RecordedTime.read(time) : UTCTime(text: time)?.microseconds
        else {
            fail(
                recorded.span, "\(recorded.description) is no time",
                note: "for example: 2026-11-21T19:05:00.123456Z")
            return nil
        }
        guard let provider, let dialect, let upstream, let client, let recorder else { return nil }
        return Provenance(
            recordedAt: at, provider: provider, dialect: dialect, upstream: upstream,
            client: client, recorder: recorder)
    }

    private mutating func request(_ node: YAMLNode) -> RecordedRequest? {
        guard let fields = mapping(node, "a request", RecordingReader.requestKeys) else {
            return nil
        }
        let method = required(fields, "method", in: node).flatMap { text($0) }
        let path = required(fields, "path", in: node).flatMap { text($0) }
        let query = fields["query"].map { text($0) }
        let headers = fields["headers"].map { self.headers($0) } ?? []
        let bodies = fields.first(of: ["json", "text", "base64"])
        if bodies.count > 1 {
            fail(bodies[1].key.span, "a body is one of 'json', 'text' and 'base64'")
        }
        var body: [UInt8]? = []
        if let first = bodies.first {
            body = first.name == "json" ? json(first.value, fields) : bytes(first)
        } else if let style = fields["style"] {
            fail(style.span, "a style without 'json'")
        }
        guard let method, let path, let headers, let body else { return nil }
        if let query {
            guard let query else { return nil }
            return RecordedRequest(
                method: method, path: path, query: query, headers: headers, body: body)
        }
        return RecordedRequest(method: method, path: path, headers: headers, body: body)
    }

    private mutating func response(_ node: YAMLNode) -> RecordedResponse? {
        guard let fields = mapping(node, "a response", RecordingReader.responseKeys) else {
            return nil
        }
        let ending = required(fields, "ended", in: node).flatMap {
            word($0, RecordedEnding.allCases, "an ending")
        }
        let endedAt = required(fields, "ended-at", in: node).flatMap { time($0) }
        var response = RecordedResponse(head: nil)
        if let status = fields["status"] {
            let number = integer(status, "a status")
            let reason = fields["reason"].map { text($0) } ?? ""
            let at = required(fields, "at", in: node).flatMap { time($0) }
            let headers = fields["headers"].map { self.headers($0) } ?? []
            guard let number, let reason, let at, let headers else { return nil }
            response.head = RecordedHead(status: number, reason: reason, headers: headers, at: at)
        } else if let field = fields.first(of: ["reason", "at", "headers"]).first {
            fail(field.key.span, "'\(field.name)' without 'status'")
        }
        if let tree = fields["json"] {
            guard let body = json(tree, fields) else { return nil }
            response.body = body
        } else if let style = fields["style"] {
            fail(style.span, "a style without 'json'")
        }
        chunks(fields, &response)
        guard let ending, let endedAt else { return nil }
        response.ending = ending
        response.endedAt = endedAt
        return response
    }
}

extension RecordingReader {
    private mutating func chunks(_ fields: RecordingFields, _ response: inout RecordedResponse) {
        let tree = fields["json"]
        guard let node = fields["chunks"] else {
            if let tree {
                fail(tree.span, "a body without 'chunks'", note: "for example: [{at: 20ms}]")
            }
            return
        }
        guard let items = list(node, "chunks", RecordingLimits.chunks) else { return }
        guard taken.chunks.isEmpty else {
            needsAllChunks = tree != nil || !items.isEmpty
            (response.body, response.chunks) = (taken.body, taken.chunks)
            return
        }
        response.chunks.reserveCapacity(items.count)
        var end = 0
        var last = Int64.min
        for (index, item) in items.enumerated() {
            let keys = tree == nil ? ["at", "text", "base64"] : ["at", "bytes"]
            guard let chunk = mapping(item, "a chunk", keys),
                let atNode = required(chunk, "at", in: item), let at = time(atNode)
            else { continue }
            if at < last { fail(atNode.span, "the chunk came before the one above it") }
            last = at
            if tree != nil {
                guard let size = size(chunk, item, left: response.body.count - end) else {
                    return
                }
                if size == response.body.count - end, index + 1 < items.count {
                    fail(items[index + 1].span, "nothing of the body is left for this chunk")
                    return
                }
                end += size
            } else {
                guard let piece = piece(chunk, item) else { continue }
                response.body.append(contentsOf: piece)
                end = response.body.count
            }
            response.chunks.append(RecordedChunk(end: end, at: at))
        }
        if tree != nil, end < response.body.count, diagnostics.isEmpty {
            fail(node.span, "the chunks hold \(end) of \(response.body.count) bytes")
        }
    }

    /// The bytes of a chunk of a whole body; the last one's are what is left.
    private mutating func size(
        _ chunk: RecordingFields, _ item: YAMLNode, left: Int
    ) -> Int? {
        guard let node = chunk["bytes"] else { return left > 0 ? left : refuseEmpty(item) }
        guard let size = integer(node, "a count of bytes") else { return nil }
        guard size > 0 else { return refuseEmpty(node) }
        guard size <= left else {
            fail(node.span, "the body has \(left) bytes left")
            return nil
        }
        return size
    }

    private mutating func refuseEmpty(_ node: YAMLNode) -> Int? {
        fail(node.span, "a chunk without bytes")
        return nil
    }

    private mutating func piece(_ chunk: RecordingFields, _ item: YAMLNode) -> [UInt8]? {
        let bodies = chunk.first(of: ["text", "base64"])
        guard let first = bodies.first, bodies.count == 1 else {
            fail(
                bodies.last?.key.span ?? item.span,
                bodies.isEmpty ? "a chunk without bytes" : "a chunk is 'text' or 'base64'",
                note: bodies.isEmpty ? "'text' or 'base64' holds them" : nil)
            return nil
        }
        guard let bytes = bytes(first) else { return nil }
        guard !bytes.isEmpty else {
            fail(first.value.span, "a chunk without bytes")
            return nil
        }
        return bytes
    }

    /// What `text` or `base64` holds.
    private mutating func bytes(_ field: RecordingFields.Field) -> [UInt8]? {
        guard let text = text(field.value) else { return nil }
        if field.name == "text" { return Array(text.utf8) }
        guard let bytes = Base64.decoded(text) else {
            fail(field.value.span, "this is not base64")
            return nil
        }
        return bytes
    }

    private mutating func json(_ node: YAMLNode, _ fields: RecordingFields) -> [UInt8]? {
        var layout = JSONLayout()
        if let style = fields["style"] {
            guard let text = text(style) else { return nil }
            guard let read = JSONLayout(text: text) else {
                fail(style.span, "\(style.description) is no style", allowed: JSONLayout.words)
                return nil
            }
            layout = read
        }
        return layout.bytes(of: JSONTree.json(node))
    }

    private mutating func headers(_ node: YAMLNode) -> [HeaderField]? {
        guard let items = list(node, "headers", RecordingLimits.headers) else { return nil }
        var headers: [HeaderField] = []
        for item in items {
            if let entries = item.entries, entries.count == 1, let name = entries[0].key.text {
                guard let value = text(entries[0].value) else { return nil }
                headers.append(HeaderField(name, value))
            } else if let pair = item.items, pair.count == 2, let name = pair[0].text,
                let value = pair[1].text
            {
                headers.append(HeaderField(name, value))
            } else {
                fail(item.span, "a header is 'name: value'")
                return nil
            }
        }
        return headers
    }
}

extension RecordingReader {
    private mutating func mapping(
        _ node: YAMLNode, _ what: String, _ keys: [String]
    ) -> RecordingFields? {
        guard let entries = node.entries else {
            fail(node.span, "\(what) is a mapping, and this is \(node.description)", allowed: keys)
            return nil
        }
        var fields = RecordingFields(entries: entries)
        for entry in entries {
            guard let name = entry.key.text, !keys.contains(name) else { continue }
            fields.hasUnknownKeys = true
            fail(
                entry.key.span, "unknown key '\(name)' in \(what)",
                nearest: NearestWord.nearest(to: name, among: keys), allowed: keys)
        }
        return fields
    }

    private mutating func required(
        _ fields: RecordingFields, _ name: String, in node: YAMLNode
    ) -> YAMLNode? {
        if let value = fields[name] { return value }
        // What seems to be missing may be the misspelt one.
        if !fields.hasUnknownKeys { fail(node.span, "'\(name)' is missing") }
        return nil
    }

    private mutating func text(_ node: YAMLNode) -> String? {
        if let text = node.text { return text }
        fail(node.span, "this is text, and not \(node.description)")
        return nil
    }

    private mutating func list(
        _ node: YAMLNode, _ what: String, _ limit: Int
    ) -> [YAMLNode]? {
        guard let items = node.items else {
            fail(node.span, "'\(what)' is a list, and this is \(node.description)")
            return nil
        }
        guard items.count <= limit else {
            fail(node.span, "more than \(limit) \(what)")
            return nil
        }
        return items
    }

    private mutating func integer(_ node: YAMLNode, _ what: String) -> Int? {
        if let text = node.text, let number = Int(text) { return number }
        fail(node.span, "\(node.description) is not \(what)")
        return nil
    }

    private mutating func time(_ node: YAMLNode) -> Int64? {
        if let text = node.text, let time = RecordedTime.read(text) { return time }
        fail(
            node.span, "\(node.description) is no time",
            note: "for example: 12.345ms; nothing below a microsecond is kept")
        return nil
    }

    private mutating func word<Word: RawRepresentable<String>>(
        _ node: YAMLNode, _ words: [Word], _ what: String
    ) -> Word? {
        if let text = node.text, let word = Word(rawValue: text) { return word }
        let allowed = words.map(\.rawValue)
        fail(
            node.span, "\(node.description) is not \(what)",
            nearest: node.text.flatMap { NearestWord.nearest(to: $0, among: allowed) },
            allowed: allowed)
        return nil
    }

    private mutating func fail(
        _ span: SourceSpan, _ message: String, nearest: String? = nil, allowed: [String] = [],
        note: String? = nil
    ) {
        guard diagnostics.count <= SourceErrors.most else { return }
        diagnostics.append(
            SourceDiagnostic(
                file: file, span: span, message: message, nearest: nearest, allowed: allowed,
                note: note))
    }
}

/// The values of a mapping by their keys.
struct RecordingFields {
    let entries: [YAMLNode.Entry]
    /// Whether a key was refused.
    var hasUnknownKeys = false

    /// A key and its value.
    struct Field {
        var name: String
        var key: YAMLNode
        var value: YAMLNode
    }

    subscript(_ name: String) -> YAMLNode? {
        entries.first { $0.key.text == name }?.value
    }

    /// Those of these keys that are there, in the order of the file.
    func first(of names: [String]) -> [Field] {
        entries.compactMap { entry in
            guard let name = entry.key.text, names.contains(name) else { return nil }
            return Field(name: name, key: entry.key, value: entry.value)
        }
    }
}
