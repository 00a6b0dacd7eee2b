/// SipHash-2-4 with a 64-bit result, as published by Aumasson and Bernstein
/// ("SipHash: a fast short-input PRF", 2012). Every draw and every call key goes through it, so
/// it may never change: the tests hold it against the paper's vectors.
package struct SipHash: Sendable {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// Bytes that do not fill a word yet, in the low end.
    private var tail: UInt64 = 0
    private var length: UInt64 = 0

    /// A hash of nothing yet. `k0` holds the first eight bytes of the 128-bit key, `k1` the others,
    /// each with the least significant first.
    package init(key k0: UInt64 = 0, _ k1: UInt64 = 0) {
        v0 = k0 ^ 0x736f_6d65_7073_6575
        v1 = k1 ^ 0x646f_7261_6e64_6f6d
        v2 = k0 ^ 0x6c79_6765_6e65_7261
        v3 = k1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 &+= v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 &+= v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }

    @inline(__always)
    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    /// Eight bytes, least significant first.
    package mutating func combine(_ word: UInt64) {
        let filled = (length & 7) &* 8
        if filled == 0 {
            compress(word)
        } else {
            compress(tail | word << filled)
            tail = word >> (64 - filled)
        }
        length &+= 8
    }

    /// One byte behind those combined so far.
    package mutating func combine(byte: UInt8) {
        let filled = (length & 7) &* 8
        tail |= UInt64(byte) << filled
        length &+= 1
        if length & 7 == 0 {
            compress(tail)
            tail = 0
        }
    }

    /// Bytes as they are, without their length: two calls are the same as one with all of them.
    package mutating func combine(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count, length & 7 != 0 {
            combine(byte: bytes[index])
            index += 1
        }
        let raw = UnsafeRawBufferPointer(bytes)
        // In a variable of its own, which stays in registers: a prompt has thousands of words.
        var hash = self
        let whole = (bytes.count - index) & ~7
        let end = index + whole
        while index < end {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            hash.compress(UInt64(littleEndian: word))
            index &+= 8
        }
        hash.length &+= UInt64(whole)
        self = hash
        while index < bytes.count {
            combine(byte: bytes[index])
            index += 1
        }
    }

    /// The text's UTF-8, then its length, so that neighbouring texts cannot run together.
    package mutating func combine(_ text: String) {
        var text = text
        let count = text.withUTF8 { utf8 -> Int in
            combine(utf8)
            return utf8.count
        }
        combine(UInt64(count))
    }

    /// The hash of everything combined so far.
    package func finalize() -> UInt64 {
        var copy = self
        copy.compress(copy.tail | (length & 0xFF) << 56)
        copy.v2 ^= 0xFF
        for _ in 0..<4 { copy.round() }
        return copy.v0 ^ copy.v1 ^ copy.v2 ^ copy.v3
    }

    /// The 64-bit word a name is known by in draws: SipHash-2-4 of its UTF-8 under the zero key.
    package static func word(_ text: String) -> UInt64 {
        var hash = SipHash()
        var text = text
        text.withUTF8 { hash.combine($0) }
        return hash.finalize()
    }
}
