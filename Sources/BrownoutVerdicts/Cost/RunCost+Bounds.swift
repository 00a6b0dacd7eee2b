import BrownoutEngine

extension RunCost {
    /// How a bound of the money that was wasted is met. What it came to lies between
    /// ``leastWasted`` and ``mostWasted``, and beyond where a part has no price: the bound is met
    /// where it is met by all of that, and missed where it is by none.
    func verdict(on wanted: Comparison) -> Verdict {
        let least = leastWasted.ratio
        let most = isWasteKnown ? mostWasted.ratio : nil
        let bound = wanted.bound.ratio
        let (isMet, isMissed) =
            switch wanted.relation {
            case .atMost: (most.map { $0 <= bound } ?? false, least > bound)
            case .less: (most.map { $0 < bound } ?? false, least >= bound)
            case .atLeast: (least >= bound, most.map { $0 < bound } ?? false)
            case .more: (least > bound, most.map { $0 <= bound } ?? false)
            case .equal:
                (
                    least == bound && most == bound,
                    least > bound || most.map { $0 < bound } ?? false
                )
            }
        return isMet ? .pass : isMissed ? .fail : .unknown
    }
}
