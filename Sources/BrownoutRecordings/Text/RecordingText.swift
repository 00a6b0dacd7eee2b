import BrownoutEngine
package import BrownoutJSON
import BrownoutRecords

/// Recordings for people and scripts, beside the documents they are kept in.
extension Recording {
    /// Request and answer, line by line, bodies without their content codings and JSON in lines.
    /// Times and what else differs between any two recordings is left out.
    package var comparedLines: [String] {
        let query = request.query.map { "?" + $0 } ?? ""
        var lines = ["\(request.method) \(request.path)\(query)"]
        lines += request.headers.map { "\($0.name): \($0.value)" }
        lines += [""] + RecordingText.lines(request.body, request.headers)
        lines += ["", "answer of \(provenance.provider)"]
        if let head = response.head {
            lines.append("\(head.status)\(head.reason.isEmpty ? "" : " \(head.reason)")")
            lines += head.headers.map { "\($0.name): \($0.value)" }
        }
        lines += [""] + RecordingText.lines(response.body, response.head?.headers ?? [])
        return lines + ["", "ended: \(response.ending.rawValue)"]
    }

    /// All of it as one object. A body is text where it is text, without its content codings.
    package var json: JSON {
        let head = response.head
        var answer: [JSONMember] = [
            JSONMember("status", head.map { .number(JSONNumber($0.status)) } ?? .null),
            JSONMember("reason", head.map { .string($0.reason) } ?? .null),
            JSONMember("at_us", head.map { .number(JSONNumber(Int($0.at))) } ?? .null),
            JSONMember("headers", RecordingText.json(head?.headers ?? [])),
        ]
        answer += RecordingText.members(response.body, head?.headers ?? [])
        answer += [
            JSONMember(
                "chunks",
                .array(
                    response.chunks.map { chunk in
                        [
                            "end": .number(JSONNumber(chunk.end)),
                            "at_us": .number(JSONNumber(Int(chunk.at))),
                        ]
                    })),
            JSONMember("ended", .string(response.ending.rawValue)),
            JSONMember("ended_at_us", .number(JSONNumber(Int(response.endedAt)))),
        ]
        let asked =
            [
                JSONMember("method", .string(request.method)),
                JSONMember("path", .string(request.path)),
                JSONMember("query", request.query.map { .string($0) } ?? .null),
                JSONMember("headers", RecordingText.json(request.headers)),
            ] + RecordingText.members(request.body, request.headers)
        return .object(
            RecordingText.members(id, provenance) + [
                JSONMember("failure", .bool(response.isFailure)),
                JSONMember("request", .object(asked)), JSONMember("response", .object(answer)),
            ])
    }

    /// The answer's body without its content codings; as sent where they cannot be undone.
    package var shownBody: [UInt8] {
        RecordingText.decoded(response.body, response.head?.headers ?? [])
    }
}

extension RecordingOutline {
    /// What a list shows, as one object.
    package func json(key: MatchKey, model: String) -> JSON {
        .object(
            RecordingText.members(id, provenance) + [
                JSONMember("failure", .bool(isFailure)),
                JSONMember("method", .string(request.method)),
                JSONMember("path", .string(request.path)),
                JSONMember("query", request.query.map { .string($0) } ?? .null),
                JSONMember("model", .string(model)), JSONMember("stream", .bool(isStream)),
                JSONMember("status", status.map { .number(JSONNumber($0)) } ?? .null),
                JSONMember("ended", .string(ending.rawValue)), JSONMember("key", .string(key.hex)),
            ])
    }
}

enum RecordingText {
    static func decoded(_ body: [UInt8], _ headers: [HeaderField]) -> [UInt8] {
        CodedBody(headers)?.decoded(body, atMost: RecordingLimits.documentBytes) ?? body
    }

    static func members(_ id: String, _ provenance: Provenance) -> [JSONMember] {
        [
            JSONMember("id", .string(id)),
            JSONMember(
                "recorded",
                .string(UTCTime(microseconds: provenance.recordedAt).text(digits: 6))),
            JSONMember("provider", .string(provenance.provider)),
            JSONMember("dialect", .string(provenance.dialect.rawValue)),
            JSONMember("upstream", .string(provenance.upstream)),
            JSONMember("client", .string(provenance.client)),
            JSONMember("recorder", .string(provenance.recorder)),
        ]
    }

    static func members(_ body: [UInt8], _ headers: [HeaderField]) -> [JSONMember] {
        let shown = decoded(body, headers)
        if let text = String(validating: shown, as: UTF8.self) {
            return [JSONMember("body", .string(text))]
        }
        let text = String(decoding: Base64.encoded(shown), as: UTF8.self)
        return [JSONMember("body_base64", .string(text))]
    }

    static func json(_ headers: [HeaderField]) -> JSON {
        .array(headers.map { .array([.string($0.name), .string($0.value)]) })
    }

    /// A body in lines: JSON a value a line, other text as it is, all else in base64.
    static func lines(_ body: [UInt8], _ headers: [HeaderField]) -> [String] {
        let shown = decoded(body, headers)
        if shown.isEmpty { return [] }
        if let tree = try? JSON.parse(shown, depthLimit: RecordingLimits.treeDepth) {
            var layout = JSONLayout()
            layout.spacing = .indented(2)
            return lines(String(decoding: layout.bytes(of: tree), as: UTF8.self))
        }
        if let text = String(validating: shown, as: UTF8.self) { return lines(text) }
        let text = Base64.encoded(shown)
        return stride(from: 0, to: text.count, by: 76).map { start in
            String(decoding: text[start..<min(start + 76, text.count)], as: UTF8.self)
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(String.init)
    }
}

extension [DiffLine] {
    /// The lines that differ, marked `-` and `+`, with some around them; empty where none does.
    package func unified(context: Int = 3) -> [String] {
        var near = [Bool](repeating: false, count: count)
        for (index, line) in enumerated() where !line.isSame {
            for other in Swift.max(0, index - context)...Swift.min(count - 1, index + context) {
                near[other] = true
            }
        }
        var lines: [String] = []
        var added: [String] = []
        var isGap = false
        for (index, line) in enumerated() {
            if line.isSame || !near[index] {
                lines += added
                added = []
            }
            guard near[index] else {
                isGap = true
                continue
            }
            if isGap { lines.append("…") }
            isGap = false
            if line.isSame {
                lines.append("  " + (line.recorded ?? ""))
            } else {
                if let recorded = line.recorded { lines.append("- " + recorded) }
                if let came = line.came { added.append("+ " + came) }
            }
        }
        return lines + added
    }
}
