import BrownoutEngine

/// What models cost on some day, by provider and model.
package struct PriceTable: Equatable, Sendable {
    /// The prices of some models.
    struct Row: Equatable, Sendable {
        /// The models' names or patterns.
        var models: [Glob]
        /// What each of them costs.
        var price: Price
    }

    /// The prices of a provider.
    struct Section: Equatable, Sendable {
        /// The name that scenarios give the provider.
        var provider: String
        /// In the table's order.
        var rows: [Row]
    }

    /// The day on which the prices were those: `2026-02-20`.
    package let date: String
    /// In the table's order, each provider once.
    let sections: [Section]

    init(date: String, sections: [Section]) {
        self.date = date
        self.sections = sections
    }

    /// The price of a provider's model; nil: the table does not know it. Of several patterns that
    /// fit the one with the most letters counts, of those with equally many the first.
    package func price(of model: String, at provider: String) -> Price? {
        guard let section = sections.first(where: { $0.provider == provider }) else { return nil }
        var best: (letters: Int, price: Price)?
        for row in section.rows {
            for glob in row.models where glob.matches(model) {
                let letters = glob.text.utf8.count { !PriceTable.wildcards.contains($0) }
                if letters > best?.letters ?? -1 { best = (letters, row.price) }
            }
        }
        return best?.price
    }

    private static let wildcards = Array("*?".utf8)

    /// The file that ships, as it is in the repository.
    package static let shippedBytes = PackageResources.Prices_json

    /// What that file says.
    package static let shipped: PriceTable = {
        do throws(PriceTableError) {
            return try PriceTable(shippedBytes)
        } catch {
            preconditionFailure("the shipped prices are wrong: \(error.text)")
        }
    }()
}
