package import BrownoutJSON

/// What a run cost, as `--json` has it under `cost`.
package struct CostReport: Sendable {
    /// The currency of the amounts.
    package var currency: String
    /// What was paid for answers that the client could use, as it is written; nil: unknown.
    package var useful: String?
    /// What was paid beside that.
    package var wasted: String?
    /// Models without a price: what they cost is in neither.
    package var unknownModels: [String]

    /// Nil for what is no object.
    package init?(_ json: JSON) {
        guard json.objectValue != nil else { return nil }
        func amount(_ key: String) -> String? {
            guard case .number(let number)? = json[key] else { return nil }
            return number.text
        }
        currency = json["currency"]?.stringValue ?? "USD"
        useful = amount("useful")
        wasted = amount("wasted")
        unknownModels = json["unknown-models"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// `0.01 USD for answers that were of use, 0.002 USD wasted`.
    package var text: String {
        func amount(_ text: String?) -> String { text.map { "\($0) \(currency)" } ?? "unknown" }
        var text = "\(amount(useful)) for answers that were of use, \(amount(wasted)) wasted"
        if !unknownModels.isEmpty {
            text += "; without a price: " + unknownModels.joined(separator: ", ")
        }
        return text
    }
}
