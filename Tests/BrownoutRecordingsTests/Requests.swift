import BrownoutEngine
import BrownoutJSON

@testable import BrownoutRecordings
import BrownoutRecords

/// Requests and recordings for the tests of the library.
enum Requests {
    static func recorded(
        _ body: String, path: String = "/v1/chat/completions", method: String = "POST",
        query: String? = nil, headers: [HeaderField] = []
    ) -> RecordedRequest {
        RecordedRequest(
            method: method, path: path, query: query, headers: headers, body: Array(body.utf8))
    }

    static func openAI(
        _ body: String, path: String = "/v1/chat/completions", method: String = "POST",
        query: String? = nil, headers: [HeaderField] = [], provider: String = "openai"
    ) -> MatchRequest {
        MatchRequest(
            recorded(body, path: path, method: method, query: query, headers: headers),
            provider: provider, dialect: .openai)
    }

    static func anthropic(_ body: String) -> MatchRequest {
        MatchRequest(
            recorded(body, path: "/v1/messages"), provider: "anthropic", dialect: .anthropic)
    }

    /// A chat with one message of the user.
    static func chat(_ text: String, model: String = "gpt-4o", stream: Bool = false) -> String {
        JSON.object([
            JSONMember("model", .string(model)),
            JSONMember("messages", [["role": "user", "content": .string(text)]]),
            JSONMember("stream", .bool(stream)),
        ]).text
    }

    static func recording(
        _ id: String, _ request: RecordedRequest, at seconds: Int64 = 0, status: Int = 200,
        stream: Bool = false, answer: String = "{}"
    ) -> Recording {
        let body = Array(answer.utf8)
        let type = stream ? "text/event-stream" : "application/json"
        let head = RecordedHead(
            status: status, reason: "", headers: [HeaderField("Content-Type", type)])
        let response = RecordedResponse(
            head: head, body: body, chunks: [RecordedChunk(end: body.count, at: 0)])
        let provenance = Provenance(
            recordedAt: seconds * 1_000_000, provider: "openai", dialect: .openai,
            upstream: "http://127.0.0.1:9", recorder: "tests")
        return Recording(id: id, provenance: provenance, request: request, response: response)
    }
}
