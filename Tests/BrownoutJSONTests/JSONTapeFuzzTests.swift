import BrownoutJSON
import Testing

/// Documents that were broken here and there, by the same seed always the same.
@Suite struct JSONTapeFuzzTests {
    /// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
    private struct Generator {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((word ^ word >> 31).multipliedFullWidth(by: UInt64(bound)).high)
        }
    }

    private static let models: [[UInt8]] = [
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi \"you\"\n"}],"n":1}"#,
        #"{"a":[1.5e3,-0,0.25,1e-7,"\u00e9\ud83c\udf0d\n",{"b":null}],"c":true,"é":[]}"#,
        #"[{"type":"text","text":"a long text with no escape, of more than one word ü 日本 🌍"}]"#,
        " [ [ ] , { } , \"\" , [ [ 1 , 2 ] ] , { \"k\" : [ { } ] } ]\r\n\t",
        #"{"\ud83c":"\udf0d","x":"\ud83c\ud83c\udf0d","x":"\u0041\/","":"\\"}"#,
        #"[true,false,null,0,1,12345678901234567890,"0123456789abcdef0123456789abcdef\\"]"#,
    ].map { Array($0.utf8) }

    /// What is put in: signs of the grammar, halves of things, and bytes of no kind.
    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "0", "1", "-", "+", ".", "e", "E",
            "true", "nul", "\\u", "\\ud83c", "\\udf0d", "\\n", "\"a\":", "[]", "{}", "\u{FEFF}",
            "é", "🌍", "\u{0}", "\u{1F}", "\u{7F}", "\"\"", "[[", "1e5", "0123456789abcdef",
        ].map { Array($0.utf8) } + [
            [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x8C], [0xFF], [0xED],
        ]

    private static func mutated(_ generator: inout Generator) -> [UInt8] {
        var text = models[generator.below(models.count)]
        for _ in 0..<generator.below(4) {
            let place = generator.below(text.count + 1)
            switch generator.below(6) {
            case 0: text.insert(contentsOf: pieces[generator.below(pieces.count)], at: place)
            case 1: text.removeSubrange(place..<min(text.count, place + 1 + generator.below(4)))
            case 2: if place < text.count { text[place] = UInt8(generator.below(256)) }
            case 3: if place < text.count { text[place] ^= 1 << generator.below(8) }
            case 4: text.removeSubrange(place...)
            default:
                let other = models[generator.below(models.count)]
                let from = generator.below(other.count)
                let end = min(other.count, from + generator.below(20))
                text.insert(contentsOf: other[from..<end], at: place)
            }
        }
        return text
    }

    /// Four seeds of 30,000 documents each, so that they are spread over processors.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func brokenDocumentsAreTheSameOnATapeAsInATree(seed: UInt64) {
        var generator = Generator(state: seed)
        var taken = 0
        var lone = 0
        for round in 0..<30_000 {
            let comparison = Comparison(JSONTapeFuzzTests.mutated(&generator))
            if comparison.isTaken { taken += 1 }
            if comparison.isLone { lone += 1 }
            guard let difference = comparison.difference else { continue }
            Issue.record("seed \(seed), document \(round): \(difference)")
            return
        }
        #expect(taken > 6_000 && taken < 24_000, "\(taken) of 30,000 are JSON, seed \(seed)")
        #expect(lone > 500, "\(lone) of 30,000 have half a surrogate pair, seed \(seed)")
    }
}
