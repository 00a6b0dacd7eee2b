/// Many patterns, of which the one that holds an address is found by a binary search.
package struct AddressSet: Equatable, Sendable {
    /// As they were written.
    package let patterns: [AddressPattern]
    private let index: AddressIndex

    /// The set of all addresses that one of the patterns covers. It takes the time of sorting them.
    package init(_ patterns: [AddressPattern] = []) {
        self.patterns = patterns
        index = AddressIndex(patterns.enumerated().map { ($0.element, $0.offset) })
    }

    /// Whether the set has no patterns, and so no address.
    package var isEmpty: Bool { patterns.isEmpty }

    /// The first pattern that holds an address.
    package func pattern(of address: NetworkAddress) -> AddressPattern? {
        if patterns.isEmpty { return nil }
        return index.label(of: address).map { patterns[$0] }
    }

    /// Whether one of the patterns covers the address.
    package func contains(_ address: NetworkAddress) -> Bool {
        !patterns.isEmpty && index.label(of: address) != nil
    }

    /// Whether every address of a pattern is in the set.
    package func covers(_ pattern: AddressPattern) -> Bool { index.covers(pattern) }

    /// The places of patterns all of whose addresses earlier ones have.
    package var hidden: [Int] { index.hidden }

    /// Whether both have the same patterns in the same order. The same addresses written otherwise
    /// make another set.
    package static func == (left: AddressSet, right: AddressSet) -> Bool {
        left.patterns == right.patterns
    }
}

/// Finds the label of the first pattern that holds an address.
package struct AddressIndex: Sendable {
    private let v4: RangeIndex<UInt32>
    private let v6: RangeIndex<UInt128>
    /// The places of patterns all of whose addresses earlier ones have, in order.
    package let hidden: [Int]

    /// A label is a number from 0.
    package init(_ labelled: [(pattern: AddressPattern, label: Int)]) {
        var small: [RangeIndex<UInt32>.Entry] = []
        var large: [RangeIndex<UInt128>.Entry] = []
        // Where the entries of each family stand among all.
        var smallPlaces: [Int] = []
        var largePlaces: [Int] = []
        for (place, entry) in labelled.enumerated() {
            switch entry.pattern.span {
            case .v4(let range):
                small.append(.init(range: range, label: entry.label))
                smallPlaces.append(place)
            case .v6(let range):
                large.append(.init(range: range, label: entry.label))
                largePlaces.append(place)
            }
        }
        v4 = RangeIndex(small)
        v6 = RangeIndex(large)
        hidden = (v4.hidden.map { smallPlaces[$0] } + v6.hidden.map { largePlaces[$0] }).sorted()
    }

    /// The label of the first pattern that holds an address; nil: none does.
    package func label(of address: NetworkAddress) -> Int? {
        switch address {
        case .v4(let value): v4[value]
        case .v6(let high, let low): v6[UInt128(high, low)]
        }
    }

    /// Whether every address of a pattern is found under one label.
    package func isWhole(_ pattern: AddressPattern, label: Int) -> Bool {
        switch pattern.span {
        case .v4(let range): v4.isWhole(range, label: label)
        case .v6(let range): v6.isWhole(range, label: label)
        }
    }

    func covers(_ pattern: AddressPattern) -> Bool {
        switch pattern.span {
        case .v4(let range): v4.covers(range)
        case .v6(let range): v6.covers(range)
        }
    }
}
