import BrownoutEngine
import Testing

@Suite struct BodyHashTests {
    private static let key = BodyHash.Key(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)

    private func hash(_ bytes: [UInt8], _ key: BodyHash.Key = BodyHashTests.key) -> BodyHash {
        bytes.withUnsafeBufferPointer { BodyHash(of: $0, under: key) }
    }

    /// Bytes that look random, the same for the same numbers.
    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        let dice = Dice(seed: seed)
        let key = RollKey(session: 1, call: 2, attempt: 3)
        return (0..<(count + 7) / 8).flatMap { index in
            let word = dice.roll(.text, rule: 4, key: key, index: index)
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }.prefix(count).map { $0 }
    }

    /// The same again, slowly and as it is defined: the text cut into pairs of words, sums of
    /// products for each block, SipHash of those and of the length.
    private func defined(_ text: [UInt8], _ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
        let words = (0..<134).map { index in
            var hash = SipHash(key: first, second)
            hash.combine(UInt64(index))
            return hash.finalize()
        }
        func word(_ part: ArraySlice<UInt8>) -> UInt64 {
            part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        let padded = text + [UInt8](repeating: 0, count: max(0, 16 - text.count))
        let last = padded.count - 16
        let whole = Array(stride(from: 0, to: last, by: 16))
        var hash = SipHash(key: words[132], words[133])
        for block in 0..<max(1, (whole.count + 63) / 64) {
            var places = Array(whole.dropFirst(block * 64).prefix(64))
            if block * 64 + places.count == whole.count { places.append(last) }
            for shift in [0, 2] {
                let sum = places.enumerated().reduce(UInt128(0)) { sum, item in
                    let (index, place) = item
                    let one = word(padded[place..<place + 8]) &+ words[index * 2 + shift]
                    let other = word(padded[place + 8..<place + 16]) &+ words[index * 2 + 1 + shift]
                    return sum &+ UInt128(one) &* UInt128(other)
                }
                hash.combine(UInt64(truncatingIfNeeded: sum))
                hash.combine(UInt64(truncatingIfNeeded: sum >> 64))
            }
        }
        hash.combine(UInt64(text.count))
        let high = hash.finalize()
        hash.combine(1)
        return (high, hash.finalize())
    }

    @Test func aHashIsWhatItsDefinitionSays() {
        let edges = [1_023, 1_024, 1_025, 1_039, 1_040, 1_041, 2_047, 2_064, 2_065, 5_000]
        for count in Array(0..<100) + edges {
            let text = bytes(count, seed: UInt64(count))
            let expected = defined(text, 0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
            let found = hash(text)
            #expect(found.high == expected.0 && found.low == expected.1, "\(count) bytes")
        }
    }

    @Test func aHashDependsOnTheBytesAndTheKeyAlone() {
        let text = bytes(500, seed: 1)
        #expect(hash(text) == hash(text + [] as [UInt8]))
        for shift in 1..<16 {
            let moved = [UInt8](repeating: 7, count: shift) + text
            let found = moved.withUnsafeBufferPointer {
                BodyHash(of: UnsafeBufferPointer(rebasing: $0[shift...]), under: Self.key)
            }
            #expect(found == hash(text))
        }
        for other in [BodyHash.Key(1, 2), BodyHash.Key(2, 1), BodyHash.Key(0, 0)] {
            #expect(hash(text, other).high != hash(text).high)
            #expect(hash(text, other).low != hash(text).low)
        }
        #expect(hash(text, BodyHash.Key(5, 6)) == hash(text, BodyHash.Key(5, 6)))
    }

    /// Where zeros are filled in, and where the last bytes are taken twice.
    @Test func textsThatAreTheBeginningOfOthersHaveHashesOfTheirOwn() {
        var hashes: [BodyHash] = []
        for count in 0...2_100 { hashes.append(hash([UInt8](repeating: 0, count: count))) }
        let period: [UInt8] = Array("0123456789abcdef".utf8)
        for count in 1...2_100 { hashes.append(hash((0..<count).map { period[$0 % 16] })) }
        #expect(Set(hashes.map(\.high)).count == 4_201)
        #expect(Set(hashes.map(\.low)).count == 4_201)
    }

    /// Three bits of each of 10,000 texts, of all lengths up to more than two blocks.
    @Test func everyBitChangesBothHalves() {
        var same = 0
        for round in 0..<10_000 {
            let dice = Dice(seed: UInt64(round))
            let key = RollKey(session: 0, call: 0, attempt: 0)
            let longest = round % 10 == 0 ? 2_200 : 200
            let count = 1 + Dice.below(longest, dice.roll(.which, rule: 0, key: key))
            var text = bytes(count, seed: UInt64(round))
            let before = hash(text)
            for flip in 0..<3 {
                let draw = dice.roll(.fires, rule: 0, key: key, index: flip)
                let bit = Dice.below(count * 8, draw)
                text[bit / 8] ^= 1 << (bit % 8)
                let after = hash(text)
                if after.high == before.high || after.low == before.low { same += 1 }
                text[bit / 8] ^= 1 << (bit % 8)
            }
        }
        #expect(same == 0)
    }

    /// Of each half, half of the bits change, whichever bit of a text does: 32 of 64, and over
    /// 500 texts within five standard deviations of that, 0.9.
    @Test(arguments: [8, 40, 1_100])
    func aBitOfATextChangesHalfTheBitsOfAHash(count: Int) {
        let bits = stride(from: 0, to: count * 8, by: count > 100 ? 97 : 1)
        let texts = (0..<500).map { bytes(count, seed: UInt64($0)) }
        let hashes = texts.map { hash($0) }
        for bit in bits {
            var changed = (high: 0, low: 0)
            for (text, before) in zip(texts, hashes) {
                var text = text
                text[bit / 8] ^= 1 << (bit % 8)
                let after = hash(text)
                changed.high += (before.high ^ after.high).nonzeroBitCount
                changed.low += (before.low ^ after.low).nonzeroBitCount
            }
            for sum in [changed.high, changed.low] {
                #expect(abs(Double(sum) / 500 - 32) < 0.9, "bit \(bit) of \(count) bytes")
            }
        }
    }
}
