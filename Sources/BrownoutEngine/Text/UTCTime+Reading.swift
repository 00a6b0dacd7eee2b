extension UTCTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, 5.6.7: IMF-fixdate).
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = UTCTime.months.firstIndex(of: String(parts[2])),
            let day = UTCTime.number(parts[1], 2), let year = UTCTime.number(parts[3], 4),
            let second = UTCTime.secondOfDay(parts[4])
        else { return nil }
        self.init(year, month + 1, day, second: second, micro: 0)
    }

    /// Reads `2015-10-21T07:28:00.5Z` (RFC 3339, 5.6), as far as it is in UTC.
    package init?(rfc3339 text: String) {
        guard text.utf8.count >= 20, text.utf8.count <= 30, text.last == "Z",
            text.allSatisfy(\.isASCII)
        else { return nil }
        let parts = text.dropLast().split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        let time = parts[1].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard date.count == 3, let year = UTCTime.number(date[0], 4),
            let month = UTCTime.number(date[1], 2), let day = UTCTime.number(date[2], 2),
            let second = UTCTime.secondOfDay(time[0])
        else { return nil }
        var micro = 0
        if time.count == 2 {
            let digits = (time[1] + "000000").prefix(6)
            guard let fraction = UTCTime.number(digits, 6) else { return nil }
            micro = fraction
        }
        self.init(year, month, day, second: second, micro: micro)
    }

    /// Days are counted as in ``text(digits:)``, the other way round.
    private init?(_ year: Int, _ month: Int, _ day: Int, second: Int, micro: Int) {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let marchMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        self.init(microseconds: (Int64(days) * 86_400 + Int64(second)) * 1_000_000 + Int64(micro))
    }

    private static func secondOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], 2), let minute = number(parts[1], 2),
            let second = number(parts[2], 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return (hour * 60 + minute) * 60 + second
    }

    private static func number(_ text: Substring, _ digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }
}
