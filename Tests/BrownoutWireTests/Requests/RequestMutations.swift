/// Numbers for tests: the same from the same seed.
struct TestDice {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}

/// Requests that are nearly those of clients.
struct RequestMutations {
    private var dice: TestDice

    init(seed: UInt64) {
        dice = TestDice(seed)
    }

    private static let oddBytes = Array("\0\t\n\r :,;#\"/%+-0Aa_\u{7f}".utf8) + [0x80, 0xC3, 0xFF]

    /// The next one; how many changes it has is left to the dice.
    mutating func next() -> [UInt8] {
        var bytes = dice.pick(CommonRequests.all)
        if dice.below(8) == 0 { bytes = dice.pick(UncommonRequests.all) }
        for _ in 0..<[0, 1, 1, 1, 2, 3][dice.below(6)] { change(&bytes) }
        if dice.below(3) == 0 { bytes += dice.pick(CommonRequests.all) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        if bytes.isEmpty { return }
        // Heads are more interesting than bodies.
        let place = dice.below(dice.below(4) == 0 ? bytes.count : min(bytes.count, 200))
        switch dice.below(10) {
        case 0: bytes[place] = dice.pick(RequestMutations.oddBytes)
        case 1: bytes.insert(dice.pick(RequestMutations.oddBytes), at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeSubrange(dice.below(bytes.count)...)
        case 4: bytes[place] ^= 0x20
        case 5: bytes[place] = UInt8(dice.below(256))
        case 6, 7:
            guard let line = lineStart(in: bytes, from: place) else { return }
            bytes.insert(contentsOf: dice.pick(UncommonRequests.lines).utf8, at: line)
        case 8:
            guard let line = lineStart(in: bytes, from: place) else { return }
            bytes.replaceSubrange(
                ..<line, with: (dice.pick(UncommonRequests.firstLines) + "\r\n").utf8)
        default:
            // The end of another request, wherever it begins.
            bytes.removeSubrange(place...)
            bytes += dice.pick(CommonRequests.all).suffix(dice.below(200))
        }
    }

    private func lineStart(in bytes: [UInt8], from place: Int) -> Int? {
        bytes[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    }
}
