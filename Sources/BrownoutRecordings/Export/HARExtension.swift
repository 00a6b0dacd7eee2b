import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// What HAR has no place for, in a member of its own: the specification allows members that begin
/// with an underscore (HAR 1.2, 2.1, "custom fields").
enum HARExtension {
    private static let version = 1

    static func value(of recording: Recording) -> JSON {
        let (provenance, response) = (recording.provenance, recording.response)
        var members = [
            JSONMember("version", number(version)),
            JSONMember("id", .string(recording.id)),
            JSONMember("recordedAt", number(provenance.recordedAt)),
            JSONMember("provider", .string(provenance.provider)),
            JSONMember("dialect", .string(provenance.dialect.rawValue)),
            JSONMember("upstream", .string(provenance.upstream)),
            JSONMember("client", .string(provenance.client)),
            JSONMember("recorder", .string(provenance.recorder)),
            JSONMember("path", .string(recording.request.path)),
            JSONMember("query", recording.request.query.map { .string($0) } ?? .null),
        ]
        if String(validating: recording.request.body, as: UTF8.self) == nil {
            members.append(JSONMember("requestBody", base64(recording.request.body)))
        }
        if let head = response.head { members.append(JSONMember("headAt", number(head.at))) }
        members.append(JSONMember("endedAt", number(response.endedAt)))
        members.append(JSONMember("ending", .string(response.ending.rawValue)))
        let chunks = response.chunks.map { JSON.array([number($0.end), number($0.at)]) }
        members.append(JSONMember("chunks", .array(chunks)))
        if HARExporter.shown(response) != response.body {
            members.append(JSONMember("body", base64(response.body)))
        }
        return .object(members)
    }

    /// A member that is missing or not what we write.
    struct Broken: Error {
        let member: String
    }

    /// The recording that an entry of ours was made of.
    static func recording(of entry: JSON, _ own: JSON) throws(Broken) -> Recording {
        guard own["version"]?.intValue == version else { throw Broken(member: "version") }
        return Recording(
            id: try text("id", own), provenance: try provenance(own),
            request: try request(entry, own), response: try response(entry, own))
    }

    private static func provenance(_ own: JSON) throws(Broken) -> Provenance {
        guard let dialect = DialectName(rawValue: try text("dialect", own)) else {
            throw Broken(member: "dialect")
        }
        return Provenance(
            recordedAt: try number("recordedAt", own), provider: try text("provider", own),
            dialect: dialect, upstream: try text("upstream", own),
            client: try text("client", own), recorder: try text("recorder", own))
    }

    private static func request(_ entry: JSON, _ own: JSON) throws(Broken) -> RecordedRequest {
        let asked = entry["request"] ?? .null
        var body = Array((asked["postData"]?["text"]?.stringValue ?? "").utf8)
        if own["requestBody"] != nil { body = try bytes("requestBody", own) }
        return RecordedRequest(
            method: try text("method", asked), path: try text("path", own),
            query: own["query"]?.stringValue, headers: try headers(asked), body: body)
    }

    private static func response(_ entry: JSON, _ own: JSON) throws(Broken) -> RecordedResponse {
        let answered = entry["response"] ?? .null
        guard let ending = RecordedEnding(rawValue: try text("ending", own)) else {
            throw Broken(member: "ending")
        }
        var response = RecordedResponse(
            head: nil, ending: ending, endedAt: try number("endedAt", own))
        if own["headAt"] != nil {
            response.head = RecordedHead(
                status: Int(try number("status", answered)),
                reason: try text("statusText", answered), headers: try headers(answered),
                at: try number("headAt", own))
        }
        let content = answered["content"] ?? .null
        if own["body"] != nil {
            response.body = try bytes("body", own)
        } else if content["encoding"] != nil {
            response.body = try bytes("text", content)
        } else {
            response.body = Array((content["text"]?.stringValue ?? "").utf8)
        }
        var last = 0
        for chunk in own["chunks"]?.arrayValue ?? [] {
            guard let pair = chunk.arrayValue, pair.count == 2, let end = pair[0].intValue,
                let at = pair[1].intValue, end > last, end <= response.body.count
            else { throw Broken(member: "chunks") }
            last = end
            response.chunks.append(RecordedChunk(end: end, at: Int64(at)))
        }
        guard last == response.body.count else { throw Broken(member: "chunks") }
        return response
    }

    private static func headers(_ message: JSON) throws(Broken) -> [HeaderField] {
        var fields: [HeaderField] = []
        for header in message["headers"]?.arrayValue ?? [] {
            fields.append(HeaderField(try text("name", header), try text("value", header)))
        }
        return fields
    }

    private static func text(_ member: String, _ json: JSON) throws(Broken) -> String {
        guard let text = json[member]?.stringValue else { throw Broken(member: member) }
        return text
    }

    private static func number(_ member: String, _ json: JSON) throws(Broken) -> Int64 {
        guard let number = json[member]?.intValue else { throw Broken(member: member) }
        return Int64(number)
    }

    private static func bytes(_ member: String, _ json: JSON) throws(Broken) -> [UInt8] {
        guard let bytes = Base64.decoded(try text(member, json)) else {
            throw Broken(member: member)
        }
        return bytes
    }

    static func base64(_ bytes: [UInt8]) -> JSON {
        .string(String(decoding: Base64.encoded(bytes), as: UTF8.self))
    }

    private static func number(_ value: some BinaryInteger) -> JSON {
        .number(JSONNumber(Int(value)))
    }
}
