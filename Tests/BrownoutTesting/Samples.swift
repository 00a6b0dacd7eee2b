package import BrownoutDialects
package import BrownoutEngine
package import BrownoutJSON
package import BrownoutWire

/// Requests, contexts and replies to test with.
package enum Samples {
    package static let context = context()
    /// What every sample of a request asks.
    package static let prompt: JSON = "What is the weather in Paris?"
    package static let messages: JSON = [["role": "user", "content": prompt]]

    package static func context(_ word: UInt64 = 0x0123_4567_89AB_CDEF) -> AnswerContext {
        AnswerContext(
            exchange: ExchangeID(word: word), dice: Dice(seed: 7),
            key: RollKey(session: 1, call: 2, attempt: 1), now: 1_767_225_600,
            date: "Thu, 01 Jan 2026 00:00:00 GMT", processing: .milliseconds(312),
            drawsCreated: true)
    }

    /// A body that its provider takes, with members on top or in place of its own.
    package static func body(_ dialect: DialectName, _ changes: [(String, JSON)] = []) -> JSON {
        var members = DialectSample.of(dialect).body
        for (key, value) in changes {
            members.removeAll { $0.key == key }
            members.append(JSONMember(key, value))
        }
        return .object(members)
    }

    /// A request for a chat.
    package static func request(
        _ dialect: DialectName, _ changes: [(String, JSON)] = []
    ) -> ParsedRequest {
        let profile = Dialects.profile(dialect)
        return request(
            dialect, .success(body(dialect, changes)), path: profile.fullPath(profile.sample.path))
    }

    /// A request with any body, to a path of the provider's own.
    package static func request(
        _ dialect: DialectName, _ body: Result<JSON, IncomingRequest.BodyProblem>, path: String,
        method: String = "POST"
    ) -> ParsedRequest {
        Router.parse(
            in: .healthy,
            IncomingRequest(
                method: method, target: "/\(dialect)\(path)",
                headers: HeaderFields(DialectSample.of(dialect).headers), body: body))
    }

    package static let weatherCall = Reply.ToolCall(
        id: 11, name: "get_weather", arguments: TokenText("{\"city\":\"Paris\",\"days\":2}"))
    package static let clockCall = Reply.ToolCall(
        id: 12, name: "get_time", arguments: TokenText("{}"))
    package static let hello = Reply(
        choices: [Reply.Choice(text: TokenText("Hello! How can I help?"), finish: .stop)],
        promptTokens: 14)
    /// Every kind of escape, two- to four-byte scalars, line ends.
    package static let awkward =
        "Caf\u{E9} \"quoted\" \\ back\nline\ttab \u{1}\u{1F}\r \u{4E16}\u{1F30D}\u{2028}!"
    /// Thinking, text and a call.
    package static let mixed = Reply(
        choices: [
            Reply.Choice(
                thinking: TokenText("Let me see."), text: TokenText("One moment, \"please\"."),
                toolCalls: [weatherCall], finish: .toolCalls)
        ], promptTokens: 40)
}

extension Router {
    package static func parse(in scenario: Scenario, _ request: IncomingRequest) -> ParsedRequest {
        parse(SessionRequest(request), in: scenario)
    }
}

extension Answer {
    /// The whole body.
    package var bytes: [UInt8] {
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
    package var events: [String] {
        guard case .events(let stream) = body else { return [] }
        return (0..<stream.count).map { index in
            var bytes: [UInt8] = []
            stream.render(index, &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    package func field(_ name: String) -> String? {
        head.fields.value(of: name)
    }
}
