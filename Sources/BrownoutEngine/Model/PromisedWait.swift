/// What one field of an answer's head promises about when to ask again: `retry-after`,
/// `retry-after-ms`, or the reset of a rate limit.
package struct PromisedWait: Sendable, Equatable {
    /// When that is.
    package enum Moment: Sendable, Equatable {
        /// So long after the head went out.
        case after(Duration)
        /// At a date, in microseconds since 1970.
        case at(Int64)
        /// Neither a wait nor a date.
        case garbage(String)
    }

    /// The field's name in lower case.
    package var field: String
    package var moment: Moment

    package init(field: String, moment: Moment) {
        self.field = field
        self.moment = moment
    }

    /// Reads a field; nil: it is none that promises a wait.
    package init?(field name: String, value: String) {
        let field = name.lowercased()
        guard PromisedWait.promises(field) else { return nil }
        self.init(field: field, moment: Moment(value, isMilliseconds: field == "retry-after-ms"))
    }

    /// OpenAI has `x-ratelimit-reset-requests`, Anthropic `anthropic-ratelimit-requests-reset`,
    /// Mistral `ratelimitbysize-reset`.
    private static func promises(_ field: String) -> Bool {
        field == "retry-after" || field == "retry-after-ms"
            || has("ratelimit", in: field) && has("reset", in: field)
    }

    /// Byte by byte: the standard library's search takes thousands of steps to be set up.
    private static func has(_ word: StaticString, in field: String) -> Bool {
        let count = word.utf8CodeUnitCount
        let bytes = Array(field.utf8)
        guard bytes.count >= count else { return false }
        return (0...(bytes.count - count)).contains { start in
            (0..<count).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
        }
    }
}

// MARK: - Reading

extension PromisedWait.Moment {
    /// Texts are kept up to so many characters.
    private static let longestGarbage = 100
    /// A number of seconds from here on is a date: no wait is thirty years.
    private static let firstDate: Int64 = 1_000_000_000
    private static let billion: Int64 = 1_000_000_000
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("us", 1_000), ("\u{B5}s", 1_000), ("ns", 1),
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ]

    /// Reads seconds (`2`, `1.5`), milliseconds, a Go duration (`6m0s`), an HTTP date, a date of
    /// RFC 3339, or a second since 1970.
    package init(_ text: String, isMilliseconds: Bool = false) {
        if let nanoseconds = Self.shortGoDuration(text) {
            self = .after(.nanoseconds(nanoseconds))
        } else if let billionths = Self.billionths(text[...]) {
            if isMilliseconds {
                self = .after(.nanoseconds(billionths / 1_000))
            } else if billionths / Self.billion >= Self.firstDate {
                self = .at(billionths / 1_000)
            } else {
                self = .after(.nanoseconds(billionths))
            }
        } else if let date = UTCTime(httpDate: text) ?? UTCTime(rfc3339: text) {
            self = .at(date.microseconds)
        } else if let nanoseconds = Self.goDuration(text[...]) {
            self = .after(.nanoseconds(nanoseconds))
        } else {
            self = .garbage(String(text.prefix(Self.longestGarbage)))
        }
    }

    /// A decimal number times a billion; nil where it is none, or too large.
    private static func billionths(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(parts[0]) else { return nil }
        let (scaled, overflows) = whole.multipliedReportingOverflow(by: billion)
        if overflows { return nil }
        guard parts.count == 2 else { return scaled }
        let digits = parts[1].prefix(9)
        guard number(parts[1].prefix(18)) != nil, let fraction = number(digits) else { return nil }
        let scale = (digits.utf8.count..<9).reduce(Int64(1)) { scale, _ in scale * 10 }
        let (sum, tooLarge) = scaled.addingReportingOverflow(fraction * scale)
        return tooLarge ? nil : sum
    }

    /// Digits alone.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    /// A Go duration as providers write them, `6m0s` or `12ms`, byte by byte; nil for one with
    /// fractions or many digits, and for what is none. It is no number and no date either.
    private static func shortGoDuration(_ text: String) -> Int64? {
        var (sum, count, digits): (Int64, Int64, Int) = (0, 0, 0)
        // An `m` was read, of which only the next byte says what it begins.
        var isOpen = false
        var isTooLarge = false
        // Of up to six digits, so that a part alone is never too large.
        func end(_ unit: Int64) {
            let (total, overflows) = sum.addingReportingOverflow(count * unit)
            isTooLarge = isTooLarge || overflows
            sum = total
            (count, digits, isOpen) = (0, 0, false)
        }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                if isOpen { end(60 * billion) }
                guard digits < 6 else { return nil }
                digits += 1
                count = count * 10 + Int64(byte - 0x30)
            case UInt8(ascii: "h") where digits > 0 && !isOpen: end(3600 * billion)
            case UInt8(ascii: "m") where digits > 0 && !isOpen: isOpen = true
            case UInt8(ascii: "s") where digits > 0: end(isOpen ? 1_000_000 : billion)
            default: return nil
            }
        }
        if isOpen { end(60 * billion) }
        return digits == 0 && !text.isEmpty && !isTooLarge ? sum : nil
    }

    private static func goDuration(_ text: Substring) -> Int64? {
        var rest = text
        var sum: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest[digits.endIndex...]
            guard let count = billionths(digits),
                let unit = units.first(where: { rest.hasPrefix($0.name) })
            else { return nil }
            rest = rest.dropFirst(unit.name.count)
            let (high, low) = count.multipliedFullWidth(by: unit.nanoseconds)
            guard high >= 0, high < billion else { return nil }
            let (part, _) = billion.dividingFullWidth((high, low))
            let (total, overflows) = sum.addingReportingOverflow(part)
            if overflows { return nil }
            sum = total
        }
        return text.isEmpty ? nil : sum
    }
}
