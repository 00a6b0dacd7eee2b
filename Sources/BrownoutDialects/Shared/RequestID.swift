import BrownoutEngine
import BrownoutJSON

/// The form of a provider's request ids.
enum RequestIDForm: Sendable {
    /// A prefix and 32 hexadecimal digits: the exchange's word, then the checksum.
    case hex(String)
    /// A prefix and 21 base62 digits: eleven for the word, ten for the checksum.
    case base62(String)
    /// A UUID of version 7 (RFC 9562, 5.7), whose digits are the word and 58 bits of the checksum
    /// around version and variant.
    case uuid
}

/// Provider-native request ids that carry an exchange and a checksum of it.
///
/// The first sixteen digits of a `cf-ray` are the exchange itself, for the pages of a proxy,
/// which carry nothing else.
enum RequestID {
    private static let wordDigits = 11
    private static let checkDigits = 10
    /// 62^10, what ten base62 digits count to.
    private static let checkModulus: UInt64 = 839_299_365_868_340_224

    static func text(_ id: ExchangeID, _ form: RequestIDForm) -> String {
        var bytes: [UInt8] = []
        append(id, form, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ id: ExchangeID, _ form: RequestIDForm, to bytes: inout [UInt8]) {
        switch form {
        case .hex(let prefix):
            bytes.append(text: prefix)
            append(hex: id.word, to: &bytes)
            append(hex: checksum(id.word), to: &bytes)
        case .base62(let prefix):
            bytes.append(text: prefix)
            append(base62: id.word, wordDigits, to: &bytes)
            append(base62: checksum(id.word) % checkModulus, checkDigits, to: &bytes)
        case .uuid: append(uuid: id.word, to: &bytes)
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

    /// The exchange of an id of a provider's, of a `cf-ray`, or of sixteen bare digits.
    static func exchange(_ text: String) -> ExchangeID? {
        let bytes = Array(text.utf8)
        if bytes.count == 16 { return hex(bytes[...]).map(ExchangeID.init(word:)) }
        if bytes.count == 20, bytes[16] == UInt8(ascii: "-") {
            return hex(bytes[..<16]).map(ExchangeID.init(word:))
        }
        return Dialects.profiles.lazy.compactMap(\.requestIDs)
            .compactMap { exchange(bytes, $0) }.first
    }

    private static func exchange(_ bytes: [UInt8], _ form: RequestIDForm) -> ExchangeID? {
        switch form {
        case .hex(let prefix):
            let digits = bytes.dropFirst(prefix.utf8.count)
            guard bytes.starts(with: prefix.utf8), digits.count == 32,
                let word = hex(digits.prefix(16)), let check = hex(digits.dropFirst(16)),
                check == checksum(word)
            else { return nil }
            return ExchangeID(word: word)
        case .base62(let prefix):
            let digits = bytes.dropFirst(prefix.utf8.count)
            guard bytes.starts(with: prefix.utf8), digits.count == wordDigits + checkDigits,
                let word = base62(digits.prefix(wordDigits)),
                let check = base62(digits.dropFirst(wordDigits)),
                check == checksum(word) % checkModulus
            else { return nil }
            return ExchangeID(word: word)
        case .uuid:
            var digits = bytes[...]
            for place in uuidHyphens.reversed() {
                guard digits.count > place, digits[place] == UInt8(ascii: "-") else { return nil }
                digits.remove(at: place)
            }
            guard digits.count == 32, let high = hex(digits.prefix(16)),
                let low = hex(digits.dropFirst(16))
            else { return nil }
            let word = high & ~0xFFFF | (high & 0xFFF) << 4 | low >> 58 & 0xF
            return (high, low) == uuid(word) ? ExchangeID(word: word) : nil
        }
    }

    /// Where hyphens stand in a UUID.
    private static let uuidHyphens = [8, 13, 18, 23]

    /// Both halves of the UUID of a word: 48 bits of it, the version, 12 bits; the variant, its
    /// last 4 bits, the checksum.
    private static func uuid(_ word: UInt64) -> (UInt64, UInt64) {
        (
            word & ~0xFFFF | 0x7000 | word >> 4 & 0xFFF,
            0b10 << 62 | (word & 0xF) << 58 | checksum(word) & (1 << 58 - 1)
        )
    }

    private static func append(uuid word: UInt64, to bytes: inout [UInt8]) {
        let start = bytes.count
        let (high, low) = uuid(word)
        append(hex: high, to: &bytes)
        append(hex: low, to: &bytes)
        for place in uuidHyphens { bytes.insert(UInt8(ascii: "-"), at: start + place) }
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
            guard let value = Alphabet.value(ofHexDigit: digit) else { return nil }
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
