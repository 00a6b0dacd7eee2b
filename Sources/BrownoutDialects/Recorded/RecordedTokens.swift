import BrownoutEngine
package import BrownoutWire

extension RecordedAnswer {
    /// How many tokens of the reply each event of a body brings, by the common estimate.
    package static func tokens(_ body: [UInt8], _ framing: EventFraming) -> [Int] {
        var start = 0
        return events(body, framing).map { end in
            defer { start = end }
            return tokens(ofEvent: body[start..<end], framing)
        }
    }

    /// How many tokens of the reply an event brings.
    package static func tokens(
        ofEvent event: ArraySlice<UInt8>, _ framing: EventFraming
    ) -> Int {
        let data = framing.read(event).payload
        guard data.first == UInt8(ascii: "{") else { return 0 }
        return tokens(ofPlain: data)
    }

    /// How many tokens of the reply a plain body brings. A text without escapes is counted where
    /// it stands: a long one would be in memory several times.
    static func tokens(ofPlain json: [UInt8]) -> Int {
        var count = 0
        eachText(in: json) { inside in
            if inside.contains(UInt8(ascii: "\\")) {
                count += TokenEstimate.count(UnescapedText(inside).text)
            } else {
                count += inside.withUnsafeBufferPointer { TokenEstimate.count($0) }
            }
        }
        return count
    }

    /// Where in a plain body the tokens of the reply end, in order; empty where it says nothing.
    package static func tokenEnds(_ body: [UInt8]) -> [Int] {
        var ends: [Int] = []
        eachText(in: body) { inside in
            let text = UnescapedText(inside)
            ends += TokenEstimate.ends(text.text).map { text.ends[Int($0) - 1] }
        }
        return ends
    }

    /// What the model said in a JSON text, piece by piece, escapes not undone.
    private static func eachText(in json: [UInt8], _ visit: (ArraySlice<UInt8>) -> Void) {
        var walk = JSONWalk(json[...])
        while let value = walk.next() {
            if value.isString, walk.isAt(said) {
                visit(json[value.range].dropFirst().dropLast())
            } else if !value.isString, walk.isAt(inputs), value.range.count > 2 {
                visit(json[value.range])
            }
        }
    }

    /// Where providers put what a model says: OpenAI's choices, plain and streamed, its older
    /// completions, Anthropic's blocks and deltas, Ollama's messages and responses. `reasoning_content` and `reasoning` are what
    /// servers that speak OpenAI's language call thinking.
    private static let said: [JSONWalk.Pattern] = [
        ["choices", nil, "delta", "content"], ["choices", nil, "message", "content"],
        ["choices", nil, "delta", "refusal"], ["choices", nil, "message", "refusal"],
        ["choices", nil, "delta", "reasoning_content"],
        ["choices", nil, "message", "reasoning_content"],
        ["choices", nil, "delta", "reasoning"], ["choices", nil, "message", "reasoning"],
        ["choices", nil, "delta", "tool_calls", nil, "function", "arguments"],
        ["choices", nil, "message", "tool_calls", nil, "function", "arguments"],
        ["choices", nil, "delta", "tool_calls", nil, "custom", "input"],
        ["choices", nil, "message", "tool_calls", nil, "custom", "input"],
        ["choices", nil, "delta", "function_call", "arguments"],
        ["choices", nil, "message", "function_call", "arguments"],
        ["choices", nil, "text"],
        ["content", nil, "text"], ["content", nil, "thinking"],
        ["content_block", "text"], ["content_block", "thinking"],
        ["delta", "text"], ["delta", "thinking"], ["delta", "partial_json"],
        ["message", "content"], ["message", "thinking"], ["response"], ["thinking"],
        ["message", "tool_calls", nil, "function", "arguments"],
    ]

    /// Anthropic's plain answers hold the input of a tool as JSON, and so do all of Ollama's.
    private static let inputs: [JSONWalk.Pattern] = [
        ["content", nil, "input"], ["message", "tool_calls", nil, "function", "arguments"],
    ]
}
