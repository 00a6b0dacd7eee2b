import BrownoutEngine
import BrownoutYAML

// Who may connect: `access`.
extension ScenarioChecker {
    /// The mapping `access`. With a `base`, the keys that are there take the place of its parts,
    /// and `null` takes a part away (as in RFC 7386).
    mutating func access(_ node: YAMLNode, merging base: Access? = nil) -> Access? {
        let before = errorCount
        guard let fields = fields(node, .access) else { return nil }
        let isPatch = base != nil
        var access = base ?? Access()
        if let node = fields["countries"] {
            access.countries =
                isPatch && isNull(node) ? Countries() : countries(node, merging: base?.countries)
        }
        // The others only warn of what they find in the list before.
        if let node = fields["deny"] {
            access.deny = isPatch && isNull(node) ? AddressSet() : addressSet(node, of: "deny")
        }
        if let node = fields["allow"] {
            access.allow = isPatch && isNull(node) ? AddressSet() : allowed(node, access.deny)
        }
        if let node = fields["trust-forwarded-for"] {
            access.trusted =
                isPatch && isNull(node)
                ? AddressSet() : addressSet(node, of: "trust-forwarded-for")
        }
        if let node = fields["refuse-with"] {
            access.refusal =
                isPatch && isNull(node) ? nil : refusal(node, for: .permissionDenied)
        }
        guard errorCount == before else { return nil }
        if !isPatch, !access.restricts, access.trusted.isEmpty {
            warning("'access' lets everyone in", at: node.span)
        }
        return access
    }

    private func isNull(_ node: YAMLNode) -> Bool {
        node.content == .scalar("null", .plain) || node.content == .scalar("~", .plain)
    }

    /// Whether a list that may be empty is: what names nobody is right, and worth a word.
    private mutating func isEmptyList(_ node: YAMLNode, of key: String) -> Bool {
        guard node.items?.isEmpty == true else { return false }
        warning("an empty '\(key)' names nobody", at: node.span)
        return true
    }

    // MARK: Addresses

    /// An address, a block, a range or a wildcard.
    mutating func address(_ node: YAMLNode) -> AddressPattern? {
        guard let text = scalar(node, as: "an address") else { return nil }
        do throws(AddressPattern.Invalid) {
            let pattern = try AddressPattern(trimmed(text))
            if let intended = pattern.intended {
                warning("\(quoted(text)) is all of \(intended)", at: node.span)
            }
            return pattern
        } catch {
            self.error(
                error.message, at: node.span, nearest: error.nearest,
                allowed: error.nearest == nil && error.note == nil
                    ? ["10.0.0.7", "10.0.0.0/8", "192.168.1.*", "2001:db8::/32"] : [],
                note: error.note)
            return nil
        }
    }

    /// The patterns of a list; one that adds nothing to those before it is pointed out. Where
    /// `key` is given, the list may be empty.
    private mutating func addressSet(_ node: YAMLNode, of key: String? = nil) -> AddressSet {
        if let key, isEmptyList(node, of: key) { return AddressSet() }
        let (patterns, spans) = located(node)
        let set = AddressSet(patterns)
        for place in set.hidden {
            warning(
                "the entries before have all of '\(patterns[place].text)'", at: spans[place])
        }
        return set
    }

    private mutating func allowed(_ node: YAMLNode, _ denied: AddressSet) -> AddressSet {
        let set = addressSet(node)
        let (patterns, spans) = (set.patterns, items(node).map(\.span))
        guard patterns.count == spans.count else { return set }
        for (pattern, span) in zip(patterns, spans) where denied.covers(pattern) {
            warning("'\(pattern.text)' is allowed and denied; what is denied is denied", at: span)
        }
        return set
    }

    private mutating func located(_ node: YAMLNode) -> ([AddressPattern], [SourceSpan]) {
        var patterns: [AddressPattern] = []
        var spans: [SourceSpan] = []
        for item in oneOrMany(node) {
            guard let pattern = address(item) else { continue }
            patterns.append(pattern)
            spans.append(item.span)
        }
        return (patterns, spans)
    }

    private func items(_ node: YAMLNode) -> [YAMLNode] { node.items ?? [node] }

    // MARK: Countries

    private mutating func countries(
        _ node: YAMLNode, merging base: Countries?
    ) -> Countries {
        var countries = base ?? Countries()
        guard let fields = fields(node, .countries) else { return countries }
        if fields.names.isEmpty, !fields.hasUnknownKeys, base == nil {
            error("'countries' is empty", at: node.span, allowed: KeyTable.countries.names)
        }
        let isPatch = base != nil
        if let node = fields["table"] {
            countries.table = isPatch && isNull(node) ? CountryTable() : table(node)
        }
        let known = countries.table.entries.map(\.code)
        for (name, list) in [("allow", \Countries.allow), ("deny", \Countries.deny)] {
            if let node = fields[name] {
                let isNone =
                    isPatch && isNull(node) || name == "deny" && isEmptyList(node, of: "deny")
                countries[keyPath: list] = isNone ? [] : codes(node, among: known)
            } else if let lost = countries[keyPath: list].first(where: { !known.contains($0) }),
                let place = fields.key("table")
            {
                error("the table is without '\(lost)', which is in '\(name)'", at: place.span)
            }
        }
        if let node = fields["allow"] ?? fields["deny"],
            let both = countries.allow.first(where: countries.deny.contains)
        {
            warning("'\(both)' is allowed and denied; what is denied is denied", at: node.span)
        }
        return countries
    }

    private mutating func table(_ node: YAMLNode) -> CountryTable {
        var entries: [CountryTable.Entry] = []
        var places: [[SourceSpan]] = []
        for (key, value) in record(node, "table", example: "table: {KP: [175.45.176.0/22]}") {
            let code = key.text.flatMap { countryCode($0, at: key.span) }
            let (patterns, spans) = located(value)
            guard let code else { continue }
            entries.append(.init(code: code, addresses: patterns))
            places.append(spans)
        }
        let table = CountryTable(entries)
        for (country, entry) in entries.enumerated() {
            for (pattern, span) in zip(entry.addresses, places[country])
            where table.isShared(pattern, of: country) {
                error(
                    "addresses of '\(pattern.text)' are those of another country too", at: span,
                    note: "an address is in one country")
            }
        }
        return table
    }

    private mutating func codes(_ node: YAMLNode, among known: [String]) -> [String] {
        var codes: [String] = []
        for item in oneOrMany(node) {
            guard let text = scalar(item, as: "a country"),
                let code = countryCode(text, at: item.span)
            else { continue }
            if codes.contains(code) {
                warning("'\(code)' is listed twice", at: item.span)
                continue
            }
            codes.append(code)
            guard !known.contains(code) else { continue }
            error(
                "'\(code)' is not in the table of countries", at: item.span,
                nearest: NearestWord.nearest(to: code, among: known),
                allowed: known.count <= 20 ? known : [],
                note: "the table says which addresses a country has: "
                    + "table: {\(code): [192.0.2.0/24]}")
        }
        return codes
    }

    private mutating func countryCode(_ text: String, at span: SourceSpan) -> String? {
        let upper = text.uppercased()
        let isCode = upper.utf8.count == 2 && upper.utf8.allSatisfy { (65...90).contains($0) }
        if isCode, upper == text { return text }
        error(
            "\(quoted(text)) is not a country's code", at: span, nearest: isCode ? upper : nil,
            note: "a code is two capital letters, as in ISO 3166-1")
        return nil
    }
}
