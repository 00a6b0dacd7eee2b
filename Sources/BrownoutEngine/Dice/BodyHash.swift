/// A 128-bit hash of bytes under a key that nobody else knows, for telling bodies apart: two with
/// the same hash are taken for the same.
///
/// What it promises: two different bodies that were made without knowledge of the key, however
/// well, have the same hash with a chance of about 2⁻¹²⁸ a pair. For texts of one length that is
/// proven of the sums below, over the choice of the key's words (NH, twice with its key shifted;
/// Black, Halevi, Krawczyk, Krovetz and Rogaway, "UMAC: fast and secure message authentication",
/// 1999, theorems 4.3 and 4.5); for these being words as good as random, and for what is made of
/// the sums and the length, it takes ``SipHash`` to be what it was made to be, a function that
/// looks random to whoever has not the key. Both halves hold on their own, with 2⁻⁶⁴.
///
/// It is not a digest: who knows the key makes two bodies of one hash at once. Nor is it to be
/// kept or sent: another key gives other hashes, and these may change between versions.
package struct BodyHash: Hashable, Sendable {
    /// The first 64 bits.
    package let high: UInt64
    /// The other 64 bits.
    package let low: UInt64

    /// What a key is stretched to: a reference, made once.
    package struct Key: Sendable {
        /// A pair of words for each pair of a block, one for the pair behind the last whole
        /// block, and one for the shift; then the key of the hash of the sums.
        fileprivate let words: [UInt64]

        /// A key from two words, which should come from the system's source of randomness.
        package init(_ first: UInt64, _ second: UInt64) {
            words = (0..<BodyHash.blockWords + 6).map { index in
                var hash = SipHash(key: first, second)
                hash.combine(UInt64(index))
                return hash.finalize()
            }
        }
    }

    /// The words of a block, of 1 KiB, which has a pair of sums.
    private static let blockWords = 128

    /// The hash of these bytes, in their order.
    package init(of bytes: UnsafeBufferPointer<UInt8>, under key: Key) {
        let hash = key.words.withUnsafeBufferPointer {
            BodyHash.hash(UnsafeRawBufferPointer(bytes), under: $0)
        }
        high = hash.finalize()
        // Behind a block's four words and the length this is a text that ``high`` is of for none.
        var other = hash
        other.combine(1)
        low = other.finalize()
    }

    /// The bytes are taken sixteen at a time, and the last sixteen once more where they are not a
    /// whole number of those: which that are follows from the length.
    private static func hash(
        _ bytes: UnsafeRawBufferPointer, under key: UnsafeBufferPointer<UInt64>
    ) -> SipHash {
        var hash = SipHash(key: key[blockWords + 4], key[blockWords + 5])
        let last = max(bytes.count - 16, 0)
        var offset = 0
        repeat {
            let end = min(offset + blockWords * 8, last)
            var sums = Sums()
            var index = 0
            while offset < end {
                sums.add(pair(bytes, at: offset), key, index)
                offset &+= 16
                index &+= 2
            }
            if end == last {
                sums.add(bytes.count < 16 ? short(bytes) : pair(bytes, at: last), key, index)
            }
            sums.combine(into: &hash)
        } while offset < last
        hash.combine(UInt64(bytes.count))
        return hash
    }

    @inline(__always)
    private static func pair(
        _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> (UInt64, UInt64) {
        let first = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let second = bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
        return (UInt64(littleEndian: first), UInt64(littleEndian: second))
    }

    /// Fewer than sixteen bytes, with zeros behind them.
    private static func short(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        var pair: (UInt64, UInt64) = (0, 0)
        for index in bytes.indices.reversed() {
            pair.1 = pair.1 << 8 | pair.0 >> 56
            pair.0 = pair.0 << 8 | UInt64(bytes[index])
        }
        return pair
    }

    /// NH of a block under the key, and under the key without its first pair.
    private struct Sums {
        var first: UInt128 = 0
        var second: UInt128 = 0

        @inline(__always)
        mutating func add(
            _ pair: (UInt64, UInt64), _ key: UnsafeBufferPointer<UInt64>, _ index: Int
        ) {
            first &+= Sums.product(pair.0 &+ key[index], pair.1 &+ key[index &+ 1])
            second &+= Sums.product(pair.0 &+ key[index &+ 2], pair.1 &+ key[index &+ 3])
        }

        @inline(__always)
        private static func product(_ one: UInt64, _ other: UInt64) -> UInt128 {
            UInt128(one) &* UInt128(other)
        }

        func combine(into hash: inout SipHash) {
            hash.combine(UInt64(truncatingIfNeeded: first))
            hash.combine(UInt64(truncatingIfNeeded: first >> 64))
            hash.combine(UInt64(truncatingIfNeeded: second))
            hash.combine(UInt64(truncatingIfNeeded: second >> 64))
        }
    }
}
