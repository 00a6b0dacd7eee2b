/// Bytes put into the frame of a coding without being made any smaller: what a client undoes like
/// any other.
package enum StoredCoding {
    /// Bytes of a block at most (RFC 1951, 3.2.4; RFC 8878, 3.1.1.2.4).
    private static let gzipBlock = 65_535
    private static let zstdBlock = 128 * 1024

    /// In one member of gzip (RFC 1952) with stored blocks.
    package static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        out.reserveCapacity(bytes.count + bytes.count / 8_192 + 32)
        var start = 0
        repeat {
            let end = min(start + gzipBlock, bytes.count)
            let count = UInt16(end - start)
            out.append(end == bytes.count ? 1 : 0)
            append(UInt64(count), bytes: 2, to: &out)
            append(UInt64(~count), bytes: 2, to: &out)
            out += bytes[start..<end]
            start = end
        } while start < bytes.count
        append(UInt64(checksum(bytes)), bytes: 4, to: &out)
        append(UInt64(UInt32(truncatingIfNeeded: bytes.count)), bytes: 4, to: &out)
        return out
    }

    /// In one frame of zstd (RFC 8878, 3.1.1) with raw blocks; the frame says its size.
    package static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        // A size of eight bytes, one segment, no checksum, no dictionary.
        var out: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0]
        append(UInt64(bytes.count), bytes: 8, to: &out)
        var start = 0
        repeat {
            let end = min(start + zstdBlock, bytes.count)
            let head = UInt64(end - start) << 3 | (end == bytes.count ? 1 : 0)
            append(head, bytes: 3, to: &out)
            out += bytes[start..<end]
            start = end
        } while start < bytes.count
        return out
    }

    private static func append(_ number: UInt64, bytes count: Int, to out: inout [UInt8]) {
        for place in 0..<UInt64(count) { out.append(UInt8(number >> (8 * place) & 0xFF)) }
    }

    /// CRC-32 (RFC 1952, 8).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var table = [UInt32](repeating: 0, count: 256)
        for index in table.indices {
            var word = UInt32(index)
            for _ in 0..<8 { word = word & 1 == 1 ? 0xEDB8_8320 ^ word >> 1 : word >> 1 }
            table[index] = word
        }
        var sum = UInt32.max
        for byte in bytes { sum = table[Int(UInt8(sum & 0xFF) ^ byte)] ^ sum >> 8 }
        return ~sum
    }
}
