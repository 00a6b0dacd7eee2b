import BrownoutEngine
import Testing

@Suite struct TokenEstimateTests {
    /// The rule as it is stated, one scalar at a time and without any shortcut.
    private func ends(_ text: String) -> [Int32] {
        let bytes = Array(text.utf8)
        func letterWidth(_ index: Int) -> Int {
            guard index < bytes.count else { return 0 }
            switch bytes[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return 1
            case 0xC3...0xDF: return index + 1 < bytes.count ? 2 : 0
            default: return 0
            }
        }
        var ends: [Int32] = []
        var index = 0
        while index < bytes.count {
            let start = index
            if bytes[index] == 0x20 { index += 1 }
            var run = 0
            while run < 10, letterWidth(index) > 0 {
                index += letterWidth(index)
                run += 1
            }
            if index == start {
                switch bytes[start] {
                case ..<0x80: index += 1
                case ..<0xE0: index += 2
                case ..<0xF0: index += 3
                default: index += 4
                }
            }
            ends.append(Int32(min(index, bytes.count)))
        }
        return ends
    }

    @Test func everyScalarCountsTheSameAtAnyPlaceOfARun() {
        let scalars = (0..<0x80).compactMap { Unicode.Scalar($0) } + ["é", "ß", "я", "世", "🌍"]
        for scalar in scalars {
            for before in 0..<13 {
                for after in [0, 1, 9] {
                    let text =
                        " " + String(repeating: "a", count: before) + String(scalar)
                        + String(repeating: "Z", count: after)
                    #expect(TokenEstimate.ends(text) == ends(text), "\(text.debugDescription)")
                    #expect(TokenEstimate.count(text) == ends(text).count)
                }
            }
        }
    }
}
