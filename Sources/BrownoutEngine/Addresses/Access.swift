/// Who may connect. What is denied is denied, whatever else allows it; where anything is allowed
/// by name, the rest is not.
package struct Access: Equatable, Sendable {
    /// Addresses that may connect. Where it or `countries.allow` has an entry, no others may.
    package var allow: AddressSet
    /// Addresses that may not connect, whatever else allows them.
    package var deny: AddressSet
    /// Countries that may connect, and those that may not. The addresses in `deny` are asked first.
    package var countries: Countries
    /// Proxies that are believed when they say for whom they ask.
    package var trusted: AddressSet
    /// What a client that may not is answered; nil: the provider's own 403.
    package var refusal: Fault?

    package init(
        allow: AddressSet = AddressSet(), deny: AddressSet = AddressSet(),
        countries: Countries = Countries(), trusted: AddressSet = AddressSet(),
        refusal: Fault? = nil
    ) {
        self.allow = allow
        self.deny = deny
        self.countries = countries
        self.trusted = trusted
        self.refusal = refusal
    }

    /// Whether some client may not connect, as far as the lists go.
    package var restricts: Bool {
        !allow.isEmpty || !deny.isEmpty || !countries.allow.isEmpty || !countries.deny.isEmpty
    }

    /// Why a client is turned away; nil: it may connect. A client whose address nobody knows is
    /// in no list.
    package func refusal(of client: NetworkAddress?) -> Refusal? {
        guard let client else {
            if allow.isEmpty, countries.allow.isEmpty { return nil }
            return refusal("the client's address is not known", .address)
        }
        if let pattern = deny.pattern(of: client) {
            return refusal("client \(client.text) is denied by \(pattern.text)", .address)
        }
        let country = countries.isEmpty ? nil : countries.table.country(of: client)
        if let country, countries.deny.contains(country) {
            return refusal("client \(client.text) is in \(country), which is denied", .country)
        }
        if allow.isEmpty, countries.allow.isEmpty { return nil }
        if allow.contains(client) { return nil }
        if let country, countries.allow.contains(country) { return nil }
        let place = countries.allow.isEmpty ? "" : ", in \(country ?? "no known country"),"
        return refusal(
            "client \(client.text)\(place) is not allowed", allow.isEmpty ? .country : .address)
    }

    private func refusal(_ reason: String, _ grounds: CauseFault.Grounds) -> Refusal {
        var fault = refusal ?? .error(CauseFault(.permissionDenied))
        if case .error(var error) = fault, error.cause == .permissionDenied {
            error.grounds = grounds
            fault = .error(error)
        }
        return Refusal(by: "access", reason: reason, fault: fault)
    }
}

/// Which countries may connect, by a table of their addresses.
package struct Countries: Equatable, Sendable {
    /// Codes of ISO 3166-1, each in the table.
    package var allow: [String]
    /// Codes of countries that may not connect, each in the table.
    package var deny: [String]
    /// The addresses of each country. An address that no entry lists is in no country.
    package var table: CountryTable

    package init(
        allow: [String] = [], deny: [String] = [], table: CountryTable = CountryTable()
    ) {
        self.allow = allow
        self.deny = deny
        self.table = table
    }

    /// Whether no country is spoken of.
    var isEmpty: Bool { allow.isEmpty && deny.isEmpty }
}

/// The addresses of countries.
package struct CountryTable: Equatable, Sendable {
    /// One country of the table.
    package struct Entry: Equatable, Sendable {
        /// Two capital letters, as in ISO 3166-1.
        package var code: String
        /// The country's addresses as the scenario lists them. One that an earlier entry lists too
        /// counts as that country's.
        package var addresses: [AddressPattern]

        package init(code: String, addresses: [AddressPattern]) {
            self.code = code
            self.addresses = addresses
        }
    }

    /// As they were written.
    package let entries: [Entry]
    private let index: AddressIndex

    /// The table of these countries. It takes the time of sorting all their addresses.
    package init(_ entries: [Entry] = []) {
        self.entries = entries
        index = AddressIndex(
            entries.enumerated().flatMap { label, entry in
                entry.addresses.map { ($0, label) }
            })
    }

    /// The code of the country that has an address: of several, the first.
    package func country(of address: NetworkAddress) -> String? {
        index.label(of: address).map { entries[$0].code }
    }

    /// Whether addresses that a country has are those of an earlier one too.
    package func isShared(_ pattern: AddressPattern, of country: Int) -> Bool {
        !index.isWhole(pattern, label: country)
    }

    /// Whether both list the same countries with the same addresses, in the same order.
    package static func == (left: CountryTable, right: CountryTable) -> Bool {
        left.entries == right.entries
    }
}
