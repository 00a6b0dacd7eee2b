import BrownoutEngine
package import BrownoutRecords
package import BrownoutRedaction
import BrownoutWire

extension Recording {
    /// The recording without secrets: what may reach a disk.
    ///
    /// Every part is gone through, bodies as they are behind their codings, base64 as what it
    /// brings, and texts of streams as they are behind their events. A request's own credentials are looked for in all of it.
    /// Borders between chunks move with what they are between; one within a secret goes behind
    /// the marker, and a chunk of which nothing is left goes with its border.
    package func redacted(by redactor: Redactor) -> Recording {
        var redaction = RecordingRedaction(redactor, of: self)
        return redaction.redacted(self)
    }
}

extension RecordedRequest {
    /// The request without secrets, so that it can be held against recorded ones: what is
    /// redacted in those is redacted here, to the same text.
    package func redacted(by redactor: Redactor) -> RecordedRequest {
        var redaction = RecordingRedaction(redactor, of: self)
        return redaction.redacted(self)
    }
}

/// One exchange being redacted.
struct RecordingRedaction {
    private let redactor: Redactor
    /// The credentials of the exchange, wherever else they may be.
    private let known: [[UInt8]]
    /// What was found, and where.
    private(set) var findings: [SecretFinding] = []
    private var place = ""

    /// Bytes that are decoded of a body at most. What a body has beyond them is not looked at,
    /// and so not kept.
    private static let decodedBytes = 64 * 1024 * 1024

    init(_ redactor: Redactor, of request: RecordedRequest) {
        self.redactor = redactor
        known = request.credentials
    }

    init(_ redactor: Redactor, of recording: Recording) {
        self.redactor = redactor
        known = recording.request.credentials + (recording.response.head?.headers ?? []).cookies
    }

    mutating func redacted(_ recording: Recording) -> Recording {
        var recording = recording
        recording.request = redacted(recording.request)
        recording.response = redacted(recording.response, recording.form?.framing)
        place = "upstream"
        recording.provenance.upstream = text(recording.provenance.upstream)
        place = "client"
        recording.provenance.client = text(recording.provenance.client)
        return recording
    }

    mutating func redacted(_ request: RecordedRequest) -> RecordedRequest {
        var request = request
        place = "request path"
        request.path = text(request.path)
        place = "request query"
        request.query = request.query.map { text($0) }
        request.headers = fields(request.headers, of: "request")
        place = "request body"
        (request.body, _) = body(request.body, [], &request.headers, nil)
        return request
    }

    private mutating func redacted(
        _ response: RecordedResponse, _ framing: EventFraming?
    ) -> RecordedResponse {
        var response = response
        var headers = response.head?.headers ?? []
        if let reason = response.head?.reason {
            place = "response reason"
            response.head?.reason = text(reason)
        }
        headers = fields(headers, of: "response")
        place = "response body"
        let borders: [Int]
        (response.body, borders) = body(
            response.body, response.chunks.map(\.end), &headers, framing)
        response.head?.headers = headers
        var end = 0
        var chunks: [RecordedChunk] = []
        for (chunk, border) in zip(response.chunks, borders) where border > end {
            chunks.append(RecordedChunk(end: border, at: chunk.at))
            end = border
        }
        response.chunks = chunks
        return response
    }

    // MARK: Texts and fields

    private mutating func text(_ text: String) -> String {
        guard let redacted = redactor.redacted(Array(text.utf8), knowing: known) else {
            return text
        }
        note(redacted.edits)
        return String(decoding: redacted.bytes, as: UTF8.self)
    }

    private mutating func fields(_ fields: [HeaderField], of message: String) -> [HeaderField] {
        fields.map { field in
            place = "\(message) header \(field.name)"
            return HeaderField(field.name, value(of: field))
        }
    }

    /// Of credentials the scheme stays, and of cookies the names.
    private mutating func value(of field: HeaderField) -> String {
        let name = field.name.lowercased()
        switch name {
        case "authorization", "proxy-authorization":
            let (scheme, credentials) = field.value.schemeAndCredentials
            return scheme + secret(credentials)
        case "cookie":
            return field.value.split(separator: ";", omittingEmptySubsequences: false)
                .map { cookie(String($0)) }.joined(separator: ";")
        case "set-cookie":
            var parts = field.value.split(separator: ";", omittingEmptySubsequences: false)
                .map(String.init)
            parts[0] = cookie(parts[0])
            return parts[0] + parts.dropFirst().map { ";" + text($0) }.joined()
        default:
            return Redactor.isSecret(name: name) ? secret(field.value) : text(field.value)
        }
    }

    private mutating func cookie(_ pair: String) -> String {
        guard let sign = pair.firstIndex(of: "=") else { return secret(pair) }
        let value = pair.index(after: sign)
        return pair[..<value] + secret(String(pair[value...]))
    }

    /// The marker of what is a secret by where it stands.
    private mutating func secret(_ value: String) -> String {
        let marker = redactor.marker(of: value)
        if marker != value {
            findings.append(SecretFinding(place: place, kind: .secret, value: Array(value.utf8)))
        }
        return marker
    }

    private mutating func note(_ edits: [Redacted.Edit]) {
        // What a stream spreads over several events has an edit in each; the first has the marker.
        for edit in edits where !edit.replacement.isEmpty {
            let place = edit.coding.isEmpty ? place : "\(place), in \(edit.coding)"
            for secret in edit.found {
                findings.append(SecretFinding(place: place, kind: secret.kind, value: secret.value))
            }
        }
    }

    // MARK: Bodies

    /// The body and its borders. Where something is found in a coded body, it is kept decoded;
    /// the fields say so, and what they say of its length stays as right, or wrong, as it was.
    private mutating func body(
        _ body: [UInt8], _ borders: [Int], _ fields: inout [HeaderField],
        _ framing: EventFraming?
    ) -> ([UInt8], [Int]) {
        var decoded = DecodedBody(body, borders, fields, limit: Self.decodedBytes)
        var isCoded = decoded.isCoded
        var redacted = plain(decoded.bytes, decoded.borders, framing)
        if redacted == nil, decoded.isCut { redacted = (decoded.bytes, decoded.borders) }
        if redacted == nil, decoded.isInvalid {
            // The rest is in no coding, whatever its fields say.
            decoded = DecodedBody(body, borders, [], limit: Self.decodedBytes)
            isCoded = false
            redacted = plain(body, borders, framing)
        }
        guard let redacted else { return (body, borders) }
        if isCoded { fields.removeAll { $0.isNamed("content-encoding") } }
        let growth = redacted.0.count - body.count
        for index in fields.indices where fields[index].isNamed("content-length") {
            guard let length = Int(fields[index].value) else { continue }
            fields[index].value = String(max(length + growth, 0))
        }
        return redacted
    }

    /// Nil where there is nothing to redact.
    private mutating func plain(
        _ body: [UInt8], _ borders: [Int], _ framing: EventFraming?
    ) -> ([UInt8], [Int])? {
        var (bytes, borders) = (body, borders)
        var isChanged = false
        if let framing, let joined = stream(body, framing) {
            (bytes, borders) = (joined.bytes, joined.moved(borders))
            isChanged = true
        }
        if let redacted = redactor.redacted(bytes, knowing: known) {
            note(redacted.edits)
            (bytes, borders) = (redacted.bytes, redacted.moved(borders))
            isChanged = true
        }
        return isChanged ? (bytes, borders) : nil
    }

    /// What the texts hold that the events of a stream spread.
    private mutating func stream(_ body: [UInt8], _ framing: EventFraming) -> Redacted? {
        var edits: [Redacted.Edit] = []
        for literals in StreamTexts(of: body, framing).texts {
            edits += redactor.edits(inTextOf: literals, of: body, knowing: known)
        }
        if edits.isEmpty { return nil }
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        note(edits)
        return Redacted(edits, in: body)
    }
}
