import BrownoutCompression
import BrownoutEngine
import BrownoutJSON
package import BrownoutRecords

/// Recordings as YAML documents, made to be read and diffed; see <doc:RecordingFormat>.
package enum RecordingDocument {
    /// A document, from its line `---` to its line `...`.
    package static func encode(_ recording: Recording) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(
            2_048 + recording.request.body.count * 5 / 4 + recording.response.body.count * 5 / 4
                + recording.response.chunks.count * 48)
        let provenance = recording.provenance
        out.append(text: "---\nbrownout-recording: \(Recording.version)\n")
        out.append(key: "id", 0, recording.id)
        if UTCTime.dated.contains(provenance.recordedAt) {
            let time = UTCTime(microseconds: provenance.recordedAt)
            out.append(text: "recorded: \(time.text(digits: 6))\n")
        } else {
            out.append(text: "recorded: \(provenance.recordedAt)us\n")
        }
        out.append(key: "provider", 0, provenance.provider)
        out.append(text: "dialect: \(provenance.dialect.rawValue)\n")
        out.append(key: "upstream", 0, provenance.upstream)
        if !provenance.client.isEmpty { out.append(key: "client", 0, provenance.client) }
        out.append(key: "recorder", 0, provenance.recorder)
        out.append(text: "failure: \(recording.response.isFailure)\n")
        append(recording.request, to: &out)
        append(recording.response, to: &out)
        out.append(text: "...\n")
        return out
    }

    private static func append(_ request: RecordedRequest, to out: inout [UInt8]) {
        out.append(text: "request:\n")
        out.append(key: "method", 2, request.method)
        out.append(key: "path", 2, request.path)
        if let query = request.query { out.append(key: "query", 2, query) }
        append(request.headers, to: &out)
        guard !request.body.isEmpty else { return }
        if let shown = decoded(request.body, request.headers) {
            out.append(base64: request.body[...], 2)
            append(decoded: shown, to: &out)
        } else if let (tree, layout) = JSONTree.read(request.body) {
            append(tree, layout, to: &out)
        } else {
            out.append(piece: request.body[...], 2)
        }
    }

    private static func append(_ response: RecordedResponse, to out: inout [UInt8]) {
        out.append(text: "response:\n")
        if let head = response.head {
            out.append(text: "  status: \(head.status)\n")
            if !head.reason.isEmpty { out.append(key: "reason", 2, head.reason) }
            out.append(text: "  at: \(RecordedTime.text(head.at))\n")
            append(head.headers, to: &out)
        }
        if let shown = decoded(response.body, response.head?.headers ?? []) {
            append(response.pieces, of: response.body, isCoded: true, to: &out)
            append(decoded: shown, to: &out)
        } else if !response.isStream, let (tree, layout) = JSONTree.read(response.body) {
            append(tree, layout, to: &out)
            append(borders: response.pieces, to: &out)
        } else {
            append(response.pieces, of: response.body, isCoded: false, to: &out)
        }
        out.append(text: "  ended: \(response.ending.rawValue)\n")
        out.append(text: "  ended-at: \(RecordedTime.text(response.endedAt))\n")
    }

    private static func append(_ headers: [HeaderField], to out: inout [UInt8]) {
        if headers.isEmpty {
            out.append(text: "  headers: []\n")
            return
        }
        out.append(text: "  headers:\n")
        for header in headers {
            out.append(text: "    - ")
            if header.name.utf8.count <= RecordingLimits.keyBytes {
                out.appendYAML(word: header.name)
                out.append(text: ": ")
                out.appendYAML(word: header.value)
            } else {
                // A name that cannot stand before a colon.
                out.append(UInt8(ascii: "["))
                out.appendYAML(quoted: header.name)
                out.append(text: ", ")
                out.appendYAML(quoted: header.value)
                out.append(UInt8(ascii: "]"))
            }
            out.append(0x0A)
        }
    }

    private static func append(_ tree: JSON, _ layout: JSONLayout, to out: inout [UInt8]) {
        if !layout.text.isEmpty { out.append(text: "  style: \(layout.text)\n") }
        out.append(text: "  json:")
        JSONTree.append(tree, indent: 4, to: &out)
    }

    /// The borders within a body that is written as a whole. The last piece is what is left, so
    /// that a body of one piece can be changed by hand.
    private static func append(borders chunks: [RecordedChunk], to out: inout [UInt8]) {
        out.append(text: "  chunks:\n")
        var start = 0
        for (index, chunk) in chunks.enumerated() {
            out.append(text: "    - at: \(RecordedTime.text(chunk.at))\n")
            if index + 1 < chunks.count {
                out.append(text: "      bytes: \(chunk.end - start)\n")
            }
            start = chunk.end
        }
    }

    private static func append(
        _ chunks: [RecordedChunk], of body: [UInt8], isCoded: Bool, to out: inout [UInt8]
    ) {
        guard !chunks.isEmpty else { return }
        out.append(text: "  chunks:\n")
        var start = 0
        for chunk in chunks {
            let bytes = body[start..<chunk.end]
            out.append(text: "    - at: ")
            out.append(text: RecordedTime.text(chunk.at))
            out.append(0x0A)
            if isCoded { out.append(base64: bytes, 6) } else { out.append(piece: bytes, 6) }
            start = chunk.end
        }
    }

    /// What a coded body says, for people; nothing reads it.
    private static func append(decoded bytes: [UInt8], to out: inout [UInt8]) {
        if let (tree, _) = JSONTree.read(bytes) {
            out.append(text: "  decoded:")
            JSONTree.append(tree, indent: 4, to: &out)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            out.append(text: "  decoded:")
            out.appendYAML(text: text, indent: 4)
        }
    }

    /// A body without its content codings; nil where it has none, or they cannot be undone.
    private static func decoded(_ body: [UInt8], _ headers: [HeaderField]) -> [UInt8]? {
        guard !body.isEmpty else { return nil }
        return CodedBody(headers)?.decoded(body, atMost: RecordingLimits.decodedBytes)
    }
}

extension RecordedResponse {
    /// The pieces of the body, all of it: what no chunk holds is one that came at the end.
    var pieces: [RecordedChunk] {
        var pieces: [RecordedChunk] = []
        pieces.reserveCapacity(chunks.count)
        var end = 0
        for chunk in chunks where chunk.end > end && chunk.end <= body.count {
            pieces.append(chunk)
            end = chunk.end
        }
        if end < body.count { pieces.append(RecordedChunk(end: body.count, at: endedAt)) }
        return pieces
    }
}

extension [UInt8] {
    mutating func append(key: StaticString, _ indent: Int, _ value: String) {
        self.indent(indent)
        key.withUTF8Buffer { append(contentsOf: $0) }
        append(text: ": ")
        appendYAML(word: value)
        append(0x0A)
    }

    /// Bytes as text where they are text, else as base64.
    fileprivate mutating func append(piece bytes: ArraySlice<UInt8>, _ indent: Int) {
        let isText = bytes.withUnsafeBufferPointer { bytes in
            let isASCII = bytes.allSatisfy { $0 < 0x80 }
            guard isASCII || String(validating: bytes, as: UTF8.self) != nil else { return false }
            return YAMLText(bytes).controls * 8 <= bytes.count
        }
        guard isText else { return append(base64: bytes, indent) }
        self.indent(indent)
        append(text: "text:")
        bytes.withUnsafeBufferPointer { appendYAML(text: $0, indent: indent + 2) }
    }

    fileprivate mutating func append(base64 bytes: ArraySlice<UInt8>, _ indent: Int) {
        self.indent(indent)
        let text = bytes.withUnsafeBufferPointer { Base64.encoded($0) }
        let width = 88
        guard text.count > width else {
            self.append(text: "base64: \"")
            append(contentsOf: text)
            append(text: "\"\n")
            return
        }
        append(text: "base64: |\n")
        for start in stride(from: 0, to: text.count, by: width) {
            self.indent(indent + 2)
            append(contentsOf: text[start..<Swift.min(start + width, text.count)])
            append(0x0A)
        }
    }
}
