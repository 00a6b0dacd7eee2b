import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// Makes up strings that fit a JSON Schema: patterns, formats and lengths.
enum StringSampler {
    /// The longest string made to meet a `minLength`.
    private static let longest = 10_000

    /// A pattern comes before a format, because a format need not be asserted. Where neither can
    /// be met within the lengths, the text is words of the right length, and does not fit.
    /// The steps that a pattern took are added to `work`.
    static func text(
        _ schema: JSON, _ draws: inout WordStream, counting work: inout Int
    ) -> String {
        let least = min(max(schema["minLength"]?.intValue ?? 0, 0), longest)
        let most = max(schema["maxLength"]?.intValue ?? longest, least)
        if let source = schema["pattern"]?.stringValue, let pattern = Pattern(source),
            let text = pattern.text(least...most, &draws, counting: &work)
        {
            return text
        }
        if let format = schema["format"]?.stringValue {
            // Some formats can be as long as they need to be.
            for words in [1, 1 + least / 4] {
                guard let text = formatted(format, words: words, &draws) else { break }
                if (least...most).contains(text.utf8.count) { return text }
            }
        }
        var text = Prose.noun(&draws)
        while text.utf8.count < least { text += " " + Prose.noun(&draws) }
        // The words are ASCII: a byte is a character.
        return text.utf8.count > most ? String(text.prefix(most)) : text
    }

    /// A text of a format; nil for formats that promise nothing we know. The names are those of
    /// JSON Schema Validation (7.3) and of pydantic.
    private static func formatted(
        _ format: String, words count: Int, _ draws: inout WordStream
    ) -> String? {
        switch format {
        case "date": return date(&draws)
        case "time": return time(&draws) + "Z"
        case "date-time": return date(&draws) + "T" + time(&draws) + "Z"
        case "duration": return "PT\(1 + draws.below(59))M"
        case "email", "idn-email": return nouns(count, ".", &draws) + "@example.com"
        case "hostname", "idn-hostname": return nouns(count, ".", &draws) + ".example.com"
        case "uri", "url", "uri-reference", "iri", "iri-reference", "uri-template":
            return "https://example.com/" + nouns(count, "/", &draws)
        case "json-pointer": return "/" + nouns(count, "/", &draws)
        case "relative-json-pointer": return "0/" + nouns(count, "/", &draws)
        case "regex": return "^" + Prose.noun(&draws) + "$"
        // Four letters are three bytes.
        case "byte", "base64", "base64url":
            return String((nouns(count + 1, "", &draws) + "AAA").prefix(count * 4))
        case "uuid": return uuid(version: 4, &draws)
        case "uuid1", "uuid3", "uuid4", "uuid5", "uuid6", "uuid7", "uuid8":
            return uuid(version: UInt64(format.dropFirst(4)) ?? 4, &draws)
        default: return address(format, &draws)
        }
    }

    /// Addresses that documentation may use and nobody has.
    private static func address(_ format: String, _ draws: inout WordStream) -> String? {
        switch format {
        // RFC 5737.
        case "ipv4", "ipvanyaddress", "ipv4interface", "ipvanyinterface":
            return "192.0.2.\(1 + draws.below(254))"
        // RFC 3849.
        case "ipv6", "ipv6interface":
            return "2001:db8::\(String(1 + draws.below(65535), radix: 16))"
        case "ipv4network", "ipvanynetwork": return "192.0.2.0/24"
        case "ipv6network": return "2001:db8::/32"
        default: return nil
        }
    }

    private static func nouns(
        _ count: Int, _ separator: String, _ draws: inout WordStream
    ) -> String {
        var text = Prose.noun(&draws)
        for _ in 1..<max(count, 1) { text += separator + Prose.noun(&draws) }
        return text
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

    /// A version, variant 1 (RFC 9562, 5).
    private static func uuid(version: UInt64, _ draws: inout WordStream) -> String {
        let high = Array((draws.next() & ~0xF000 | version << 12).hex.utf8)
        let low = Array((draws.next() & ~(0xC << 60) | 0x8 << 60).hex.utf8)
        let parts = [high[0..<8], high[8..<12], high[12..<16], low[0..<4], low[4..<16]]
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
    }
}
