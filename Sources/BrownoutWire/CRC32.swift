/// The checksum of gzip (RFC 1952, 8) and of AWS event streams, and how many bytes it covers.
struct CRC32: Equatable {
    private var register: UInt32 = 0xFFFF_FFFF
    private(set) var count = 0

    private static let table: [UInt32] = (0..<256).map { index in
        var word = UInt32(index)
        for _ in 0..<8 { word = word & 1 == 1 ? 0xEDB8_8320 ^ (word >> 1) : word >> 1 }
        return word
    }

    var value: UInt32 { ~register }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            let index = Int(UInt8(truncatingIfNeeded: register) ^ byte)
            register = CRC32.table[index] ^ (register >> 8)
            count += 1
        }
    }
}
