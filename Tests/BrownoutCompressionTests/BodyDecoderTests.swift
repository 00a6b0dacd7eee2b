import BrownoutCompression
import BrownoutTesting
import Testing

@Suite struct BodyDecoderTests {
    /// A way to compress, and the codings that undo it.
    struct Way: Sendable, CustomTestStringConvertible {
        var name: String
        var codings: [ContentCoding]
        var encode: @Sendable ([UInt8]) -> [UInt8]

        var testDescription: String { name }
    }

    static let ways = [
        Way(name: "gzip", codings: [.gzip]) { Compressed.deflate($0, .gzip) },
        Way(name: "deflate in zlib's format", codings: [.deflate]) {
            Compressed.deflate($0, .zlib)
        },
        Way(name: "bare deflate", codings: [.deflate]) { Compressed.deflate($0, .raw) },
        Way(name: "zstd", codings: [.zstd]) { Compressed.zstd($0) },
        Way(name: "zstd at its highest", codings: [.zstd]) { Compressed.zstd($0, level: 19) },
        Way(name: "gzip in gzip", codings: [.gzip, .gzip]) {
            Compressed.deflate(Compressed.deflate($0, .gzip), .gzip)
        },
        Way(name: "zstd in bare deflate in gzip", codings: [.zstd, .deflate, .gzip]) {
            Compressed.deflate(Compressed.deflate(Compressed.zstd($0), .raw), .gzip)
        },
        Way(name: "brotli", codings: [.br]) { Compressed.brotli($0) },
        Way(name: "brotli at its highest in gzip", codings: [.br, .gzip]) {
            Compressed.deflate(Compressed.brotli($0, quality: 9, window: 24), .gzip)
        },
        Way(name: "several gzip members", codings: [.gzip]) { bytes in
            let half = bytes.count / 2
            return Compressed.deflate(Array(bytes[..<half]), .gzip)
                + Compressed.deflate([], .gzip) + Compressed.deflate(Array(bytes[half...]), .gzip)
        },
        Way(name: "several zstd frames", codings: [.zstd]) { bytes in
            let half = bytes.count / 2
            // In between is a frame to be skipped (RFC 8878, 3.1.2).
            return Compressed.zstd(Array(bytes[..<half])) + [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9]
                + Compressed.zstd(Array(bytes[half...]))
        },
    ]

    static let limit = 1 << 20

    static func text(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11 % 64 + 32) }
    }

    /// Everything that comes out of coded bytes, given in parts of a size.
    static func decode(
        _ bytes: [UInt8], _ codings: [ContentCoding], limit: Int = limit,
        part: Int = .max, budget: Int = 4096
    ) throws(DecodingProblem) -> [UInt8] {
        let decoder = BodyDecoder(codings, limit: limit)
        var all: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let end = start + min(part, bytes.count - start)
            bytes[start..<end].withUnsafeBytes { decoder.add($0) }
            while !(try decoder.run(budget, { all.append(contentsOf: $0) })) {}
            start = end
        }
        try decoder.finish()
        return all
    }

    @Test(arguments: ways, [1, 7, 1000, Int.max])
    func whatWasCompressedComesOutAgain(_ way: Way, part: Int) throws {
        for count in [0, 1, 10, 5000] {
            let bytes = Self.text(count)
            let decoded = try Self.decode(way.encode(bytes), way.codings, part: part)
            #expect(decoded == bytes)
        }
    }

    @Test(arguments: ways)
    func aLargeBodyComesOutAgain(_ way: Way) throws {
        let bytes = Self.text(700_000)
        let decoded = try Self.decode(way.encode(bytes), way.codings)
        #expect(decoded == bytes)
    }

    @Test(arguments: ways)
    func aBodyThatEndsTooSoonIsInvalid(_ way: Way) throws {
        let bytes = way.encode(Self.text(3000))
        for cut in [1, 2, 5, bytes.count / 2, bytes.count - 1] {
            // What ends after a whole member is whole.
            if way.name.hasPrefix("several"), cut == bytes.count / 2 { continue }
            #expect(throws: DecodingProblem.self) {
                _ = try Self.decode(Array(bytes[..<cut]), way.codings)
            }
        }
    }

    @Test(arguments: ContentCoding.allCases)
    func otherBytesAreInvalid(_ coding: ContentCoding) {
        for bytes in [Array(#"{"model": "m"}"#.utf8), [0xFF], [0, 0, 0, 0, 0, 0, 0, 0]] {
            #expect(throws: DecodingProblem.invalid(coding)) {
                _ = try Self.decode(bytes, [coding])
            }
        }
    }

    @Test(arguments: ways)
    func whatFollowsTheEndIsInvalid(_ way: Way) {
        #expect(throws: DecodingProblem.self) {
            _ = try Self.decode(way.encode(Self.text(100)) + [1, 2, 3, 4, 5], way.codings)
        }
    }

    @Test func aChangedByteIsFound() throws {
        var bytes = Compressed.deflate(Self.text(3000), .gzip)
        bytes[bytes.count - 6] ^= 1
        #expect(throws: DecodingProblem.invalid(.gzip)) { _ = try Self.decode(bytes, [.gzip]) }
    }

    @Test func nothingAtAllIsAnEmptyBody() throws {
        let decoded = try Self.decode([], [.gzip])
        #expect(decoded.isEmpty)
    }

    /// A bomb is stopped at the limit: at most one piece more than it was ever decoded, whatever
    /// lies around it.
    @Test(arguments: ways)
    func aBombIsRefusedAtTheLimit(_ way: Way) throws {
        let bomb = way.encode([UInt8](repeating: 0, count: 20 << 20))
        let decoder = BodyDecoder(way.codings, limit: Self.limit)
        bomb.withUnsafeBytes { decoder.add($0) }
        var total = 0
        #expect(throws: DecodingProblem.tooLarge) {
            while !(try decoder.run(100_000, { total += $0.count })) {}
        }
        #expect(total <= Self.limit)
    }

    /// What comes out is little, but what lies in between is not.
    @Test func aBombBetweenTwoCodingsIsRefused() throws {
        let empty = Compressed.deflate([], .gzip)
        let members = Array(repeatElement(empty, count: 200_000).joined())
        let bomb = Compressed.zstd(members)
        #expect(bomb.count < 10_000)
        #expect(throws: DecodingProblem.tooLarge) {
            _ = try Self.decode(bomb, [.gzip, .zstd])
        }
    }

    @Test(arguments: ways)
    func oneTurnIsShort(_ way: Way) throws {
        let bytes = way.encode([UInt8](repeating: 7, count: 900_000))
        let decoder = BodyDecoder(way.codings, limit: Self.limit)
        bytes.withUnsafeBytes { decoder.add($0) }
        var longest = 0
        var isDone = false
        while !isDone {
            var turn = 0
            isDone = try decoder.run(50_000) { turn += $0.count }
            longest = max(longest, turn)
        }
        #expect(longest <= 50_000)
    }

    /// The client chooses a window, and eight megabytes are the most it gets (RFC 9659).
    @Test func aWindowOfEightMegabytesIsTheLargest() throws {
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00]
        // An empty last block after the window's descriptor.
        let small = frame + [13 << 3, 1, 0, 0]
        let decoded = try Self.decode(small, [.zstd])
        #expect(decoded.isEmpty)
        #expect(throws: DecodingProblem.invalid(.zstd)) {
            _ = try Self.decode(frame + [14 << 3, 1, 0, 0], [.zstd])
        }
    }

    /// Made by another implementation's command line (`brotli -q 11`).
    @Test func aTextInBrotliIsRead() throws {
        let coded: [UInt8] = [
            0x8B, 0x10, 0x80, 0x7B, 0x22, 0x65, 0x72, 0x72, 0x6F, 0x72, 0x22, 0x3A,
            0x7B, 0x22, 0x6D, 0x65, 0x73, 0x73, 0x61, 0x67, 0x65, 0x22, 0x3A, 0x22,
            0x4F, 0x76, 0x65, 0x72, 0x6C, 0x6F, 0x61, 0x64, 0x65, 0x64, 0x22, 0x7D,
            0x7D, 0x03,
        ]
        let decoded = try Self.decode(coded, [.br], part: 1)
        #expect(String(decoding: decoded, as: UTF8.self) == #"{"error":{"message":"Overloaded"}}"#)
    }

    @Test func aWindowOfSixteenMegabytesIsAllThatBrotliGets() throws {
        let bytes = Self.text(40 << 20)
        let decoder = BodyDecoder([.br], limit: 64 << 20)
        Compressed.brotli(bytes, quality: 1, window: 24).withUnsafeBytes { decoder.add($0) }
        let before = decoder.memory
        #expect(before > 0)
        while !(try decoder.run(1 << 20, { _ in })) {}
        #expect(decoder.memory - before > 16 << 20)
        #expect(decoder.memory - before < 18 << 20)
    }

    @Test func whatADecoderHoldsIsCounted() throws {
        let decoder = BodyDecoder([.zstd], limit: 16 << 20)
        let before = decoder.memory
        let bytes = Compressed.zstd(Self.text(12 << 20), level: 3)
        bytes[..<1000].withUnsafeBytes { decoder.add($0) }
        _ = try decoder.run(1 << 20) { _ in }
        #expect(decoder.memory > before + (1 << 20))
        #expect(decoder.memory < 10 << 20)
    }
}

@Suite struct ContentCodingTests {
    @Test(arguments: [
        (["gzip"], [ContentCoding.gzip]), (["GZIP"], [.gzip]), (["x-gzip"], [.gzip]),
        (["deflate"], [.deflate]), (["zstd"], [.zstd]), (["br, gzip"], [.br, .gzip]),
        (["identity"], []), ([""], []),
        (["identity, gzip"], [.gzip]), (["zstd ,\tgzip"], [.zstd, .gzip]),
        (["deflate", "Gzip"], [.deflate, .gzip]),
    ])
    func aListIsReadInOrder(_ fields: [String], _ codings: [ContentCoding]) throws {
        let list = try ContentCoding.list(fields, limit: 3)
        #expect(list == codings)
    }

    @Test(arguments: [
        ("compress", "compress"), ("gzip, Snappy", "snappy"), ("gzip,gzip,gzip,zstd", "zstd"),
    ])
    func whatCannotBeUndoneIsNamed(_ field: String, _ name: String) {
        #expect(throws: ContentCoding.Unsupported(name: name)) {
            _ = try ContentCoding.list([field], limit: 3)
        }
    }

    @Test func requestsDoNotComeInBrotli() {
        #expect(throws: ContentCoding.Unsupported(name: "br")) {
            _ = try ContentCoding.list(["gzip, br"], limit: 3, allowed: ContentCoding.ofRequests)
        }
    }
}
