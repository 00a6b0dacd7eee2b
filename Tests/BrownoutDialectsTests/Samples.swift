import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutWire
import Testing

/// Requests, contexts and answers to test with.
enum Samples {
    static let context = context()
    static let messages: JSON = [["role": "user", "content": "What is the weather in Paris?"]]

    static func context(_ word: UInt64 = 0x0123_4567_89AB_CDEF) -> AnswerContext {
        AnswerContext(
            exchange: ExchangeID(word: word), dice: Dice(seed: 7),
            key: RollKey(session: 1, call: 2, attempt: 1), now: 1_767_225_600,
            date: "Thu, 01 Jan 2026 00:00:00 GMT", processing: .milliseconds(312),
            drawsCreated: true)
    }

    static func openAI(
        _ body: JSON, headers: [HeaderField] = [], target: String = "/v1/chat/completions",
        method: String = "POST", scenario: Scenario = .healthy
    ) -> ParsedRequest {
        Router.parse(
            in: scenario,
            IncomingRequest(
                method: method, target: target,
                headers: [HeaderField("Authorization", "Bearer sk-good")] + headers,
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
                headers: [
                    HeaderField("x-api-key", "sk-ant-good"),
                    HeaderField("anthropic-version", "2023-06-01"),
                ] + headers,
                body: .success(body)))
    }

    static func ollama(
        _ body: JSON, headers: [HeaderField] = [], target: String = "/api/chat",
        method: String = "POST", scenario: Scenario = .healthy
    ) -> ParsedRequest {
        Router.parse(
            in: scenario,
            IncomingRequest(
                method: method, target: "/ollama" + target, headers: headers,
                body: .success(body)))
    }

    /// A body that its provider takes, with members on top or in place of its own.
    static func body(_ dialect: DialectName, _ changes: [(String, JSON)] = []) -> JSON {
        var members = DialectSample.of(dialect).body
        for (key, value) in changes {
            members.removeAll { $0.key == key }
            members.append(JSONMember(key, value))
        }
        return .object(members)
    }

    /// A request for a chat.
    static func request(
        _ dialect: DialectName, _ changes: [(String, JSON)] = []
    ) -> ParsedRequest {
        let profile = Dialects.profile(dialect)
        return request(
            dialect, .success(body(dialect, changes)), path: profile.fullPath(profile.sample.path))
    }

    /// A request with any body, to a path of the provider's own.
    static func request(
        _ dialect: DialectName, _ body: Result<JSON, IncomingRequest.BodyProblem>, path: String,
        method: String = "POST"
    ) -> ParsedRequest {
        Router.parse(
            in: .healthy,
            IncomingRequest(
                method: method, target: "/\(dialect)\(path)",
                headers: DialectSample.of(dialect).headers, body: body))
    }

    static let weatherCall = Reply.ToolCall(
        id: 11, name: "get_weather", arguments: TokenText("{\"city\":\"Paris\",\"days\":2}"))
    static let clockCall = Reply.ToolCall(id: 12, name: "get_time", arguments: TokenText("{}"))
    static let hello = Reply(
        choices: [Reply.Choice(text: TokenText("Hello! How can I help?"), finish: .stop)],
        promptTokens: 14)
    /// Every kind of escape, two- to four-byte scalars, line ends.
    static let awkward =
        "Caf\u{E9} \"quoted\" \\ back\nline\ttab \u{1}\u{1F}\r \u{4E16}\u{1F30D}\u{2028}!"
}

extension Answer {
    /// Head and body as they would go over the wire, for people.
    var transcript: String {
        var text = "HTTP/1.1 \(head.status) \(head.reason)\n"
        for field in head.fields.fields { text += "\(field.name): \(field.value)\n" }
        return text + "\n" + String(decoding: bytes, as: UTF8.self)
    }

    /// The whole body.
    var bytes: [UInt8] {
        switch body {
        case .whole(let body): return body.bytes
        case .events(let stream):
            var bytes: [UInt8] = []
            for index in 0..<stream.count { stream.render(index, &bytes) }
            return bytes
        case .passed: return []
        }
    }

    /// The events of a stream.
    var events: [String] {
        guard case .events(let stream) = body else { return [] }
        return (0..<stream.count).map { index in
            var bytes: [UInt8] = []
            stream.render(index, &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
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

    func field(_ name: String) -> String? {
        head.fields.value(of: name)
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

extension Router {
    static func parse(in scenario: Scenario, _ request: IncomingRequest) -> ParsedRequest {
        parse(SessionRequest(request), in: scenario)
    }
}
