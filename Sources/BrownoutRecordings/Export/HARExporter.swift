import BrownoutEngine
import BrownoutJSON
package import BrownoutRecords

/// Recordings as an HTTP archive, version 1.2: what browsers' tools, proxies and analysers read.
/// What HAR has no place for is in a member of its own, so that importing gives back the same.
package enum HARExporter {
    /// The archive, and what only Brownout will find in it.
    package static func export(
        _ recordings: [Recording], version: String
    ) -> (bytes: [UInt8], notes: [ImportNote]) {
        var writer = JSONWriter(reservingCapacity: 4_096)
        writer.beginObject()
        writer.key("log")
        writer.beginObject()
        writer.field("version", "1.2")
        writer.key("creator")
        writer.value([
            "name": "Brownout", "version": .string(version),
        ])
        writer.key("entries")
        writer.beginArray()
        var notes = ImportNotes()
        for recording in recordings {
            writer.value(entry(recording))
            note(recording, &notes)
        }
        writer.endArray()
        writer.endObject()
        writer.endObject()
        writer.bytes.append(UInt8(ascii: "\n"))
        return (writer.bytes, notes.all)
    }

    /// A body as HAR shows it: with its codings undone, where they can be.
    static func shown(_ response: RecordedResponse) -> [UInt8] {
        ImportedAnswer.decoded(response.body, response.head?.headers ?? []) ?? response.body
    }

    private static func note(_ recording: Recording, _ notes: inout ImportNotes) {
        let response = recording.response
        if response.chunks.count > 1 {
            notes.add("", "HAR has no place for the pieces of a body and their times: _brownout")
        }
        if response.ending != .complete {
            notes.add(
                recording.id,
                "HAR has no word for the ending '\(response.ending.rawValue)': _brownout")
        }
    }

    private static func entry(_ recording: Recording) -> JSON {
        let response = recording.response
        let end = max(response.endedAt, response.head?.at ?? 0, 0)
        let wait = max(response.head?.at ?? end, 0)
        let receive = end - wait
        let dated = UTCTime.dated
        let recorded = min(max(recording.provenance.recordedAt, dated.lowerBound), dated.upperBound)
        let started = UTCTime(microseconds: recorded).text(digits: 6)
        return .object([
            JSONMember("startedDateTime", .string(started)),
            JSONMember("time", milliseconds(end)),
            JSONMember("request", request(recording)),
            JSONMember("response", answer(response)),
            JSONMember("cache", .object([])),
            JSONMember(
                "timings",
                .object([
                    JSONMember("send", 0), JSONMember("wait", milliseconds(wait)),
                    JSONMember("receive", milliseconds(receive)),
                ])),
            JSONMember("_brownout", HARExtension.value(of: recording)),
        ])
    }

    private static func request(_ recording: Recording) -> JSON {
        let request = recording.request
        let url = Upstream.url(
            recording.provenance.upstream, path: request.path, query: request.query)
        let parts = (request.query ?? "").split(separator: "&").map { part -> JSON in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return .object([
                JSONMember("name", .string(PercentCoding.decoded(String(pair[0])))),
                JSONMember(
                    "value", .string(pair.count == 2 ? PercentCoding.decoded(String(pair[1])) : "")),
            ])
        }
        var members = [
            JSONMember("method", .string(request.method)),
            JSONMember("url", .string(url)),
            JSONMember("httpVersion", "HTTP/1.1"),
            JSONMember("cookies", .array([])),
            JSONMember("headers", headers(request.headers)),
            JSONMember("queryString", .array(parts)),
        ]
        if !request.body.isEmpty {
            let text = String(decoding: request.body, as: UTF8.self)
            members.append(
                JSONMember(
                    "postData",
                    .object([
                        JSONMember("mimeType", .string(request.header("content-type") ?? "")),
                        JSONMember("text", .string(text)),
                    ])))
        }
        members.append(JSONMember("headersSize", -1))
        members.append(JSONMember("bodySize", .number(JSONNumber(request.body.count))))
        return .object(members)
    }

    private static func answer(_ response: RecordedResponse) -> JSON {
        let shown = shown(response)
        var content = [
            JSONMember("size", .number(JSONNumber(shown.count))),
            JSONMember("mimeType", .string(response.head?.header("content-type") ?? "")),
        ]
        if let text = String(validating: shown, as: UTF8.self) {
            content.append(JSONMember("text", .string(text)))
        } else {
            content.append(JSONMember("text", HARExtension.base64(shown)))
            content.append(JSONMember("encoding", "base64"))
        }
        return .object([
            JSONMember("status", .number(JSONNumber(response.head?.status ?? 0))),
            JSONMember("statusText", .string(response.head?.reason ?? "")),
            JSONMember("httpVersion", "HTTP/1.1"),
            JSONMember("cookies", .array([])),
            JSONMember("headers", headers(response.head?.headers ?? [])),
            JSONMember("content", .object(content)),
            JSONMember("redirectURL", .string(response.head?.header("location") ?? "")),
            JSONMember("headersSize", -1),
            JSONMember("bodySize", .number(JSONNumber(response.body.count))),
        ])
    }

    private static func headers(_ fields: [HeaderField]) -> JSON {
        .array(
            fields.map {
                .object([
                    JSONMember("name", .string($0.name)), JSONMember("value", .string($0.value)),
                ])
            })
    }

    /// Microseconds as milliseconds, exactly.
    private static func milliseconds(_ microseconds: Int64) -> JSON {
        let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000)
        let decimals = rest == 0 ? "" : "." + String(1_000 + rest).dropFirst()
        return .number(JSONNumber(text: "\(whole)\(decimals)"))
    }
}
