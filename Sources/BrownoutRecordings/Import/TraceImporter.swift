import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutWire

/// Traces of proxies that log calls as JSON: TraceForge's traces and cassettes (its guides,
/// `trace-format.md`) and what looks like them. An object is one exchange, a list or lines of JSON
/// are many; what is called how differs, so several names are tried.
struct TraceImporter {
    private let file: String
    private let options: ImportOptions
    private var notes = ImportNotes()

    init(_ file: String, _ options: ImportOptions) {
        self.file = file
        self.options = options
    }

    /// Whether a value has a request and a response, and says whose: by a URL, a path, or a body
    /// as a provider has it.
    static func isTrace(_ json: JSON) -> Bool {
        guard let asked = json["request"], let answered = json["response"] else { return false }
        let (asking, body) = message(asked)
        if url(json, asking)?.contains("/") == true { return true }
        let (payload, answer) = (content(body), content(message(answered).payload))
        return ["messages", "prompt", "input"].contains { payload[$0] != nil }
            || ["choices", "object"].contains { answer[$0] != nil } || answer["type"] == "message"
    }

    mutating func read(_ traces: [JSON]) throws(ImportError) -> ImportResult {
        guard traces.count <= ImportLimits.exchanges else {
            throw ImportError(file, "", "more than \(ImportLimits.exchanges) traces")
        }
        var result = ImportResult()
        var ids: Set<String> = []
        for (index, trace) in traces.enumerated() {
            let place = "trace \(index + 1)"
            do throws(ImportError) {
                guard var recording = try recording(trace, index, place) else { continue }
                if !ids.insert(recording.id).inserted { recording.id += "-\(index + 1)" }
                ids.insert(recording.id)
                result.recordings.append(recording)
            } catch {
                result.failures.append(error)
            }
        }
        result.notes = notes.all
        return result
    }

    private mutating func recording(
        _ trace: JSON, _ index: Int, _ place: String
    ) throws(ImportError) -> Recording? {
        guard let asked = trace["request"], !asked.isNull else {
            throw ImportError(file, place, "has no 'request'")
        }
        guard Self.isTrace(trace) else {
            throw ImportError(
                file, place,
                trace["response"] == nil
                    ? "has no 'response'"
                    : "has neither a URL, nor a path, nor a body as a provider has it")
        }
        let (asking, payload) = Self.message(asked)
        let url = Self.url(trace, asking)
        let headers = Self.headers(asking)
        let dialect = dialect(trace, payload, headers)
        guard let target = target(url, payload, headers, dialect) else {
            let host = url.map { ImportedTarget.host(of: $0) } ?? ""
            notes.add(
                place,
                host.isEmpty
                    ? "left out: it is of no provider"
                    : "left out: \(host) is no provider; --host \(host)=openai takes it as one")
            return nil
        }
        if let note = target.note { notes.add("", note) }
        if headers.isEmpty { notes.add("", "traces without headers have only a content type") }
        let body = Self.bytes(payload)
        let request = RecordedRequest(
            method: Self.text(trace, asking, ["method"]) ?? "POST", path: target.path,
            query: target.query,
            headers: headers.isEmpty ? [HeaderField("content-type", "application/json")] : headers,
            body: body)
        let metadata = trace["metadata"]
        let time = Self.text(trace, metadata, ["timestamp", "recorded_at", "created_at", "time"])
        let recordedAt = time.flatMap(ImportTime.iso) ?? Self.seconds(trace["timestamp"])
        if recordedAt == nil { notes.add("", "traces without a timestamp count as recorded now") }
        let profile = Dialects.profile(target.dialect)
        let (endpoint, _) = profile.endpoint(of: target.path[...])
        let isStream = profile.wantsStream(endpoint, Self.content(payload))
        let response = try response(
            trace, isStream, Dialects.streamForm(target.dialect, of: endpoint).framing, place)
        keepCounts(of: trace, profile, place)
        return Recording(
            id: id(trace["id"] ?? trace["signature"], index),
            provenance: Provenance(
                recordedAt: recordedAt ?? options.now, provider: target.dialect.rawValue,
                dialect: target.dialect, upstream: target.upstream,
                client: request.header("user-agent") ?? "", recorder: "trace"),
            request: request, response: response)
    }

    // MARK: - Requests

    /// What a side of a trace says of its message, and the body: an object with a `body`, or with
    /// what stands before bodies and nothing of a provider's, is a message; any other is the body.
    private static func message(_ side: JSON) -> (about: JSON, payload: JSON) {
        var side = side
        if let text = side.stringValue, let json = parsed(text), json.objectValue != nil {
            side = json
        }
        let has = { (names: [String]) in names.contains { side[$0] != nil } }
        if has(["messages", "choices", "object"]) { return (.null, side) }
        for name in ["body", "payload", "data"] {
            if let body = side[name] { return (side, body) }
        }
        let isHead = has(["headers", "method", "url", "uri"] + statusNames)
        if isHead, !has(["type", "input", "prompt", "model", "error"]) {
            return (side, side["content"] ?? side["text"] ?? side["json"] ?? .null)
        }
        return (side["type"] == nil ? side : .null, side)
    }

    /// A body as JSON, where it is that written out as text.
    private static func content(_ payload: JSON) -> JSON {
        payload.stringValue.flatMap(parsed) ?? payload
    }

    private static func url(_ trace: JSON, _ asking: JSON) -> String? {
        text(trace, asking, ["url", "uri", "endpoint", "path"])
    }

    private func dialect(
        _ trace: JSON, _ payload: JSON, _ headers: [HeaderField]
    ) -> DialectName {
        let named = (trace["provider"]?.stringValue ?? "").lowercased()
        if let dialect = DialectName(rawValue: named) { return dialect }
        let model = payload["model"]?.stringValue ?? trace["model"]?.stringValue ?? ""
        let answer = Self.message(trace["response"] ?? .null).payload
        for profile in Dialects.profiles {
            let isMarked = profile.marker.map { headers.first(named: $0) != nil } ?? false
            let isIts = profile.answerMark.map {
                answer[$0.member]?.stringValue == $0.value
            }
            if isMarked || isIts == true { return profile.name }
        }
        if answer["choices"] == nil, let profile = Dialects.profile(ofModel: model) {
            return profile.name
        }
        return options.dialect
    }

    private func target(
        _ url: String?, _ payload: JSON, _ headers: [HeaderField], _ dialect: DialectName
    ) -> ImportedTarget? {
        let profile = Dialects.profile(dialect)
        let base = profile.origin
        guard let url, url.contains("/") else {
            let body = Self.content(payload)
            let found = profile.pathsByMember.first {
                $0.member.isEmpty || body[$0.member] != nil
            }
            guard let path = found.map({ profile.fullPath($0.path) }) else { return nil }
            return ImportedTarget(base + path, headers: headers, options)
        }
        let whole = url.contains("://") ? url : base + (url.hasPrefix("/") ? url : "/" + url)
        return ImportedTarget(whole, headers: headers, options)
    }

    // MARK: - Answers

    private mutating func response(
        _ trace: JSON, _ isStream: Bool, _ framing: EventFraming, _ place: String
    ) throws(ImportError) -> RecordedResponse {
        let metadata = trace["metadata"]
        let (about, payload) = Self.message(trace["response"] ?? .null)
        let end = Self.duration(trace) ?? Self.duration(metadata ?? .null) ?? 0
        let chunked = trace["chunks"]?.arrayValue ?? about["chunks"]?.arrayValue
        var body = chunked.map { Self.stream($0, framing) } ?? Self.bytes(payload)
        let errors = [metadata?["error"], trace["error"]].compactMap { $0 }
        let failure = errors.first { !$0.isNull }.map { error in
            error.stringValue ?? error["message"]?.stringValue ?? error.text
        }
        let hasError = failure != nil || Self.content(payload)["error"]?.isNull == false
        var status = try status(trace, about, hasError: hasError, place)
        if payload.isNull, chunked == nil, status == nil, !hasError {
            throw ImportError(file, place, "its 'response' has neither a status nor a body")
        }
        if status == nil, hasError {
            status = TraceStatus(code: 500)
            notes.add(place, "the trace has an error and no status: 500 is put in its place")
        }
        if payload.isNull, let failure {
            body = Array(
                JSON.object([JSONMember("error", ["message": .string(failure)])]).text.utf8)
            notes.add(place, "its error's body is made of the message that the trace has")
        }
        var headers = Self.headers(about)
        if headers.isEmpty {
            let isSSE = body.starts(with: "data:".utf8) || body.starts(with: "event:".utf8)
            let isEvents = isSSE || chunked != nil && framing != .sse
            let type =
                isSSE
                ? "text/event-stream; charset=utf-8"
                : isEvents ? framing.contentType : "application/json"
            headers = [HeaderField("content-type", type)]
            if isStream, !isEvents {
                notes.add(
                    place, "a stream was asked for, and the trace has its answer put together")
            }
        }
        headers = ImportedAnswer.settled(headers, body, place, &notes)
        let first = Self.microseconds(
            trace["time_to_first_token_ms"] ?? metadata?["time_to_first_token_ms"])
        let head = RecordedHead(
            status: status?.code ?? 200, reason: status?.reason ?? "", headers: headers,
            at: min(first ?? end, end))
        return RecordedResponse(
            head: head, body: body,
            chunks: ImportedAnswer.chunks(headers, body, from: head.at, to: end), endedAt: end)
    }

    private static let statusNames = ["status", "status_code", "statusCode"]

    /// The status that a trace says; nil for one that says none. One that is there and cannot be
    /// read never counts as a success.
    private func status(
        _ trace: JSON, _ about: JSON, hasError: Bool, _ place: String
    ) throws(ImportError) -> TraceStatus? {
        // A trace's own may be a word for how the call went, beside a number.
        let answers = Self.statusNames.compactMap { about[$0] }
        let own = Self.statusNames.compactMap { trace[$0] }.filter {
            !TraceStatus.isWord($0.stringValue, withError: hasError)
        }
        let given = (answers + own).filter { !$0.isNull }
        for value in given {
            guard var status = TraceStatus(value) else { continue }
            let names = ["reason", "reason_phrase", "status_text", "statusText"]
            let reason = names.lazy.compactMap { about[$0]?.stringValue }.first
            if status.reason.isEmpty, let reason { status.reason = reason }
            return status
        }
        guard let first = given.first else { return nil }
        throw ImportError(
            file, place, "its status is \(first.text), and no number from 100 to 599")
    }

    /// Counts beside the answer have no place in a recording; the answer's own usage has.
    private mutating func keepCounts(
        of trace: JSON, _ profile: ProviderProfile, _ place: String
    ) {
        let hasCounts =
            trace["tokens"] != nil || trace["metadata"]?["tokens_used"] != nil
            || trace["usage"] != nil
        let payload = Self.message(trace["response"] ?? .null).payload
        let usage = profile.answers.usage.places
        if hasCounts, usage.allSatisfy({ payload.values(at: $0).isEmpty }) {
            notes.add(place, "its token counts are left out: the answer itself has no usage")
        }
        for name in ["session_id", "parent_trace_id", "state_snapshot", "cost"]
        where trace[name]?.isNull == false {
            notes.add("", "'\(name)' is left out")
        }
    }

    // MARK: - Values

    /// Chunks that are written as events already stay as they are.
    private static func stream(_ chunks: [JSON], _ framing: EventFraming) -> [UInt8] {
        var bytes: [UInt8] = []
        for chunk in chunks {
            let data = chunk["data"] ?? chunk["chunk"] ?? chunk
            let text = data.stringValue ?? data.text
            if text.hasPrefix("data:") || text.hasPrefix("event:") {
                bytes += Array(text.utf8)
            } else {
                let event = StreamEvent(data["type"]?.stringValue, Array(text.utf8))
                bytes += framing.body(of: [event])
            }
        }
        return bytes
    }

    private static func bytes(_ payload: JSON) -> [UInt8] {
        if payload.isNull { return [] }
        return Array((payload.stringValue ?? payload.text).utf8)
    }

    /// `{name: value}`, `{name: [value, …]}` or `[{name, value}]`.
    private static func headers(_ about: JSON) -> [HeaderField] {
        if let list = about["headers"]?.arrayValue {
            return list.compactMap { field in
                if let pair = field.arrayValue, pair.count == 2, let name = pair[0].stringValue {
                    return HeaderField(name, pair[1].stringValue ?? pair[1].text)
                }
                guard let name = field["name"]?.stringValue else { return nil }
                return HeaderField(name, field["value"]?.stringValue ?? "")
            }
        }
        return (about["headers"]?.objectValue ?? []).flatMap { member in
            (member.value.arrayValue ?? [member.value]).map {
                HeaderField(member.key, $0.stringValue ?? $0.text)
            }
        }
    }

    private static func text(_ first: JSON?, _ second: JSON?, _ names: [String]) -> String? {
        for name in names {
            if let text = second?[name]?.stringValue ?? first?[name]?.stringValue { return text }
        }
        return nil
    }

    /// An id that names a recording: as it is where it is short and plain.
    private func id(_ value: JSON?, _ index: Int) -> String {
        let text = value?.stringValue ?? value?.intValue.map(String.init) ?? ""
        let isPlain = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_")
        }
        return isPlain && (1...64).contains(text.utf8.count)
            ? text : "\(options.stem ?? Importer.stem(of: file))-\(index + 1)"
    }

    private static func parsed(_ text: String) -> JSON? {
        do throws(JSONParseError) { return try JSON.parse(text) } catch { return nil }
    }

    /// How long it took, in the units that names say; a bare `duration` is in milliseconds.
    private static func duration(_ of: JSON) -> Int64? {
        for name in ["duration_ms", "durationMs", "latency_ms", "latencyMs", "duration", "latency"]
        {
            if let value = microseconds(of[name]) { return value }
        }
        guard let seconds = of["duration_seconds"]?.doubleValue, seconds >= 0, seconds < 1e9 else {
            return nil
        }
        return Int64((seconds * 1e6).rounded())
    }

    private static func microseconds(_ value: JSON?) -> Int64? {
        guard let milliseconds = value?.doubleValue, milliseconds >= 0, milliseconds < 1e12 else {
            return nil
        }
        return Int64((milliseconds * 1_000).rounded())
    }

    /// Seconds or milliseconds since 1970, told apart by their size.
    private static func seconds(_ value: JSON?) -> Int64? {
        guard let number = value?.doubleValue, number > 0, number < 1e14 else { return nil }
        return Int64((number < 1e11 ? number * 1e6 : number * 1e3).rounded())
    }
}
