/// Times as the providers' headers write them. No clock: the caller says when now is.
package enum WireTime {
    /// An HTTP date (RFC 9110, 5.6.7: IMF-fixdate) of seconds since 1970.
    package static func httpDate(_ seconds: Int64) -> String {
        let moment = Moment(seconds)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(contentsOf: name(moment.weekday, of: "SunMonTueWedThuFriSat"))
        text.append(contentsOf: ", ".utf8)
        text.append(moment.day, digits: 2)
        text.append(UInt8(ascii: " "))
        text.append(
            contentsOf: name(moment.month - 1, of: "JanFebMarAprMayJunJulAugSepOctNovDec"))
        text.append(UInt8(ascii: " "))
        text.append(moment.year, digits: 4)
        text.append(UInt8(ascii: " "))
        text.append(moment)
        text.append(contentsOf: " GMT".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// `2026-01-01T00:00:30Z` (RFC 3339), what Anthropic's resets are.
    package static func rfc3339(_ seconds: Int64) -> String {
        let moment = Moment(seconds)
        return String(unsafeUninitializedCapacity: 20) { buffer in
            func put(_ value: Int, _ digits: Int, at start: Int) {
                var rest = value
                for index in (start..<start + digits).reversed() {
                    buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
            }
            put(moment.year, 4, at: 0)
            put(moment.month, 2, at: 5)
            put(moment.day, 2, at: 8)
            put(moment.hour, 2, at: 11)
            put(moment.minute, 2, at: 14)
            put(moment.second, 2, at: 17)
            buffer[4] = UInt8(ascii: "-")
            buffer[7] = UInt8(ascii: "-")
            buffer[10] = UInt8(ascii: "T")
            buffer[13] = UInt8(ascii: ":")
            buffer[16] = UInt8(ascii: ":")
            buffer[19] = UInt8(ascii: "Z")
            return 20
        }
    }

    /// A Go duration (`12ms`, `1.5s`, `6m0s`, `1h2m3s`), what OpenAI's resets are. Rounded up to
    /// milliseconds, as OpenAI's are.
    package static func goDuration(_ duration: Duration) -> String {
        let milliseconds = max(duration.roundedUp(toMilliseconds: 1), 0)
        if milliseconds == 0 { return "0s" }
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let (minutes, rest) = milliseconds.quotientAndRemainder(dividingBy: 60000)
        let seconds = decimal(thousandths: rest) + "s"
        let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        if hours > 0 { return "\(hours)h\(minute)m" + seconds }
        return minute > 0 ? "\(minute)m" + seconds : seconds
    }

    /// Seconds as a decimal without trailing zeros (`2`, `1.5`), to the millisecond.
    package static func seconds(_ duration: Duration) -> String {
        decimal(thousandths: max(duration.roundedUp(toMilliseconds: 1), 0))
    }

    private static func decimal(thousandths: Int) -> String {
        let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
        if rest == 0 { return String(whole) }
        var fraction = String(rest + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    private static func name(_ index: Int, of names: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: names.utf8Start + index * 3, count: 3)
    }
}

/// A moment of the proleptic Gregorian calendar in UTC.
private struct Moment {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// 0 is Sunday.
    let weekday: Int

    /// Days to a date after Howard Hinnant, "chrono-compatible low-level date algorithms"
    /// (civil_from_days).
    init(_ seconds: Int64) {
        let total = Int(seconds)
        let days = total >= 0 ? total / 86400 : (total - 86399) / 86400
        let rest = total - days * 86400
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = ((days + 4) % 7 + 7) % 7
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Duration {
    /// Whole steps of `milliseconds` that cover the duration.
    func roundedUp(toMilliseconds milliseconds: Int64) -> Int {
        let step = milliseconds * 1_000_000_000_000_000
        let (seconds, attoseconds) = components
        let perSecond = 1_000_000_000_000_000_000 / step
        let fraction = (attoseconds + step - 1) / step
        return Int(seconds.multipliedReportingOverflow(by: perSecond).partialValue + fraction)
    }

    /// Whole seconds that cover the duration.
    var roundedUpSeconds: Int64 {
        components.seconds + (components.attoseconds > 0 ? 1 : 0)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: Int, digits: Int) {
        let start = count
        var rest = value
        for _ in 0..<digits {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    fileprivate mutating func append(_ moment: Moment) {
        append(moment.hour, digits: 2)
        append(UInt8(ascii: ":"))
        append(moment.minute, digits: 2)
        append(UInt8(ascii: ":"))
        append(moment.second, digits: 2)
    }
}
