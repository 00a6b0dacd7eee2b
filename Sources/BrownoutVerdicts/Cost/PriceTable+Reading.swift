import BrownoutEngine
import BrownoutJSON

/// What is wrong with a table of prices.
package struct PriceTableError: Error, Equatable, Sendable {
    /// Where: `providers[0].prices[2].input`, or `line 3, column 7`.
    package var place: String
    /// What was found there.
    package var found: String
    /// What may be there.
    package var allowed: String

    /// All of it in one line.
    package var text: String { "\(place): \(found); expected \(allowed)" }
}

extension PriceTable {
    /// Reads a table. Whatever is not plainly one is an error, as a price that is misread makes
    /// every sum wrong.
    package init(_ bytes: [UInt8]) throws(PriceTableError) {
        let value = bytes.withUnsafeBufferPointer { JSON.read($0).value }
        switch value {
        case .success(let json): self = try PriceReader.table(json)
        case .failure(let error):
            throw PriceTableError(
                place: "line \(error.place.line), column \(error.place.column)",
                found: "this is no JSON: \(error.message)", allowed: "a table of prices in JSON")
        }
    }
}

/// Reads the parts of a table.
private enum PriceReader {
    /// Digits behind the point of a price in dollars per million tokens, and of a factor: both
    /// together are the digits of a femtodollar.
    private static let (priceDigits, factorDigits) = (6, 3)
    private static let factorUnit: UInt64 = 1000
    /// Dollars per million tokens, and times the price of input.
    private static let (highestPrice, highestFactor): (UInt64, UInt64) = (100_000, 100)

    static func table(_ json: JSON) throws(PriceTableError) -> PriceTable {
        let members = try members(
            json, "the table", required: ["date", "currency", "providers"], optional: ["note"])
        let date = try text(members["date"], "date", "a day such as \"2026-02-20\"")
        guard isDay(date) else {
            throw PriceTableError(
                place: "date", found: "\"\(date)\" is no day",
                allowed: "a day such as \"2026-02-20\"")
        }
        let currency = try text(members["currency"], "currency", "\"USD\"")
        guard currency == "USD" else {
            throw PriceTableError(
                place: "currency", found: "\"\(currency)\" is not known", allowed: "\"USD\"")
        }
        if let note = members["note"] { _ = try text(note, "note", "a string") }
        var sections: [PriceTable.Section] = []
        for (index, item) in try items(members["providers"], "providers").enumerated() {
            let place = "providers[\(index)]"
            let section = try section(item, place)
            if sections.contains(where: { $0.provider == section.provider }) {
                throw PriceTableError(
                    place: "\(place).provider",
                    found: "\"\(section.provider)\" has prices already",
                    allowed: "each provider once")
            }
            sections.append(section)
        }
        return PriceTable(date: date, sections: sections)
    }

    private static func section(
        _ json: JSON, _ place: String
    ) throws(PriceTableError) -> PriceTable.Section {
        let members = try members(
            json, place, required: ["provider", "prices"],
            optional: ["cached-input-factor", "cache-write-factor"])
        let provider = try name(members["provider"], "\(place).provider", "a provider's name")
        let cached = try factor(members, "cached-input-factor", place)
        let write = try factor(members, "cache-write-factor", place)
        var rows: [PriceTable.Row] = []
        for (index, item) in try items(members["prices"], "\(place).prices").enumerated() {
            let row = try row(item, "\(place).prices[\(index)]", cached: cached, write: write)
            for (number, glob) in row.models.enumerated() {
                let isKnown =
                    row.models[..<number].contains { $0.text == glob.text }
                    || rows.contains { $0.models.contains { $0.text == glob.text } }
                guard isKnown else { continue }
                throw PriceTableError(
                    place: "\(place).prices[\(index)].models[\(number)]",
                    found: "\"\(glob.text)\" has a price already",
                    allowed: "each name or pattern of a provider once")
            }
            rows.append(row)
        }
        return PriceTable.Section(provider: provider, rows: rows)
    }

    private static func row(
        _ json: JSON, _ place: String, cached: UInt64, write: UInt64
    ) throws(PriceTableError) -> PriceTable.Row {
        let members = try members(
            json, place, required: ["models", "input", "output"],
            optional: ["cached-input", "cache-write"])
        var globs: [Glob] = []
        for (index, item) in try items(members["models"], "\(place).models").enumerated() {
            let place = "\(place).models[\(index)]"
            let text = try name(item, place, "a model's name or a pattern such as \"gpt-4o-20*\"")
            do throws(Glob.Invalid) {
                globs.append(try Glob(text))
            } catch {
                throw PriceTableError(
                    place: place, found: "\"\(text)\" is no pattern: \(error.message)",
                    allowed: "a model's name or a pattern such as \"gpt-4o-20*\"")
            }
        }
        /// A price per million tokens in units of 10⁻⁶ dollars.
        func price(_ key: String) throws(PriceTableError) -> UInt64? {
            guard let value = members[key] else { return nil }
            return try decimal(
                value, "\(place).\(key)", digits: priceDigits, highest: highestPrice)
        }
        let input = try price("input") ?? 0
        let cachedInput = try price("cached-input").map { $0 * factorUnit }
        let cacheWrite = try price("cache-write").map { $0 * factorUnit }
        return PriceTable.Row(
            models: globs,
            price: Price(
                input: input * factorUnit, cachedInput: cachedInput ?? input * cached,
                cacheWrite: cacheWrite ?? input * write,
                output: (try price("output") ?? 0) * factorUnit))
    }

    /// A factor of the price of input, in thousandths; 1 where there is none.
    private static func factor(
        _ members: Members, _ key: String, _ place: String
    ) throws(PriceTableError) -> UInt64 {
        guard let value = members[key] else { return factorUnit }
        return try decimal(value, "\(place).\(key)", digits: factorDigits, highest: highestFactor)
    }

    // MARK: Values

    /// The members of an object whose keys are known, each once.
    private struct Members {
        var members: [JSONMember]

        subscript(key: String) -> JSON? { members.first { $0.key == key }?.value }
    }

    private static func members(
        _ json: JSON, _ place: String, required: [String], optional: [String]
    ) throws(PriceTableError) -> Members {
        let keys = required + optional
        let allowed = keys.map { "'\($0)'" }.joined(separator: ", ")
        guard let members = json.objectValue else {
            throw PriceTableError(
                place: place, found: "this is \(described(json))",
                allowed: "an object with \(allowed)")
        }
        for (index, member) in members.enumerated() {
            if !keys.contains(member.key) {
                throw PriceTableError(
                    place: place, found: "unknown key '\(member.key)'", allowed: allowed)
            }
            if members[..<index].contains(where: { $0.key == member.key }) {
                throw PriceTableError(
                    place: place, found: "'\(member.key)' stands there twice",
                    allowed: "each key once")
            }
        }
        for key in required where !members.contains(where: { $0.key == key }) {
            throw PriceTableError(
                place: place, found: "'\(key)' is missing",
                allowed: required.map { "'\($0)'" }.joined(separator: ", "))
        }
        return Members(members: members)
    }

    private static func items(
        _ json: JSON?, _ place: String
    ) throws(PriceTableError) -> [JSON] {
        guard let items = json?.arrayValue, !items.isEmpty else {
            let found = json?.arrayValue == nil ? described(json ?? .null) : "an empty array"
            throw PriceTableError(
                place: place, found: "this is \(found)", allowed: "an array with one item at least")
        }
        return items
    }

    private static func text(
        _ json: JSON?, _ place: String, _ allowed: String
    ) throws(PriceTableError) -> String {
        guard let text = json?.stringValue else {
            throw PriceTableError(
                place: place, found: "this is \(described(json ?? .null))", allowed: allowed)
        }
        return text
    }

    private static func name(
        _ json: JSON?, _ place: String, _ allowed: String
    ) throws(PriceTableError) -> String {
        let name = try text(json, place, allowed)
        if name.isEmpty {
            throw PriceTableError(place: place, found: "this is empty", allowed: allowed)
        }
        return name
    }

    /// A number in decimal digits, in units of its last digit that may be there.
    private static func decimal(
        _ json: JSON, _ place: String, digits: Int, highest: UInt64
    ) throws(PriceTableError) -> UInt64 {
        let allowed = "a number from 0 to \(highest) with \(digits) decimal places at most"
        guard case .number(let number) = json else {
            throw PriceTableError(
                place: place, found: "this is \(described(json))", allowed: allowed)
        }
        let parts = number.text.split(separator: ".", omittingEmptySubsequences: false)
        let places = parts.count > 1 ? parts[1] : ""
        let isPlain = number.text.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
        guard isPlain, places.utf8.count <= digits,
            let value = UInt64(
                parts[0] + places + String(repeating: "0", count: digits - places.utf8.count)),
            value <= UInt64(highest) * powerOfTen(digits)
        else {
            let found = number.text.hasPrefix("-") ? "is negative" : "is no such number"
            throw PriceTableError(
                place: place, found: "\(number.text) \(found)", allowed: allowed)
        }
        return value
    }

    private static func powerOfTen(_ digits: Int) -> UInt64 {
        (0..<digits).reduce(1) { power, _ in power * 10 }
    }

    private static func described(_ json: JSON) -> String {
        switch json {
        case .string(let text): "the string \"\(text)\""
        case .number(let number): "the number \(number.text)"
        case .null, .bool: json.text
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Whether a text is a day of the calendar, `2026-02-20`.
    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.indices.contains(month - 1) && (1...lengths[month - 1]).contains(day)
    }
}
