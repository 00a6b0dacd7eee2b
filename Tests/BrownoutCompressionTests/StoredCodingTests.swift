import BrownoutCompression
import Testing

@Suite struct StoredCodingTests {
    /// A block more, and a byte less, than each coding's blocks hold.
    @Test(arguments: [0, 1, 65_535, 65_536, 131_072, 131_073, 200_000])
    func whatIsStoredComesOutAgain(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for (coding, stored) in [
            (ContentCoding.gzip, StoredCoding.gzip(bytes)), (.zstd, StoredCoding.zstd(bytes)),
        ] {
            let decoder = BodyDecoder([coding], limit: 1 << 20)
            stored.withUnsafeBytes { decoder.add($0) }
            var out: [UInt8] = []
            while !(try decoder.run(1 << 20, { out.append(contentsOf: $0) })) {}
            try decoder.finish()
            #expect(out == bytes)
        }
    }
}
