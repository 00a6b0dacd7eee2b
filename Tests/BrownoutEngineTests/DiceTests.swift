import BrownoutEngine
import Testing

@Suite struct DiceTests {
    /// The vectors of the paper: key 00…0f, input 00, 00 01, …
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137),
            (8, 0x93f5_f579_9a93_2462), (15, 0xa129_ca61_49be_45e5), (16, 0x3f2a_cc7f_57c2_9bdb),
            (63, 0x958a_324c_eb06_4572),
        ] as [(Int, UInt64)])
    func sipHashGivesThePublishedValues(length: Int, expected: UInt64) {
        var hash = SipHash(key: 0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        let bytes = (0..<length).map { UInt8($0) }
        bytes.withUnsafeBufferPointer { hash.combine($0) }
        #expect(hash.finalize() == expected)
    }

    @Test func wordsAndBytesHashAlike() {
        for lead in 0..<8 {
            var words = SipHash()
            var bytes = SipHash()
            for byte in 0..<lead {
                words.combine(byte: UInt8(byte))
                bytes.combine(byte: UInt8(byte))
            }
            words.combine(0x0807_0605_0403_0201)
            for byte in 1...8 { bytes.combine(byte: UInt8(byte)) }
            #expect(words.finalize() == bytes.finalize())
        }
    }

    /// Our own published vectors: a change of any of them breaks every recorded run.
    @Test(
        arguments: [
            (0, "coin", "fires", 0, "default", "call-1", 1, 0x8915_f700_791f_13e1),
            (11, "coin", "fires", 0, "default", "call-1", 1, 0x64b7_a60c_2600_89cb),
            (11, "coin", "fires", 0, "default", "call-1", 2, 0x4a1f_a7c1_21c6_9ebf),
            (11, "coin", "which", 0, "default", "call-1", 1, 0x7ee7_3808_6ac5_34b7),
            (11, "coin", "between-tokens", 7, "default", "call-1", 1, 0x9c08_7d3a_27d4_8b8b),
            (11, "wobble", "fires", 0, "team-a", "call-1", 1, 0x6f71_2448_9a2d_cbda),
            (.max, "", "", 0, "", "", 0, 0x4102_2517_01f1_0707),
        ] as [(UInt64, String, String, Int, String, String, UInt64, UInt64)])
    func aDrawIsAFunctionOfItsKey(
        seed: UInt64, rule: String, draw: String, index: Int, session: String, call: String,
        attempt: UInt64, expected: UInt64
    ) {
        let key = RollKey(
            session: SipHash.word(session), call: SipHash.word(call), attempt: attempt)
        let roll = Dice(seed: seed).roll(
            Draw(draw), rule: SipHash.word(rule), key: key, index: index)
        #expect(roll == expected)
    }

    @Test func aChanceIsExactAtBothEnds() throws {
        let third = try #require(Chance(1, outOf: 3))
        for draw in [0, 1, UInt64.max / 2, .max - 1, .max] {
            #expect(!Chance.never.admits(draw))
            #expect(Chance.always.admits(draw))
        }
        #expect(third.admits(UInt64.max / 3))
        #expect(!third.admits(UInt64.max / 3 + 1))
    }

    @Test func chancesAddUpExactly() throws {
        let third = try #require(Chance(1, outOf: 3))
        let rest = try #require(Chance(2, outOf: 3))
        #expect(third.adding(rest) == .always)
        #expect(Chance.always.adding(third) == nil)
        #expect(Chance(3, outOf: 2) == nil)
        #expect(Chance(1, outOf: 0) == nil)
    }

    /// Of 20,000 calls, the share that fires lies within five standard deviations of the chance.
    @Test(arguments: [1, 5, 20, 50, 95] as [UInt64])
    func rulesFireAsOftenAsTheySay(percent: UInt64) throws {
        let chance = try #require(Chance(percent, outOf: 100))
        let dice = Dice(seed: 3)
        let rule = SipHash.word("rate")
        let calls = 20_000
        let fired = (0..<calls).filter { call in
            let key = RollKey(session: 1, call: SipHash.word("call \(call)"), attempt: 1)
            return chance.admits(dice.roll(.fires, rule: rule, key: key))
        }.count
        let mean = Double(calls) * chance.approximation
        let deviation = (mean * (1 - chance.approximation)).squareRoot()
        #expect(abs(Double(fired) - mean) < 5 * deviation)
    }

    @Test func attemptsOfACallAreIndependent() throws {
        let half = try #require(Chance(1, outOf: 2))
        let dice = Dice(seed: 9)
        let both = (0..<10_000).filter { call in
            let rolls = [1, 2].map { attempt in
                dice.roll(
                    .fires, rule: 7, key: RollKey(session: 1, call: UInt64(call), attempt: attempt))
            }
            return rolls.allSatisfy(half.admits)
        }.count
        #expect((2_250...2_750).contains(both))
    }
}
