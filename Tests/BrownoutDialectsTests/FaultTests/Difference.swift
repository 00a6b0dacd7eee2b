import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// What differs between a healthy answer and one with a fault, as lines for people.
enum Difference {
    /// `- /usage` for a member that is gone, `+ …` for one that came, `/model: "a" → "b"`.
    static func between(_ one: JSON, _ other: JSON, at place: String = "") -> [String] {
        switch (one, other) {
        case (.object(let members), .object(let others)):
            var found: [String] = []
            for member in members {
                guard let value = other[member.key] else {
                    found.append("- \(place)/\(member.key)")
                    continue
                }
                found += between(member.value, value, at: "\(place)/\(member.key)")
            }
            for member in others where one[member.key] == nil {
                found.append("+ \(place)/\(member.key)")
            }
            let kept = members.map(\.key).filter { other[$0] != nil }
            let order = others.map(\.key).filter { one[$0] != nil }
            if kept != order { found.append("another order at \(place)") }
            return found
        case (.array(let items), .array(let others)) where items.count == others.count:
            return zip(items, others).enumerated().flatMap { index, pair in
                between(pair.0, pair.1, at: "\(place)/\(index)")
            }
        default:
            return one == other ? [] : ["\(place): \(one.text) → \(other.text)"]
        }
    }

    /// Of two plain answers.
    static func between(_ one: Answer, _ other: Answer) throws -> [String] {
        #expect(one.head == other.head)
        return between(try one.json(), try other.json())
    }

    /// Of two streams of as many events, each line with the number of the event before it; the
    /// lines around the JSON must be the same.
    static func betweenStreams(_ one: Answer, _ other: Answer) throws -> [String] {
        #expect(one.head == other.head)
        try #require(one.events.count == other.events.count)
        return try zip(one.events, other.events).enumerated().flatMap { index, pair in
            if pair.0 == pair.1 { return [String]() }
            let (head, json) = try split(event: pair.0)
            let (otherHead, otherJSON) = try split(event: pair.1)
            #expect(head == otherHead)
            return between(json, otherJSON).map { "\(index) \($0)" }
        }
    }
}

/// Healthy answers and the same with a fault.
struct Faulted {
    let request: ParsedRequest
    let reply: Reply

    init(
        _ dialect: DialectName, stream: Bool = false, _ reply: Reply = Samples.hello,
        _ changes: [(String, JSON)] = []
    ) {
        request = Samples.request(dialect, (stream ? [("stream", true)] : []) + changes)
        self.reply = reply
    }

    var healthy: Answer {
        Dialects.answer(request, reply: reply, context: Samples.context)
    }

    /// nil: the fault cannot be in it.
    func with(_ fault: Fault) -> Answer? {
        healthy.with(fault, request.facts.dialect)
    }

    /// The answer when the reply has the fault; nil: it cannot.
    func saying(_ fault: ContentFault) -> Answer? {
        guard let chat = request.chat else { return nil }
        return reply.with(
            fault, for: chat, request.facts.dialect, Samples.context.exchange
        ).map { Dialects.answer(request, reply: $0, context: Samples.context) }
    }
}

extension Samples {
    static let tools: (String, JSON) = (
        "tools",
        [
            [
                "type": "function",
                "function": [
                    "name": "get_weather",
                    "parameters": [
                        "type": "object", "properties": ["city": ["type": "string"]],
                        "required": ["city"],
                    ],
                ],
            ]
        ]
    )
    static let calls = Reply(
        choices: [Reply.Choice(toolCalls: [weatherCall, clockCall], finish: .toolCalls)],
        promptTokens: 40)
    static let call = Reply(
        choices: [Reply.Choice(toolCalls: [weatherCall], finish: .toolCalls)], promptTokens: 40)
    static let withUsage: (String, JSON) = ("stream_options", ["include_usage": true])
}
