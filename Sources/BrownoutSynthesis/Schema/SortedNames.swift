/// Names to look up among many: a client decides how many there are, and going through them for
/// each of as many others would take the square of that.
struct SortedNames {
    private let entries: [(name: String, place: Int)]

    init(_ names: some Sequence<String>) {
        var entries: [(name: String, place: Int)] = []
        for (place, name) in names.enumerated() { entries.append((name, place)) }
        self.entries = entries.sorted { ($0.name, $0.place) < ($1.name, $1.place) }
    }

    /// The place of a name in the sequence; of a name that occurs twice, the first one.
    func place(of name: String) -> Int? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].name == name ? entries[low].place : nil
    }

    func contains(_ name: String) -> Bool { place(of: name) != nil }
}
