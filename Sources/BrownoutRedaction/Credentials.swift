/// Finds credentials in bytes and puts ``mark`` in their place.
///
/// Three bytes of each pattern are looked for in one pass over the whole, in blocks the compiler
/// turns into vector instructions; only where they occur is the pattern itself tried. A key that
/// a stream spreads over several of its events is not recognised.
package enum Redaction {
    package static let mark = Array("[redacted]".utf8)

    /// The bytes without their credentials; nil when there are none.
    package static func redacted(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var out: [UInt8]?
        var copied = 0
        var from = 0
        while let suspect = nextSuspect(in: bytes, from: from) {
            guard let secret = secret(in: bytes, at: suspect) else {
                from = suspect + 1
                continue
            }
            var text = out ?? []
            text.append(contentsOf: bytes[copied..<secret.lowerBound])
            text.append(contentsOf: mark)
            out = text
            copied = secret.upperBound
            from = secret.upperBound
        }
        out?.append(contentsOf: bytes[copied...])
        return out
    }

    package static func redact(_ bytes: inout [UInt8]) {
        guard let clean = bytes.withUnsafeBufferPointer({ redacted($0) }) else { return }
        bytes = clean
    }

    package static func redact(_ text: inout String) {
        guard let clean = text.withUTF8({ redacted($0) }) else { return }
        text = String(decoding: clean, as: UTF8.self)
    }

    // MARK: Suspects

    /// Bytes looked at together.
    private static let block = 32

    /// The next place that holds `sk-`, `AIz`, `key` or the end of `bearer`.
    private static func nextSuspect(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var index = start
        let end = bytes.count - 2
        while index + block <= end {
            var closest = UInt8.max
            for offset in 0..<block {
                closest = min(closest, distance(base + (index &+ offset)))
            }
            if closest == 0 { break }
            index += block
        }
        while index < end {
            if distance(base + index) == 0 { return index }
            index += 1
        }
        return nil
    }

    /// Zero exactly where three bytes are one of the anchors.
    @inline(__always)
    private static func distance(_ place: UnsafePointer<UInt8>) -> UInt8 {
        let (first, second, third) = (place[0], place[1], place[2])
        let (small1, small2, small3) = (first | 0x20, second | 0x20, third | 0x20)
        let secretKey = (first ^ 0x73) | (second ^ 0x6B) | (third ^ 0x2D)  // sk-
        let google = (first ^ 0x41) | (second ^ 0x49) | (third ^ 0x7A)  // AIz
        let key = (small1 ^ 0x6B) | (small2 ^ 0x65) | (small3 ^ 0x79)  // key
        let bearer = (small1 ^ 0x72) | (small2 ^ 0x65) | (small3 ^ 0x72)  // rer
        return min(min(secretKey, google), min(key, bearer))
    }

    // MARK: Patterns

    /// The credential that the anchor at `place` belongs to.
    private static func secret(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        switch bytes[place] {
        case UInt8(ascii: "s"): prefixed(in: bytes, at: place, prefix: 3, least: 4)
        case UInt8(ascii: "A"): prefixed(in: bytes, at: place, prefix: 3, least: 8)
        case UInt8(ascii: "r"), UInt8(ascii: "R"): bearer(in: bytes, at: place)
        default: assigned(in: bytes, at: place)
        }
    }

    /// `sk-…` (OpenAI, Anthropic) and `AIza…` (Google), where a word begins: `task-1` is none.
    private static func prefixed(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int, prefix: Int, least: Int
    ) -> Range<Int>? {
        guard wordBegins(in: bytes, at: place) else { return nil }
        let end = run(in: bytes, from: place + prefix) {
            $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        return end - place >= prefix + least ? place..<end : nil
    }

    /// The token after `Bearer `; `place` is at `rer`. Prose about a bearer is left alone: a
    /// token is taken for one only when it holds more than small letters.
    private static func bearer(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        guard place >= 3, small(bytes, place - 3, place) == Array("bea".utf8),
            place + 3 < bytes.count, bytes[place + 3] == UInt8(ascii: " ")
        else { return nil }
        let start = place + 4
        let end = run(in: bytes, from: start) {
            $0.isLetterOrDigit || "-._~+/=".utf8.contains($0)
        }
        let plain = bytes[start..<end].allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
        return end - start >= 4 && !plain ? start..<end : nil
    }

    /// The value of `?key=…`, of `api_key=…` and of `"api_key": "…"`; `place` is at `key`.
    private static func assigned(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        var start = place + 3
        let before = place > 0 ? bytes[place - 1] : 0
        if before == UInt8(ascii: "?") || before == UInt8(ascii: "&") {
            guard start < bytes.count, bytes[start] == UInt8(ascii: "=") else { return nil }
            return value(in: bytes, from: start + 1, least: 1)
        }
        let joint = before == UInt8(ascii: "_") || before == UInt8(ascii: "-") ? 1 : 0
        let name = place - joint - 3
        guard name >= 0, small(bytes, name, name + 3) == Array("api".utf8) else { return nil }
        start = skipQuotes(in: bytes, from: start)
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "="):
            return value(in: bytes, from: skipQuotes(in: bytes, from: start + 1), least: 1)
        case UInt8(ascii: ":"):
            // Five, so that `null` and `true` stay.
            return value(in: bytes, from: skipQuotes(in: bytes, from: start + 1), least: 5)
        default:
            return nil
        }
    }

    private static func value(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, least: Int
    ) -> Range<Int>? {
        let end = run(in: bytes, from: start) {
            $0 > 0x20 && $0 != 0x7F && !"&#\"'\\,;{}[]<>()".utf8.contains($0)
        }
        return end - start >= least ? start..<end : nil
    }

    // MARK: Bytes

    private static func run(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, while holds: (UInt8) -> Bool
    ) -> Int {
        var end = start
        while end < bytes.count, holds(bytes[end]) { end += 1 }
        return end
    }

    /// Past the quotes, escapes and spaces between a name, its sign and its value.
    private static func skipQuotes(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        run(in: bytes, from: start) { $0 == 0x20 || "\"'\\".utf8.contains($0) }
    }

    private static func small(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
    ) -> [UInt8] {
        bytes[start..<end].map { $0 | 0x20 }
    }

    /// Whether no word runs into `place`. The last letter of an escape (`\n`, `\u000a`, `%3D`)
    /// belongs to no word.
    private static func wordBegins(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place > 0, bytes[place - 1].isLetterOrDigit else { return true }
        if place >= 2, bytes[place - 2] == UInt8(ascii: "\\") { return true }
        if place >= 3, bytes[place - 3] == UInt8(ascii: "%") { return true }
        return place >= 6 && bytes[place - 6] == UInt8(ascii: "\\")
            && bytes[place - 5] == UInt8(ascii: "u")
    }
}

extension String {
    /// The text without the credentials in it.
    package var redacted: String {
        var text = self
        Redaction.redact(&text)
        return text
    }
}
