package import BrownoutEngine
package import BrownoutWire

extension RecordedAnswer {
    /// How many tokens of the reply each event of a body brings, by the common estimate.
    package static func tokens(
        _ body: [UInt8], _ framing: EventFraming, of dialect: DialectName
    ) -> [Int] {
        var start = 0
        return events(body, framing).map { end in
            defer { start = end }
            return tokens(ofEvent: body[start..<end], framing, of: dialect)
        }
    }

    /// How many tokens of the reply an event brings.
    package static func tokens(
        ofEvent event: ArraySlice<UInt8>, _ framing: EventFraming, of dialect: DialectName
    ) -> Int {
        let data = framing.read(event).payload
        guard data.first == UInt8(ascii: "{") else { return 0 }
        return tokens(ofPlain: data, of: dialect)
    }

    /// How many tokens of the reply a plain body brings. A text without escapes is counted where
    /// it stands: a long one would be in memory several times.
    static func tokens(ofPlain json: [UInt8], of dialect: DialectName) -> Int {
        var count = 0
        eachText(in: json, of: dialect) { inside in
            if inside.contains(UInt8(ascii: "\\")) {
                count += TokenEstimate.count(UnescapedText(inside).text)
            } else {
                count += inside.withUnsafeBufferPointer { TokenEstimate.count($0) }
            }
        }
        return count
    }

    /// Where in a plain body the tokens of the reply end, in order; empty where it says nothing.
    package static func tokenEnds(_ body: [UInt8], of dialect: DialectName) -> [Int] {
        var ends: [Int] = []
        eachText(in: body, of: dialect) { inside in
            let text = UnescapedText(inside)
            ends += TokenEstimate.ends(text.text).map { text.ends[Int($0) - 1] }
        }
        return ends
    }

    /// What the model said in a JSON text, piece by piece, escapes not undone.
    private static func eachText(
        in json: [UInt8], of dialect: DialectName, _ visit: (ArraySlice<UInt8>) -> Void
    ) {
        let reading = Dialects.profile(dialect).answers
        var walk = JSONWalk(json[...])
        while let value = walk.next() {
            if value.isString, walk.isAt(reading.texts) {
                visit(json[value.range].dropFirst().dropLast())
            } else if !value.isString, walk.isAt(reading.values) {
                visit(json[value.range])
            }
        }
    }
}
