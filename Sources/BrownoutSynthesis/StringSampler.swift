import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// Makes up strings that fit a JSON Schema: formats and lengths.
enum StringSampler {
    /// The longest string made to meet a `minLength`.
    private static let longest = 10_000

    static func text(_ schema: JSON, _ draws: inout WordStream) -> String {
        let least = min(max(schema["minLength"]?.intValue ?? 0, 0), longest)
        let most = max(schema["maxLength"]?.intValue ?? longest, least)
        if let format = schema["format"]?.stringValue,
            let text = formatted(format, &draws),
            (least...most).contains(text.utf8.count)
        {
            return text
        }
        var text = Prose.noun(&draws)
        while text.utf8.count < least { text += " " + Prose.noun(&draws) }
        // The words are ASCII: a byte is a character.
        return text.utf8.count > most ? String(text.prefix(most)) : text
    }

    /// A text of a format; nil for formats that promise nothing we know.
    private static func formatted(_ format: String, _ draws: inout WordStream) -> String? {
        switch format {
        case "date": date(&draws)
        case "time": time(&draws) + "Z"
        case "date-time": date(&draws) + "T" + time(&draws) + "Z"
        case "duration": "PT\(1 + draws.below(59))M"
        case "email", "idn-email": "\(Prose.noun(&draws))@example.com"
        case "hostname": "\(Prose.noun(&draws)).example.com"
        case "uri", "url", "uri-reference", "iri":
            "https://example.com/\(Prose.noun(&draws))"
        case "uuid": uuid(&draws)
        // A documentation range (RFC 5737).
        case "ipv4": "192.0.2.\(1 + draws.below(254))"
        // The documentation prefix (RFC 3849).
        case "ipv6": "2001:db8::\(String(1 + draws.below(65535), radix: 16))"
        default: nil
        }
    }

    private static func date(_ draws: inout WordStream) -> String {
        "2026-\(twoDigits(1 + draws.below(12)))-\(twoDigits(1 + draws.below(28)))"
    }

    private static func time(_ draws: inout WordStream) -> String {
        "\(twoDigits(draws.below(24))):\(twoDigits(draws.below(60))):\(twoDigits(draws.below(60)))"
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    /// Version 4, variant 1 (RFC 9562, 5.4).
    private static func uuid(_ draws: inout WordStream) -> String {
        let high = Array((draws.next() & ~0xF000 | 0x4000).hex.utf8)
        let low = Array((draws.next() & ~(0xC << 60) | 0x8 << 60).hex.utf8)
        let parts = [high[0..<8], high[8..<12], high[12..<16], low[0..<4], low[4..<16]]
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}
