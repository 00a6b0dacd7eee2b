import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

// Requests to one provider or another.
extension Samples {
    static func openAI(
        _ body: JSON, headers: [HeaderField] = [], target: String = "/v1/chat/completions",
        method: String = "POST", scenario: Scenario = .healthy
    ) -> ParsedRequest {
        Router.parse(
            in: scenario,
            IncomingRequest(
                method: method, target: target,
                headers: HeaderFields([HeaderField("Authorization", "Bearer sk-good")] + headers),
                body: .success(body)))
    }

    static func anthropic(
        _ body: JSON, headers: [HeaderField] = [], target: String = "/v1/messages",
        method: String = "POST"
    ) -> ParsedRequest {
        Router.parse(
            in: .healthy,
            IncomingRequest(
                method: method, target: target,
                headers: HeaderFields(
                    [
                        HeaderField("x-api-key", "sk-ant-good"),
                        HeaderField("anthropic-version", "2023-06-01"),
                    ] + headers),
                body: .success(body)))
    }

    static func ollama(
        _ body: JSON, headers: [HeaderField] = [], target: String = "/api/chat",
        method: String = "POST", scenario: Scenario = .healthy
    ) -> ParsedRequest {
        Router.parse(
            in: scenario,
            IncomingRequest(
                method: method, target: "/ollama" + target, headers: HeaderFields(headers),
                body: .success(body)))
    }
}

extension Answer {
    /// Head and body as they would go over the wire, for people.
    var transcript: String {
        var text = "HTTP/1.1 \(head.status) \(head.reason)\n"
        for field in head.fields.fields { text += "\(field.name): \(field.value)\n" }
        return text + "\n" + String(decoding: bytes, as: UTF8.self)
    }

    /// The JSON of the events that have any.
    func frames() throws -> [JSON] {
        var frames: [JSON] = []
        for event in events {
            if framing == .ndjson {
                #expect(event.hasSuffix("}\n"))
                frames.append(try JSON.parse(event))
                continue
            }
            let line = try #require(event.split(separator: "\n").last { $0.hasPrefix("data: ") })
            #expect(event.hasSuffix("\n\n"))
            if line != "data: [DONE]" { frames.append(try JSON.parse(String(line.dropFirst(6)))) }
        }
        return frames
    }

    func json() throws -> JSON { try JSON.parse(bytes) }

    /// What an error says, wherever its envelope has it.
    func errorMessage() throws -> String? {
        let json = try json()
        let error = json["error"] ?? json
        return error["message"]?.stringValue ?? error.stringValue
    }
}

/// An event's JSON, and what stands before it: the fields of a server-sent event, or nothing.
func split(event: String) throws -> (head: String, json: JSON) {
    guard let start = event.firstRange(of: "data: ") else {
        #expect(event.hasSuffix("}\n"))
        return ("", try JSON.parse(event))
    }
    #expect(event.hasSuffix("\n\n"))
    return (
        String(event[..<start.upperBound]), try JSON.parse(String(event[start.upperBound...]))
    )
}

extension ParsedRequest {
    var refusal: ProviderError? {
        if case .refuse(let error) = intent { return error }
        return nil
    }

    var chat: ChatRequest? {
        if case .chat(let chat) = intent { return chat }
        return nil
    }
}

extension JSON: ExpressibleByFloatLiteral {
    public init(floatLiteral value: Double) {
        self = .number(JSONNumber(text: "\(value)"))
    }
}
