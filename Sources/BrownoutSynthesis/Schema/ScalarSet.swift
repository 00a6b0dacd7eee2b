import BrownoutDialects

/// The scalars that one place of a pattern takes: a class such as `[a-z_]`, `\d` or `.`.
struct ScalarSet: Equatable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    static let digits = ScalarSet(ranges: [0x30...0x39])
    static let letters = ScalarSet(ranges: [0x41...0x5A, 0x61...0x7A])
    static let words = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let spaces = ScalarSet(
        ranges: [0x20...0x20, 0x09...0x0D, 0xA0...0xA0, 0x2028...0x2029, 0xFEFF...0xFEFF])
    /// What `.` takes: all but the ends of lines.
    static let anything = ScalarSet(
        ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true)

    /// Letters and digits are readable wherever anything may stand.
    private static let readable = words.ranges + [0x20...0x20, 0x21...0x7E]

    static func one(_ scalar: UInt32) -> ScalarSet { ScalarSet(ranges: [scalar...scalar]) }

    var inverted: ScalarSet { ScalarSet(ranges: ranges, isNegated: !isNegated) }

    func contains(_ scalar: UInt32) -> Bool {
        ranges.contains { $0.contains(scalar) } != isNegated
    }

    /// A member, printable ASCII where there is one; nil for a set without members.
    func pick(_ draws: inout WordStream) -> Unicode.Scalar? {
        let positive = isNegated ? Self.readable : ranges
        let printable = positive.compactMap { $0.common(with: 0x20...0x7E) }
        let pool = printable.isEmpty ? positive : printable
        let size = pool.reduce(0) { $0 + $1.count }
        guard size > 0 else { return nil }
        // A negated set may lack any of the readable scalars, so the next ones are tried.
        let start = draws.below(size)
        for step in 0..<min(size, 256) {
            var offset = (start + step) % size
            for range in pool {
                if offset >= range.count {
                    offset -= range.count
                    continue
                }
                let value = range.lowerBound + UInt32(offset)
                if contains(value), let scalar = Unicode.Scalar(value) { return scalar }
                break
            }
        }
        return nil
    }
}

extension ClosedRange<UInt32> {
    fileprivate func common(with other: ClosedRange<UInt32>) -> ClosedRange<UInt32>? {
        overlaps(other) ? clamped(to: other) : nil
    }
}
