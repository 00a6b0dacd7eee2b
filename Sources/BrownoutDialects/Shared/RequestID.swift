import BrownoutEngine
import BrownoutJSON

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
        var bytes: [UInt8] = []
        append(id, dialect, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ id: ExchangeID, _ dialect: DialectName, to bytes: inout [UInt8]) {
        switch dialect {
        case .openai:
            bytes.append(text: "req_")
            append(hex: id.word, to: &bytes)
            append(hex: checksum(id.word), to: &bytes)
        case .anthropic:
            bytes.append(text: "req_011")
            append(base62: id.word, wordDigits, to: &bytes)
            append(base62: checksum(id.word) % checkModulus, checkDigits, to: &bytes)
        }
    }

    /// `8c5b7d1e2f3a4b5c-FRA`: the form Cloudflare gives its ray ids.
    static func ray(_ id: ExchangeID) -> String {
        var bytes: [UInt8] = []
        appendRay(id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func appendRay(_ id: ExchangeID, to bytes: inout [UInt8]) {
        append(hex: id.word, to: &bytes)
        bytes.append(text: "-FRA")
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

    private static func checksum(_ word: UInt64) -> UInt64 {
        var hash = SipHash(key: 0x6272_6F77_6E6F_7574, 0x7265_7175_6573_7473)
        hash.combine(word)
        return hash.finalize()
    }

    private static func append(hex word: UInt64, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { digits in
            for place in 0..<16 {
                digits[place] = Alphabet.hexDigit(word >> UInt64(60 - place * 4))
            }
            bytes.append(contentsOf: digits)
        }
    }

    private static func append(base62 word: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { digits in
            var rest = word
            for place in (0..<count).reversed() {
                digits[place] = Alphabet.letter(Int(rest % 62))
                rest /= 62
            }
            bytes.append(contentsOf: digits)
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
