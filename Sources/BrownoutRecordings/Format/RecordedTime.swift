package import BrownoutEngine

/// Times as a recording's document writes them.
package enum RecordedTime {
    /// Milliseconds with up to three decimals: `12.345ms`.
    package static func text(_ microseconds: Int64) -> String {
        let magnitude = microseconds.magnitude
        var text = microseconds < 0 ? "-" : ""
        text += String(magnitude / 1_000)
        let rest = magnitude % 1_000
        if rest > 0 {
            var decimals = String(1_000 + rest).dropFirst()
            while decimals.last == "0" { decimals.removeLast() }
            text += "." + decimals
        }
        return text + "ms"
    }

    /// Microseconds of `12.345ms`, `2s` or `40us`; nil for what is none, or has parts of a
    /// microsecond.
    package static func read(_ text: String) -> Int64? {
        var digits = Substring(text)
        let unit: Int64
        if digits.hasSuffix("ms") {
            (unit, digits) = (3, digits.dropLast(2))
        } else if digits.hasSuffix("us") {
            (unit, digits) = (0, digits.dropLast(2))
        } else if digits.hasSuffix("s") {
            (unit, digits) = (6, digits.dropLast(1))
        } else {
            return nil
        }
        let isNegative = digits.hasPrefix("-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count <= 2 else { return nil }
        var decimals = parts.count == 2 ? String(parts[1]) : ""
        guard parts.count == 1 || !decimals.isEmpty, decimals.utf8.count <= unit else {
            return nil
        }
        decimals += String(repeating: "0", count: Int(unit) - decimals.utf8.count)
        let all = whole + decimals
        guard all.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64((isNegative ? "-" : "") + all)
    }
}

extension UTCTime {
    /// Microseconds from the year 1 to the end of the year 9999, which have a date.
    static let dated: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Reads RFC 3339 in UTC, `2026-11-21T19:05:00.123456Z`, with up to six decimals.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard (20...27).contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
            bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == UInt8(ascii: "T"),
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(0..<4), let month = number(5..<7), let date = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), year >= 1, (1...12).contains(month),
            (1...UTCTime.days(year, month)).contains(date), hour < 24, minute < 60, second < 60
        else { return nil }
        var micros = 0
        if bytes[19] == UInt8(ascii: ".") {
            guard bytes.count > 21, let decimals = number(20..<(bytes.count - 1)) else {
                return nil
            }
            micros = decimals
            for _ in bytes.count..<27 { micros *= 10 }
        } else if bytes.count != 20 {
            return nil
        }
        let seconds = UTCTime.day(year, month, date) * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(micros))
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970, counted in eras of 400 years from a March 1st (Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    private static func day(_ year: Int, _ month: Int, _ date: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
