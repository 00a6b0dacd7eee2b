/// A decimal number as it is written: `digits / 10^places`, exact.
struct Decimal: Equatable {
    var digits: UInt64
    var places: Int

    /// Nil unless the text is digits, perhaps with a point and more digits, and fits 18 digits.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) })
        else { return nil }
        var whole = parts[0].drop { $0 == "0" }
        var fraction = parts.count == 2 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        if whole.isEmpty { whole = "0" }
        guard whole.utf8.count + fraction.utf8.count <= 18,
            let digits = UInt64(String(whole) + String(fraction))
        else { return nil }
        self.digits = digits
        self.places = fraction.utf8.count
    }

    /// The power of ten below the line of the fraction.
    var scale: UInt64 { (0..<places).reduce(1) { value, _ in value * 10 } }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Whether the text has the form of a number, of whatever size.
func looksLikeNumber(_ text: some StringProtocol) -> Bool {
    let body = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    return !body.isEmpty && body.utf8.contains(where: isDigit)
        && body.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
}

func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
}
