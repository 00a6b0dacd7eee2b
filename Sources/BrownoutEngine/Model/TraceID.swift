/// The trace that a request belongs to, as the client says (W3C Trace Context, 3.2.2.3).
package struct TraceID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Reads a `traceparent`: `00-<32 digits>-<16 digits>-<2 digits>`; nil where it is none.
    package init?(traceparent text: String) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].utf8.count == 2, parts[0] != "ff" else { return nil }
        self.init(String(parts[1]))
    }

    /// Reads 32 lower-case hexadecimal digits, which are not all 0.
    package init?(_ text: String) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16), high | low != 0
        else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// The 32 digits.
    package var text: String { high.hex + low.hex }
}
