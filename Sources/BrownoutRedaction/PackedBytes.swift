import BrownoutCompression

/// Bytes that begin as gzip or zstd do (RFC 1952, 2.3.1; RFC 8878, 3.1.1), whatever is said of
/// them. Brotli has no such beginning.
struct PackedBytes {
    /// `gzip` or `zstd`.
    let name: String
    private let coding: ContentCoding
    /// What they bring, up to a limit.
    let content: [UInt8]

    /// Bytes that come out at most; what is beyond them is not looked at, and so not kept.
    private static let most = 64 * 1024 * 1024
    /// Bytes worked on at a time.
    private static let turn = 1 << 20

    /// Nil for bytes that begin in another way, or bring nothing.
    init?(_ bytes: [UInt8]) {
        guard let coding = Self.coding(bytes) else { return nil }
        let decoder = BodyDecoder([coding], limit: Self.most)
        bytes.withUnsafeBytes { decoder.add($0) }
        var content: [UInt8] = []
        do throws(DecodingProblem) {
            while !(try decoder.run(Self.turn, { content.append(contentsOf: $0) })) {}
        } catch {
            // It is good as far as it goes.
        }
        guard !content.isEmpty else { return nil }
        self.coding = coding
        name = coding.rawValue
        self.content = content
    }

    /// Whether bytes begin so.
    static func begin(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count > 2 else { return false }
        return bytes[0] == 0x1F && bytes[1] == 0x8B || bytes[0] == 0x28 && bytes[1] == 0xB5
    }

    private static func coding(_ bytes: [UInt8]) -> ContentCoding? {
        if bytes.starts(with: [0x1F, 0x8B, 8]) { return .gzip }
        return bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) ? .zstd : nil
    }

    /// Other content in the same coding.
    func packed(_ content: [UInt8]) -> [UInt8] {
        coding == .zstd ? StoredCoding.zstd(content) : StoredCoding.gzip(content)
    }
}
