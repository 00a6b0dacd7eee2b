/// Which of many ranges of numbers holds a number: disjoint pieces in order, and a binary search.
/// Where ranges overlap, the first of them counts.
struct RangeIndex<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// A range and what it is found as, from 0.
    struct Entry {
        var range: ClosedRange<Number>
        var label: Int
    }

    /// Where each piece begins, ascending. The last one reaches to the largest number.
    private var starts: [Number] = []
    /// What each piece belongs to; negative: to no range.
    private var labels: [Int] = []
    /// The ranges that earlier ones hold wholly, by their place among the entries.
    private(set) var hidden: [Int] = []

    private static var none: Int { -1 }

    /// Takes the time of sorting the entries.
    init(_ entries: [Entry]) {
        var bounds: [Number] = []
        bounds.reserveCapacity(2 * entries.count)
        for entry in entries {
            bounds.append(entry.range.lowerBound)
            if entry.range.upperBound < .max { bounds.append(entry.range.upperBound + 1) }
        }
        bounds.sort()
        for bound in bounds where bound != starts.last { starts.append(bound) }
        labels = Array(repeating: Self.none, count: starts.count)
        // From each piece the next one that is still free: a piece is taken once, so all entries
        // together walk over each of them once.
        var free = Array(0...starts.count)
        func nextFree(_ piece: Int) -> Int {
            var root = piece
            while free[root] != root { root = free[root] }
            var step = piece
            while free[step] != root { (step, free[step]) = (free[step], root) }
            return root
        }
        for (place, entry) in entries.enumerated() {
            let end =
                entry.range.upperBound == .max
                ? starts.count : (piece(of: entry.range.upperBound) ?? 0) + 1
            var piece = nextFree(piece(of: entry.range.lowerBound) ?? 0)
            if piece >= end { hidden.append(place) }
            while piece < end {
                labels[piece] = entry.label
                free[piece] = piece + 1
                piece = nextFree(piece + 1)
            }
        }
        join()
    }

    /// Makes one piece of neighbours with the same label.
    private mutating func join() {
        var kept = 0
        for piece in starts.indices where piece == 0 || labels[piece] != labels[kept - 1] {
            starts[kept] = starts[piece]
            labels[kept] = labels[piece]
            kept += 1
        }
        starts.removeSubrange(kept...)
        labels.removeSubrange(kept...)
    }

    /// The label of the range that holds a number.
    subscript(_ number: Number) -> Int? {
        guard let piece = piece(of: number) else { return nil }
        let label = labels[piece]
        return label < 0 ? nil : label
    }

    /// Whether all of a range is found under one label.
    func isWhole(_ range: ClosedRange<Number>, label: Int) -> Bool {
        guard let piece = piece(of: range.lowerBound) else { return false }
        return labels[piece] == label
            && (piece + 1 == starts.count || starts[piece + 1] > range.upperBound)
    }

    /// Whether every number of a range is in some range.
    func covers(_ range: ClosedRange<Number>) -> Bool {
        guard var piece = piece(of: range.lowerBound) else { return false }
        while piece < starts.count, starts[piece] <= range.upperBound {
            if labels[piece] < 0 { return false }
            piece += 1
        }
        return true
    }

    /// The last piece that begins at a number or before it.
    private func piece(of number: Number) -> Int? {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
