import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutTesting

/// How a planted secret is written.
enum PlantedForm: CaseIterable, Sendable {
    case plain, percent, percentSmall, form, unicode, json, jsonInJSON, percentInJSON, jsonInPercent

    func written(_ value: String) -> String {
        switch self {
        case .plain: return value
        case .percent: return Self.percent(value, uppercase: true)
        case .percentSmall: return Self.percent(value, uppercase: false)
        case .form: return Self.percent(value, uppercase: true).replacing("%20", with: "+")
        case .unicode: return Self.unicode(value)
        case .json: return String(JSON.string(value).text.dropFirst().dropLast())
        case .jsonInJSON:
            return String(JSON.string(Self.unicode(value)).text.dropFirst().dropLast())
        case .percentInJSON: return Self.unicode(Self.percent(value, uppercase: true))
        case .jsonInPercent: return Self.percent(Self.unicode(value), uppercase: false)
        }
    }

    private static func percent(_ text: String, uppercase: Bool) -> String {
        text.utf8.map { byte in
            let scalar = Character(UnicodeScalar(byte))
            if scalar.isLetter || scalar.isNumber || "-._~".contains(scalar) {
                return String(scalar)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: uppercase)
        }.joined()
    }

    private static func unicode(_ text: String) -> String {
        text.utf16.map { unit in
            let code = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - code.count) + code
        }.joined()
    }
}

/// Where a secret is planted.
enum PlantedPlace: String, CaseIterable, Sendable {
    case requestHeader, authorization, apiKey, cookie, path, query, requestJSON, requestForm
    case requestGzip, responseHeader, setCookie, location, responseJSON, responseText
    case responseGzip, responseBrotli, responseZstd, event, spreadOverEvents, spreadOverArguments
    case spreadOverBlocks, upstream, client

    /// Whether all of a header's value, or a cookie's, is secret, so that any text is.
    var hidesAnything: Bool {
        switch self {
        case .authorization, .apiKey, .cookie, .setCookie: true
        default: false
        }
    }

    /// A recording with a text, which is written in some form already, in this place.
    func recording(_ text: String, _ draws: inout Draws) -> Recording {
        var recording = Self.bare
        let sentence = "it is \(text), is it not?"
        let json = #"{"id":"chatcmpl-1","n":[1,0.25],"content":"\#(sentence)","end":true}"#
        func answer(_ body: [UInt8], _ fields: [HeaderField]) {
            recording.response.body = body
            recording.response.head?.headers += fields
        }
        let type = HeaderField("Content-Type", "application/json")
        let events = HeaderField("Content-Type", "text/event-stream; charset=utf-8")
        func header(_ name: String, _ value: String) {
            recording.request.headers.append(HeaderField(name, value))
        }
        switch self {
        case .requestHeader: header("X-Note", sentence)
        case .authorization: header("Authorization", "Bearer \(text)")
        case .apiKey: header("X-Api-Key", text)
        case .cookie: header("Cookie", "a=1; session=\(text); b=2")
        case .path: recording.request.path = "/v1/users/\(text)/chat"
        case .query: recording.request.query = "a=1&note=\(text)&b=2"
        case .requestJSON: recording.request.body = Array(json.utf8)
        case .requestForm: recording.request.body = Array("a=1&note=\(text)&b=2".utf8)
        case .requestGzip:
            recording.request.body = Compressed.deflate(Array(json.utf8), .gzip)
            header("Content-Encoding", "gzip")
        case .responseHeader: answer([], [HeaderField("X-Note", sentence)])
        case .setCookie: answer([], [HeaderField("Set-Cookie", "id=\(text); Path=/; HttpOnly")])
        case .location: answer([], [HeaderField("Location", "https://h/x?note=\(text)&b=2")])
        case .responseJSON: answer(Array(json.utf8), [type])
        case .responseText: answer(Array(sentence.utf8), [])
        case .responseGzip:
            answer(Compressed.deflate(Array(json.utf8), .gzip), [type, .coded("gzip")])
        case .responseBrotli: answer(Compressed.brotli(Array(json.utf8)), [type, .coded("br")])
        case .responseZstd: answer(Compressed.zstd(Array(json.utf8)), [type, .coded("zstd")])
        case .event: answer(Array("data: {}\n\ndata: \(json)\n\ndata: [DONE]\n\n".utf8), [events])
        case .spreadOverEvents, .spreadOverArguments, .spreadOverBlocks:
            answer(Array(stream(sentence, &draws).utf8), [events])
        case .upstream: recording.provenance.upstream = "https://h.example.com/v1?note=\(text)"
        case .client: recording.provenance.client = "agent/1 (\(text))"
        }
        Self.finish(&recording, &draws)
        return recording
    }

    private static var bare: Recording {
        Recording(
            id: "r1",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai, upstream: "https://h/v1",
                recorder: "test"),
            request: RecordedRequest(method: "POST", path: "/v1/chat/completions"),
            response: RecordedResponse(head: RecordedHead(status: 200, reason: "OK", headers: [])))
    }

    /// Adds lengths, and borders at random places.
    private static func finish(_ recording: inout Recording, _ draws: inout Draws) {
        let count = recording.response.body.count
        recording.request.headers.append(
            HeaderField("Content-Length", String(recording.request.body.count)))
        recording.response.head?.headers.append(HeaderField("content-length", String(count)))
        guard count > 0 else { return }
        let step = [1, 3, 20, count][draws.below(4)]
        var ends: [Int] = []
        var end = 0
        while end < count {
            end = min(count, end + 1 + draws.below(step))
            ends.append(end)
        }
        recording.response.chunks = ends.map { RecordedChunk(end: $0, at: Int64($0)) }
    }

    /// A sentence in pieces of a few letters, an event for each, between those of another text.
    private func stream(_ sentence: String, _ draws: inout Draws) -> String {
        var pieces: [String] = []
        // Escapes are not cut through: each event's JSON is whole.
        var rest = Substring(self == .spreadOverArguments ? #"{"k":"\#(sentence)"}"# : sentence)
        while !rest.isEmpty {
            let count = 1 + draws.below(4)
            pieces.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces.map { piece in
            let text = JSON.string(piece).text
            return switch self {
            case .spreadOverArguments:
                #"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":\#(text)}}]}}]}"#
                    + "\n\n"
            case .spreadOverBlocks:
                "event: content_block_delta\n"
                    + #"data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":\#(text)}}"#
                    + "\n\n"
            default:
                #"data: {"choices":[{"delta":{"content":\#(text)},"index":0}]}"#
                    + "\n\ndata: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\n\n"
            }
        }.joined()
    }
}

extension HeaderField {
    static func coded(_ name: String) -> HeaderField { HeaderField("Content-Encoding", name) }
}
