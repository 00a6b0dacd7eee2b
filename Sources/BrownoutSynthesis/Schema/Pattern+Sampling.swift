import BrownoutDialects

extension Pattern {
    /// Scalars of a made-up text at most.
    private static let longestText = 10_000

    /// A text of a length that the pattern is found in; nil where a few tries did not find one.
    func text(_ lengths: ClosedRange<Int>, _ draws: inout WordStream) -> String? {
        for spread in [2, 4, 0, 8, 1, 16, 0, 32] {
            var text = String.UnicodeScalarView()
            var room = Room(spread: spread)
            guard append(root, &room, to: &text, &draws) else { continue }
            if text.count < lengths.lowerBound {
                // Once more, as long as it has to be.
                room = Room(spread: 0, lacking: lengths.lowerBound - root.least)
                text = String.UnicodeScalarView()
                guard append(root, &room, to: &text, &draws) else { continue }
            }
            for candidate in padded(String(text), lengths.lowerBound, &draws)
            where lengths.contains(candidate.unicodeScalars.count) && isFound(in: candidate) {
                return candidate
            }
        }
        return nil
    }

    /// The text, and with words before or behind it where it is too short: a pattern need not be
    /// anchored.
    private func padded(_ text: String, _ least: Int, _ draws: inout WordStream) -> [String] {
        guard text.unicodeScalars.count < least, least <= Self.longestText else { return [text] }
        var padding = ""
        let lacking = least - text.unicodeScalars.count
        while padding.utf8.count < lacking { padding += Prose.noun(&draws) }
        padding = String(padding.prefix(lacking))
        return [text + padding, padding + text]
    }

    /// By how many repetitions may exceed their least.
    private struct Room {
        /// Each of them, by a draw.
        var spread: Int
        /// All of them together, the first as far as it can.
        var lacking = 0
    }

    /// Appends a text that a node takes. What looks ahead and what stands at an edge adds nothing: the whole text is
    /// held against the pattern afterwards.
    private func append(
        _ node: Node, _ room: inout Room, to text: inout String.UnicodeScalarView,
        _ draws: inout WordStream
    ) -> Bool {
        guard text.count <= Self.longestText else { return false }
        switch node {
        case .one(let set):
            guard let scalar = set.pick(&draws) else { return false }
            text.append(scalar)
            return true
        case .sequence(let nodes):
            for node in nodes where !append(node, &room, to: &text, &draws) { return false }
            return true
        case .alternatives(let options):
            return append(options[draws.below(options.count)], &room, to: &text, &draws)
        case .repeated(let node, let least, let most):
            let most = (most ?? Int.max) - least
            var count = least + draws.below(min(most, room.spread) + 1)
            if room.lacking > 0 {
                let more = min(most, room.lacking / max(node.least, 1))
                room.lacking -= more * max(node.least, 1)
                count = least + more
            }
            for _ in 0..<count where !append(node, &room, to: &text, &draws) { return false }
            return true
        case .start, .end, .boundary, .ahead: return true
        }
    }
}

extension Pattern.Node {
    /// Scalars that the shortest text has, roughly: of alternatives the first counts.
    fileprivate var least: Int {
        switch self {
        case .one: 1
        case .sequence(let nodes): nodes.reduce(0) { min($0 + $1.least, 1_000_000) }
        case .alternatives(let options): options.first?.least ?? 0
        case .repeated(let node, let least, _):
            min(least, 10_000) * min(node.least, 10_000)
        case .start, .end, .boundary, .ahead: 0
        }
    }
}
