import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords

/// Recordings nobody would make, from a seed.
struct RandomRecording {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

    /// Pieces that a format of lines, indentation, quotes and words trips over.
    private static let pieces = [
        "", " ", "  ", "\n", "\n\n", "\r", "\r\n", "\t", "\0", "\u{1}", "\u{7F}", "\u{85}",
        "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{10FFFF}",
        "\u{1F600}", "e\u{301}", "é", "---", "---\n", "...", "...\n", "\n---\n", "\n...\n", "#",
        " #", "# x", ":", ": ", "a: b", "- ", "-", "? ", "|", ">", "|2-\n", "'", "\"", "\\",
        "\\n", "{", "}", "[", "]", ",", "&a", "*a", "!!binary", "%YAML", "@", "`", "<<", "~",
        "null", "true", "No", "1", "1e400", "-0", "1.0", "0x1F", "2026-01-01", "12:30:00",
        "data: {\"id\":\"x\"}\n\n", "event: ping\r\n\r\n", ": comment\n", "word", "two words",
        "response:", "\nresponse:\n", "  chunks:\n", "request:\n  path: /\n", "base64", "x",
    ]

    mutating func text() -> String {
        var text = ""
        for _ in 0..<below(6) { text += pick(RandomRecording.pieces) }
        return text
    }

    private static let values = [
        "0", "-0", "1", "1.0", "1e400", "1E+2", "-1.5e-7", "123456789012345678901234567890",
        "true", "false", "null", "{}", "[]", "\"\"", "\"a\\u00e9b\"", "\"é\"", "\"\\ud800\"",
        "\"\\ud83d\\ude00\"", "\"\\u007f\"", "\"line\\nline\\n\"", "\" lead\"", "\"true\"",
        "\"12\"", "\"\\/\"", "\"\\u0000\"", "\"\u{2028}\"", "\"a: b # c\"", "\"~\"", "[1,2.50,-3]",
        "\"\\n\\n\"", "\"tab\\there\"", "\"x\\n  y\\n\\n z\"",
    ]

    mutating func json(_ depth: Int, _ comma: String, _ colon: String) -> String {
        switch below(depth > 0 ? 4 : 2) {
        case 2:
            let items = (0..<below(4)).map { _ in json(depth - 1, comma, colon) }
            return "[" + items.joined(separator: comma) + "]"
        case 3:
            let items = (0..<below(4)).map { index in
                let names = ["a", "b", "a", "content", "<<", "", "e\\u0301", "no", "k\\n", "é"]
                let name = chance(80) ? "k\(index)" : pick(names)
                return "\"\(name)\"\(colon)\(json(depth - 1, comma, colon))"
            }
            return "{" + items.joined(separator: comma) + "}"
        default: return pick(RandomRecording.values)
        }
    }

    mutating func body() -> [UInt8] {
        switch below(6) {
        case 0: return []
        case 1: return (0..<below(300)).map { _ in UInt8(truncatingIfNeeded: next()) }
        case 2, 3:
            let isSpaced = chance(50)
            let text = json(4, isSpaced ? ", " : ",", isSpaced ? ": " : ":")
            return Array((text + (chance(20) ? "\n" : "")).utf8)
        default: return Array((0..<below(5)).map { _ in text() }.joined().utf8)
        }
    }

    mutating func headers() -> [HeaderField] {
        var headers = (0..<below(4)).map { _ in
            HeaderField(chance(60) ? "x-\(text())" : text(), text())
        }
        if chance(5) { headers.append(HeaderField(String(repeating: "n", count: 2_000), "v")) }
        if chance(20) { headers.append(HeaderField("Content-Type", "text/event-stream")) }
        if chance(10) {
            headers.append(HeaderField("content-encoding", pick(["gzip", "zstd", "br", "x"])))
        }
        return headers
    }

    mutating func time() -> Int64 {
        chance(80) ? Int64(below(10_000_000)) : Int64(truncatingIfNeeded: next())
    }

    mutating func recording(id: String) -> Recording {
        let body = body()
        var chunks: [RecordedChunk] = []
        var at: Int64 = Int64(below(50_000)) - 100
        var end = 0
        while end < body.count {
            end = min(body.count, end + 1 + below(chance(50) ? 8 : 400))
            at += Int64(below(20_000))
            chunks.append(RecordedChunk(end: end, at: at))
        }
        let response = RecordedResponse(
            head: chance(85)
                ? RecordedHead(
                    status: chance(80) ? pick([200, 429, 500]) : Int(below(2_000)) - 500,
                    reason: text(), headers: headers(), at: time()) : nil,
            body: body, chunks: chunks, ending: pick(RecordedEnding.allCases), endedAt: time())
        return Recording(
            id: id,
            provenance: Provenance(
                recordedAt: chance(80)
                    ? 1_790_000_000_000_000 + Int64(below(1_000_000_000))
                    : Int64(truncatingIfNeeded: next()),
                provider: text(), dialect: pick(DialectName.allCases), upstream: text(),
                client: text(), recorder: text()),
            request: RecordedRequest(
                method: text(), path: text(), query: chance(50) ? text() : nil,
                headers: headers(), body: self.body()),
            response: response)
    }
}
