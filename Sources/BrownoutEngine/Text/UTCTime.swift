/// A moment as people read it, without a calendar library: years 0001 to 9999, no leap seconds.
package struct UTCTime: Sendable, Equatable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// Since 1970-01-01T00:00:00Z.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// RFC 3339 with 0 to 6 digits after the second: `2026-01-31T09:05:07.250Z`.
    package func text(digits: Int) -> String {
        let day = Int(microseconds.floorDivided(by: 86_400_000_000))
        let within = Int(microseconds - Int64(day) * 86_400_000_000)
        let (year, month, date) = Self.civil(day)
        let seconds = within / 1_000_000
        var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(date, 2))T"
        text += "\(Self.padded(seconds / 3_600, 2)):\(Self.padded(seconds / 60 % 60, 2)):"
        text += Self.padded(seconds % 60, 2)
        if digits > 0 { text += "." + Self.padded(within % 1_000_000, 6).prefix(digits) }
        return text + "Z"
    }

    /// Days since 1970 in the Gregorian calendar, counted in eras of 400 years from a March 1st:
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
