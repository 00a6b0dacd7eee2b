import BrownoutEngine
package import BrownoutRecords

/// Recordings as a cassette of vcrpy, version 1, so that a suite can move back.
package enum VCRExporter {
    /// The cassette, and what did not fit into it.
    package static func export(
        _ recordings: [Recording]
    ) -> (bytes: [UInt8], notes: [ImportNote]) {
        var notes = ImportNotes()
        var text = "interactions:\n"
        var count = 0
        for recording in recordings {
            guard let head = recording.response.head else {
                notes.add(
                    recording.id,
                    "left out: no answer came (\(recording.response.ending.rawValue))")
                continue
            }
            write(decoded(recording, head, &notes), to: &text)
            count += 1
            note(recording, &notes)
        }
        if count == 0 { text = "interactions: []\n" }
        text += "version: 1\n"
        return (Array(text.utf8), notes.all)
    }

    private static func note(_ recording: Recording, _ notes: inout ImportNotes) {
        let response = recording.response
        notes.add("", "a cassette has no times, and no order among headers of different names")
        if response.chunks.count > 1 {
            notes.add("", "a cassette has no place for the pieces a body came in")
        }
        if response.ending != .complete {
            notes.add(
                recording.id,
                "ended '\(response.ending.rawValue)': in the cassette it is a whole answer")
        }
    }

    /// The recording with the content coding of its body undone: clients that vcrpy patches
    /// differ in whether they undo it on replay.
    private static func decoded(
        _ recording: Recording, _ head: RecordedHead, _ notes: inout ImportNotes
    ) -> Recording {
        guard let coding = head.header("content-encoding"), !recording.response.body.isEmpty,
            let body = ImportedAnswer.decoded(recording.response.body, head.headers)
        else { return recording }
        notes.add(recording.id, "its body is decoded, without its content-encoding '\(coding)'")
        var decoded = recording
        decoded.response.body = body
        decoded.response.head?.headers.removeAll { $0.isNamed("content-encoding") }
        let fields = decoded.response.head?.headers ?? []
        for index in fields.indices where fields[index].isNamed("content-length") {
            decoded.response.head?.headers[index].value = String(body.count)
        }
        return decoded
    }

    private static func write(_ recording: Recording, to text: inout String) {
        guard let head = recording.response.head else { return }
        let request = recording.request
        let uri = Upstream.url(
            recording.provenance.upstream, path: request.path, query: request.query)
        text += "- request:\n    body: \(body(request.body))\n"
        write(request.headers, to: &text)
        text += "    method: \(quoted(request.method))\n    uri: \(quoted(uri))\n"
        text += "  response:\n    body:\n      string: "
        text += (recording.response.body.isEmpty ? "''" : body(recording.response.body)) + "\n"
        write(head.headers, to: &text)
        text += "    status:\n      code: \(head.status)\n      message: \(quoted(head.reason))\n"
    }

    /// Fields of one name are a list, in the order in which names first came.
    private static func write(_ fields: [HeaderField], to text: inout String) {
        guard !fields.isEmpty else {
            text += "    headers: {}\n"
            return
        }
        text += "    headers:\n"
        var written: [String] = []
        for field in fields {
            let name = field.name.lowercased()
            guard !written.contains(name) else { continue }
            written.append(name)
            text += "      \(quoted(field.name)):\n"
            for other in fields where other.name.lowercased() == name {
                text += "      - \(quoted(other.value))\n"
            }
        }
    }

    private static func body(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "null" }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "!!binary " + quoted(String(decoding: Base64.encoded(bytes), as: UTF8.self))
        }
        return quoted(text)
    }

    /// A double-quoted scalar on one line: everything that YAML 1.1 wants escaped is.
    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case " "..."~": out.unicodeScalars.append(scalar)
            default: out += escaped(scalar.value)
            }
        }
        return out + "\""
    }

    private static func escaped(_ value: UInt32) -> String {
        let hex = String(value, radix: 16, uppercase: true)
        let width = value < 0x100 ? 2 : value < 0x1_0000 ? 4 : 8
        let letter = width == 2 ? "x" : width == 4 ? "u" : "U"
        return "\\" + letter + String(repeating: "0", count: width - hex.count) + hex
    }
}
