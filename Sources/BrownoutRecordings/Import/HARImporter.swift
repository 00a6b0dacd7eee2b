import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as browsers and proxies
/// write it, and as ``HARExporter`` does: that one's own fields give back every byte and time.
struct HARImporter {
    private let file: String
    private let options: ImportOptions
    private var notes = ImportNotes()
    private var recorder = "har"

    init(_ file: String, _ options: ImportOptions) {
        self.file = file
        self.options = options
    }

    static func isArchive(_ json: JSON) -> Bool { json["log"]?["entries"]?.arrayValue != nil }

    mutating func read(_ json: JSON) throws(ImportError) -> ImportResult {
        guard let log = json["log"], let entries = log["entries"]?.arrayValue else {
            throw ImportError(file, "", "an HTTP archive has a list 'log.entries'")
        }
        guard entries.count <= ImportLimits.exchanges else {
            throw ImportError(file, "", "more than \(ImportLimits.exchanges) entries")
        }
        if let creator = log["creator"]?["name"]?.stringValue {
            let version = log["creator"]?["version"]?.stringValue ?? ""
            recorder = version.isEmpty ? creator : "\(creator) \(version)"
        }
        var result = ImportResult()
        for (index, entry) in entries.enumerated() {
            do throws(ImportError) {
                let place = "entry \(index + 1)"
                let made =
                    if let own = entry["_brownout"] {
                        try exported(entry, own, place)
                    } else {
                        try recording(entry, index, place)
                    }
                if let made { result.recordings.append(made) }
            } catch {
                result.failures.append(error)
            }
        }
        result.notes = notes.all
        return result
    }

    private func exported(
        _ entry: JSON, _ own: JSON, _ place: String
    ) throws(ImportError) -> Recording? {
        do throws(HARExtension.Broken) {
            return try HARExtension.recording(of: entry, own)
        } catch {
            throw ImportError(
                file, place,
                "its '_brownout' is not what Brownout writes: '\(error.member)' is missing or wrong"
            )
        }
    }

    private mutating func recording(
        _ entry: JSON, _ index: Int, _ place: String
    ) throws(ImportError) -> Recording? {
        guard let asked = entry["request"], let url = asked["url"]?.stringValue else {
            throw ImportError(file, place, "has no 'request' with a 'url'")
        }
        var headers = try headers(asked["headers"], place)
        guard var target = ImportedTarget(url, headers: headers, options) else {
            let host = ImportedTarget.host(of: url)
            notes.add(
                place, "left out: \(host) is no provider; --host \(host)=openai takes it as one")
            return nil
        }
        if let note = target.note { notes.add("", note) }
        if target.query == nil { target.query = Self.query(asked["queryString"]) }
        if entry["_webSocketMessages"]?.arrayValue?.isEmpty == false {
            notes.add(place, "its WebSocket messages are left out")
        }
        let body = try requestBody(asked["postData"], place)
        headers = ImportedAnswer.settled(headers, body, "\(place), request", &notes)
        let request = RecordedRequest(
            method: asked["method"]?.stringValue ?? "GET", path: target.path, query: target.query,
            headers: headers, body: body)
        let started = entry["startedDateTime"]?.stringValue.flatMap(ImportTime.iso)
        if started == nil {
            notes.add(place, "has no 'startedDateTime' of RFC 3339: it counts as recorded now")
        }
        return Recording(
            id: "\(options.stem ?? Importer.stem(of: file))-\(index + 1)",
            provenance: Provenance(
                recordedAt: started ?? options.now, provider: target.dialect.rawValue,
                dialect: target.dialect, upstream: target.upstream,
                client: request.header("user-agent") ?? "", recorder: recorder),
            request: request, response: try response(entry, place))
    }

    private mutating func response(
        _ entry: JSON, _ place: String
    ) throws(ImportError) -> RecordedResponse {
        let timings = entry["timings"]
        let wait = Self.microseconds(timings?["wait"]) ?? 0
        let receive = Self.microseconds(timings?["receive"]) ?? 0
        let end = timings == nil ? Self.microseconds(entry["time"]) ?? 0 : wait + receive
        guard let answered = entry["response"], let code = answered["status"],
            let status = code.intValue ?? code.stringValue.flatMap({ Int($0) })
        else {
            throw ImportError(file, place, "has no 'response' with a 'status'")
        }
        guard (100...599).contains(status) else {
            notes.add(
                place, "status \(status): no answer came, which counts as a refused connection")
            return RecordedResponse(head: nil, ending: .refused, endedAt: end)
        }
        var headers = try headers(answered["headers"], place)
        let body = try content(answered["content"], place)
        if body.isEmpty, let size = answered["content"]?["size"]?.intValue, size > 0 {
            notes.add(place, "its body of \(size) bytes is not in the file")
        }
        headers = ImportedAnswer.settled(headers, body, "\(place), response", &notes)
        let chunks = ImportedAnswer.chunks(headers, body, from: wait, to: end)
        if chunks.count > 1 {
            notes.add("", "HAR keeps no times of events: they are spread over the answer's time")
        }
        return RecordedResponse(
            head: RecordedHead(
                status: status, reason: answered["statusText"]?.stringValue ?? "",
                headers: headers, at: wait),
            body: body, chunks: chunks, endedAt: end)
    }

    /// `[{name, value}]`; the pseudo fields of HTTP/2 are no fields.
    private mutating func headers(
        _ list: JSON?, _ place: String
    ) throws(ImportError) -> [HeaderField] {
        var fields: [HeaderField] = []
        for header in list?.arrayValue ?? [] {
            guard let name = header["name"]?.stringValue, let value = header["value"]?.stringValue
            else { throw ImportError(file, place, "a header needs a 'name' and a 'value'") }
            if name.hasPrefix(":") {
                notes.add("", "the pseudo fields of HTTP/2 (\(name)) are left out")
            } else {
                fields.append(HeaderField(name, value))
            }
        }
        return fields
    }

    private mutating func requestBody(
        _ data: JSON?, _ place: String
    ) throws(ImportError) -> [UInt8] {
        guard let data, !data.isNull else { return [] }
        if let text = data["text"]?.stringValue {
            return try bytes(text, data["encoding"] ?? data["_encoding"], place)
        }
        if let json = data["textJSON"], !json.isNull {
            notes.add(place, "its body is written from 'textJSON': its spacing is ours")
            return Array(json.text.utf8)
        }
        guard let params = data["params"]?.arrayValue, !params.isEmpty else { return [] }
        notes.add(place, "its body is written from 'params'")
        return Array((Self.query(.array(params)) ?? "").utf8)
    }

    private func content(_ content: JSON?, _ place: String) throws(ImportError) -> [UInt8] {
        try bytes(content?["text"]?.stringValue ?? "", content?["encoding"], place)
    }

    private func bytes(
        _ text: String, _ encoding: JSON?, _ place: String
    ) throws(ImportError) -> [UInt8] {
        let name = encoding?.stringValue ?? ""
        // Some write what a text is beside the text itself.
        if ["", "utf8", "utf-8"].contains(name.lowercased()) { return Array(text.utf8) }
        if name.lowercased() == "base64" {
            if let bytes = Base64.decoded(text) { return bytes }
            if text.hasPrefix("[") {
                throw ImportError(
                    file, place,
                    "its body is a list of pieces in base64, as Polly.js writes it, which is not "
                        + "read yet")
            }
        }
        throw ImportError(file, place, "a body of encoding '\(name)' cannot be read")
    }

    private static func query(_ list: JSON?) -> String? {
        guard let parts = list?.arrayValue, !parts.isEmpty else { return nil }
        return parts.map { part in
            let (name, value) = (part["name"]?.stringValue ?? "", part["value"]?.stringValue ?? "")
            return PercentCoding.encoded(name) + "=" + PercentCoding.encoded(value)
        }.joined(separator: "&")
    }

    /// Milliseconds as archives have them; -1 is for what does not apply.
    private static func microseconds(_ value: JSON?) -> Int64? {
        guard let milliseconds = value?.doubleValue, milliseconds >= 0, milliseconds < 1e12 else {
            return nil
        }
        return Int64((milliseconds * 1_000).rounded())
    }
}

/// Percent-encoding of what stands in a query (RFC 3986, 2.1).
enum PercentCoding {
    static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
            if isPlain {
                out.append(byte)
            } else {
                let hex = Array("0123456789ABCDEF".utf8)
                out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func decoded(_ text: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(
                    String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                out.append(value)
                index += 3
            } else {
                out.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
