import BrownoutEngine

/// Provider-native request ids that carry an exchange and a checksum of it.
///
/// - OpenAI: `req_` and 32 hexadecimal digits: the exchange's word, then the checksum.
/// - Anthropic: `req_011` and 21 base62 digits: eleven for the word, ten for the checksum.
/// - The first sixteen digits of a `cf-ray` are the exchange itself, for the pages of a proxy,
///   which carry nothing else.
enum RequestID {
    private static let wordDigits = 11
    private static let checkDigits = 10
    /// 62^10, what ten base62 digits count to.
    private static let checkModulus: UInt64 = 839_299_365_868_340_224

    static func text(_ id: ExchangeID, _ dialect: DialectName) -> String {
        switch dialect {
        case .openai: openAI(id)
        case .anthropic: anthropic(id)
        }
    }

    /// The exchange of an id of either provider, of a `cf-ray`, or of sixteen bare digits.
    static func exchange(_ text: String) -> ExchangeID? {
        let bytes = Array(text.utf8)
        switch bytes.count {
        case 16: return hex(bytes[...]).map(ExchangeID.init(word:))
        case 20 where bytes[16] == UInt8(ascii: "-"):
            return hex(bytes[..<16]).map(ExchangeID.init(word:))
        case 36 where bytes.starts(with: "req_".utf8):
            guard let word = hex(bytes[4..<20]), let check = hex(bytes[20...]),
                check == checksum(word)
            else { return nil }
            return ExchangeID(word: word)
        case 28 where bytes.starts(with: "req_011".utf8):
            guard let word = base62(bytes[7..<7 + wordDigits]),
                let check = base62(bytes[(7 + wordDigits)...]),
                check == checksum(word) % checkModulus
            else { return nil }
            return ExchangeID(word: word)
        default: return nil
        }
    }

    /// `8c5b7d1e2f3a4b5c-FRA`: the form Cloudflare gives its ray ids.
    static func ray(_ id: ExchangeID) -> String {
        String(unsafeUninitializedCapacity: 20) { buffer in
            write(hex: id.word, to: buffer, at: 0)
            for (offset, byte) in "-FRA".utf8.enumerated() { buffer[16 + offset] = byte }
            return 20
        }
    }

    private static func checksum(_ word: UInt64) -> UInt64 {
        var hash = SipHash(key: 0x6272_6F77_6E6F_7574, 0x7265_7175_6573_7473)
        hash.combine(word)
        return hash.finalize()
    }

    private static func openAI(_ id: ExchangeID) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            for (offset, byte) in "req_".utf8.enumerated() { buffer[offset] = byte }
            write(hex: id.word, to: buffer, at: 4)
            write(hex: checksum(id.word), to: buffer, at: 20)
            return 36
        }
    }

    private static func anthropic(_ id: ExchangeID) -> String {
        String(unsafeUninitializedCapacity: 28) { buffer in
            for (offset, byte) in "req_011".utf8.enumerated() { buffer[offset] = byte }
            write(base62: id.word, wordDigits, to: buffer, at: 7)
            write(
                base62: checksum(id.word) % checkModulus, checkDigits, to: buffer,
                at: 7 + wordDigits)
            return 28
        }
    }

    private static func write(
        hex word: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) {
        for digit in 0..<16 {
            buffer[start + digit] = Alphabet.hexDigit(word >> UInt64(60 - digit * 4))
        }
    }

    private static func write(
        base62 word: UInt64, _ digits: Int, to buffer: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        var rest = word
        for digit in (0..<digits).reversed() {
            buffer[start + digit] = Alphabet.letter(Int(rest % 62))
            rest /= 62
        }
    }

    private static func hex(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            guard let value = Alphabet.hexValue(of: digit) else { return nil }
            word = word << 4 | value
        }
        return word
    }

    private static func base62(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            guard let value = Alphabet.value(of: digit) else { return nil }
            let (product, overflow) = word.multipliedReportingOverflow(by: 62)
            let (sum, carried) = product.addingReportingOverflow(value)
            guard !overflow, !carried else { return nil }
            word = sum
        }
        return word
    }
}
