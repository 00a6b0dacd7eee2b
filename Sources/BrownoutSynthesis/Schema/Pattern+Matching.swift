extension Pattern {
    /// Whether the pattern is found in a text, as JSON Schema's `pattern` asks (JSON Schema
    /// Validation, 6.3.3: not anchored by itself). A text that would take too long to tell counts
    /// as one that does not fit.
    func isFound(in text: String) -> Bool {
        var steps = 0
        return isFound(in: text, counting: &steps)
    }

    /// The same, with the matcher's steps added to a count.
    func isFound(in text: String, counting steps: inout Int) -> Bool {
        let matcher = PatternMatcher(text)
        let isFound = (0...matcher.count).contains { start in
            matcher.isExhausted || matcher.fits(root, at: start) { _ in true }
        }
        steps += matcher.steps + matcher.count / PatternMatcher.scalarsPerStep
        return isFound && !matcher.isExhausted
    }
}

/// A backtracking matcher with a bound on its steps.
private final class PatternMatcher {
    private let scalars: [UInt32]
    private(set) var steps = 0
    private var depth = 0
    /// Whether some way was not followed to its end.
    private var isCut = false

    private static let mostSteps = 20_000
    /// Calls that are nested at a time: what follows a node is called from within it.
    private static let deepest = 400
    /// Scalars passed over in a loop that cost as much as a step.
    static let scalarsPerStep = 8

    init(_ text: String) {
        scalars = text.unicodeScalars.map(\.value)
    }

    var count: Int { scalars.count }
    var isExhausted: Bool { steps >= Self.mostSteps }

    /// Whether a node fits at an index such that `then` accepts an index behind it.
    func fits(_ node: Pattern.Node, at index: Int, _ then: (Int) -> Bool) -> Bool {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        guard !isExhausted, depth < Self.deepest else {
            isCut = true
            return false
        }
        switch node {
        case .one(let set):
            return index < scalars.count && set.contains(scalars[index]) && then(index + 1)
        case .sequence(let nodes): return fits(nodes[...], at: index, then)
        case .alternatives(let options): return options.contains { fits($0, at: index, then) }
        case .repeated(.one(let set), let least, let most):
            return fits(set, least, most, at: index, then)
        case .repeated(let node, let least, let most):
            return fits(node, least, most, at: index, then)
        case .start: return index == 0 && then(index)
        case .end: return index == scalars.count && then(index)
        case .boundary(let isNegated):
            return (isWord(index - 1) != isWord(index)) != isNegated && then(index)
        case .ahead(let node, let isNegated):
            return looksAhead(node, isNegated, at: index) && then(index)
        }
    }

    /// What was not looked for to the end is not absent.
    private func looksAhead(_ node: Pattern.Node, _ isNegated: Bool, at index: Int) -> Bool {
        let wasCut = isCut
        isCut = false
        defer { isCut = isCut || wasCut }
        if fits(node, at: index, { _ in true }) { return !isNegated }
        return isNegated && !isCut
    }

    private func fits(
        _ nodes: ArraySlice<Pattern.Node>, at index: Int, _ then: (Int) -> Bool
    ) -> Bool {
        guard let first = nodes.first else { return then(index) }
        return fits(first, at: index) { fits(nodes.dropFirst(), at: $0, then) }
    }

    /// Repetitions of a class, without a call for each.
    private func fits(
        _ set: ScalarSet, _ least: Int, _ most: Int?, at index: Int, _ then: (Int) -> Bool
    ) -> Bool {
        var length = 0
        while index + length < scalars.count, length < most ?? .max,
            set.contains(scalars[index + length])
        {
            length += 1
        }
        steps += length / Self.scalarsPerStep
        while length >= least {
            if then(index + length) { return true }
            length -= 1
        }
        return false
    }

    private func fits(
        _ node: Pattern.Node, _ least: Int, _ most: Int?, at index: Int, _ then: (Int) -> Bool
    ) -> Bool {
        if most == 0 { return then(index) }
        let again = fits(node, at: index) { end in
            // A repetition that takes nothing would go on for ever.
            guard end > index || least > 0 else { return false }
            return fits(node, max(least - 1, 0), most.map { $0 - 1 }, at: end, then)
        }
        return again || (least == 0 && then(index))
    }

    private func isWord(_ index: Int) -> Bool {
        scalars.indices.contains(index) && ScalarSet.words.contains(scalars[index])
    }
}
