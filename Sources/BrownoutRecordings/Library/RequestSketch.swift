import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// 64 bits that are nearly the same where two requests say nearly the same: each bit is the
/// majority of that bit in the hashes of all words (Charikar, "Similarity estimation techniques
/// from rounding algorithms", 2002).
struct RequestSketch: Equatable, Sendable {
    /// Words that are looked at, the last of a conversation first: its beginning is what many
    /// requests share.
    private static let mostWords = 4096

    private(set) var bits: UInt64

    init(bits: UInt64) {
        self.bits = bits
    }

    init(_ request: MatchRequest) {
        var sum = MajoritySum()
        switch request.body {
        // Of a request without a body, the query is what it says.
        case .json(.null):
            var query = request.address.query ?? ""
            query.withUTF8 { Self.add(words: $0, 0, to: &sum) }
        case .json(let json):
            Self.add(json, 0, without: request.requests.stream.members, to: &sum)
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer { Self.add(words: $0, 0, to: &sum) }
        }
        bits = sum.majority
    }

    /// How many bits differ: 0 to 64, some 32 for requests that have nothing in common.
    func distance(to other: RequestSketch) -> Int { (bits ^ other.bits).nonzeroBitCount }

    /// `place` is a word for the member a value stands in.
    private static func add(
        _ value: JSON, _ place: UInt64, without asides: [String], to sum: inout MajoritySum
    ) {
        guard sum.count < mostWords else { return }
        switch value {
        case .null: break
        case .bool(let bool): sum.add(mixed(place &+ (bool ? 1 : 2)))
        case .number(let number):
            var text = number.text
            text.withUTF8 { add(words: $0, place, to: &sum) }
        case .string(var text): text.withUTF8 { add(words: $0, place, to: &sum) }
        case .array(let items):
            for item in items.reversed() { add(item, place, without: asides, to: &sum) }
        case .object(let members):
            for member in members where !asides.contains(member.key) {
                var key = member.key
                let place = key.withUTF8 { hash($0[...]) }
                add(member.value, place, without: asides, to: &sum)
            }
        }
    }

    private static func add(
        words bytes: UnsafeBufferPointer<UInt8>, _ place: UInt64, to sum: inout MajoritySum
    ) {
        var start = 0
        for index in 0...bytes.count where index == bytes.count || !isLetter(bytes[index]) {
            if index > start {
                sum.add(mixed(hash(bytes[start..<index]) &+ place))
                guard sum.count < mostWords else { return }
            }
            start = index + 1
        }
    }

    /// Letters, digits, and all beyond ASCII.
    private static func isLetter(_ byte: UInt8) -> Bool {
        let small = byte | 0x20
        return byte >= 0x80 || (small >= 0x61 && small <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
    }

    /// FNV-1a, as published by Fowler, Noll and Vo: cheap, and nothing hangs on its quality but
    /// what a message names first.
    private static func hash(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// The finaliser of MurmurHash3 (Appleby), so that every bit depends on every other.
    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 33) &* 0xFF51_AFD7_ED55_8CCD
        word = (word ^ word >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return word ^ word >> 33
    }
}

/// How often each of 64 bits was set, counted for all of them at once: word `n` holds bit `n` of
/// all counts, so that adding costs two or three operations.
private struct MajoritySum {
    private var counts: [UInt64] = []
    private(set) var count = 0

    mutating func add(_ word: UInt64) {
        count += 1
        var carry = word
        for index in counts.indices {
            let next = counts[index] & carry
            counts[index] ^= carry
            carry = next
            if carry == 0 { return }
        }
        counts.append(carry)
    }

    /// The bits that were set in more than half of the words.
    var majority: UInt64 {
        let half = count / 2
        // From the highest place down: bits whose count is above, and still equal to, `half`.
        var (above, equal): (UInt64, UInt64) = (0, .max)
        for place in counts.indices.reversed() {
            if half >> place & 1 == 0 {
                above |= equal & counts[place]
                equal &= ~counts[place]
            } else {
                equal &= counts[place]
            }
        }
        return above
    }
}
