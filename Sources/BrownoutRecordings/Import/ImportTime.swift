import BrownoutEngine

/// Reads the times of other tools, as microseconds since 1970.
enum ImportTime {
    /// RFC 3339 with any number of decimals and any offset: `2025-12-20T15:30:45.123+01:00`.
    static func iso(_ text: String) -> Int64? {
        guard text.utf8.count >= 19 else { return nil }
        var clock = String(text.prefix(19))
        if clock.dropFirst(10).first == " " {
            clock = String(clock.prefix(10)) + "T" + clock.dropFirst(11)
        }
        guard let whole = UTCTime(text: clock + "Z") else { return nil }
        var rest = text.dropFirst(19)
        var micros: Int64 = 0
        if rest.first == "." {
            let decimals = rest.dropFirst().prefix { $0.isNumber }
            rest = rest.dropFirst(1 + decimals.count)
            let six = (decimals + "000000").prefix(6)
            guard let value = Int64(six) else { return nil }
            micros = value
        }
        guard let offset = offset(rest) else { return nil }
        return whole.microseconds + micros - offset
    }

    /// `Z`, `+01:00`, `-0530` or nothing.
    private static func offset(_ text: Substring) -> Int64? {
        if text.isEmpty || text == "Z" || text == "z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 4,
            let value = Int64(digits)
        else { return nil }
        return (sign == "-" ? -1 : 1) * (value / 100 * 60 + value % 100) * 60_000_000
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// An HTTP date: `Sat, 21 Nov 2026 19:26:41 GMT` (RFC 9110, 5.6.7).
    static func http(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return UTCTime(text: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")?.microseconds
    }
}
