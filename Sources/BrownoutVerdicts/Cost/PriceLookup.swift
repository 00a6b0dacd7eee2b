/// Looks up the price of each provider's model once, however many attempts ask it.
struct PriceLookup {
    /// A provider's model, and what it costs; nil: the table does not know it.
    struct Known {
        var provider: String
        var model: String
        var price: Price?
    }

    private struct Place: Hashable {
        var provider: String
        var model: String
    }

    private let table: PriceTable
    private var places: [Place: Int] = [:]
    /// In the order in which they were asked for.
    private(set) var known: [Known] = []
    private var last = 0

    init(_ table: PriceTable) {
        self.table = table
    }

    /// The number in ``known`` of what an attempt asks.
    mutating func place(of attempt: Attempt) -> Int {
        // Most attempts ask what the one before them asked.
        if last < known.count, known[last].model == attempt.model,
            known[last].provider == attempt.provider
        {
            return last
        }
        let place = Place(provider: attempt.provider, model: attempt.model)
        if let number = places[place] {
            last = number
            return number
        }
        last = known.count
        places[place] = last
        known.append(
            Known(
                provider: attempt.provider, model: attempt.model,
                price: table.price(of: attempt.model, at: attempt.provider)))
        return last
    }
}
