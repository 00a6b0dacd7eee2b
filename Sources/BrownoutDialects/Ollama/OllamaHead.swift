import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// The head of Ollama's answers: what Gin and Go's `net/http` send, and nothing of limits or ids
/// (wire facts, 10).
enum OllamaHead {
    static let json = "application/json; charset=utf-8"
    static let lines = "application/x-ndjson"
    static let text = "text/plain; charset=utf-8"
    /// What Gin says of its own accord.
    static let ownText = "text/plain"

    static func head(
        _ status: Int, _ contentType: String, _ context: AnswerContext,
        extra: HeaderBlock = HeaderBlock()
    ) -> ResponseHead {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + extra.lines.count)
        bytes.append(text: "content-type: ")
        bytes.append(text: contentType)
        bytes.append(text: "\r\ndate: ")
        bytes.append(text: context.date)
        bytes.append(text: "\r\n")
        bytes.append(contentsOf: extra.lines)
        return ResponseHead(
            status: status, reason: ReasonPhrase.of(status), fields: HeaderBlock(lines: bytes))
    }

    /// The head of a page of the proxy that people put before Ollama, as it has no keys of its own.
    static func proxy(
        _ status: Int, _ context: AnswerContext, extra: HeaderBlock
    ) -> ResponseHead {
        var fields: HeaderBlock = [
            "server": "nginx", "date": context.date, "content-type": "text/html",
        ]
        fields.append(contentsOf: extra)
        return ResponseHead(status: status, reason: ReasonPhrase.of(status), fields: fields)
    }
}
