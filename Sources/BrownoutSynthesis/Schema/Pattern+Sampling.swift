import BrownoutDialects

extension Pattern {
    /// Scalars of a made-up text at most.
    private static let longestText = 10_000
    /// Parts of the pattern that are gone through for one text, in all its tries.
    private static let mostSteps = 20_000

    /// A text of a length that the pattern is found in; nil where a few tries did not find one.
    /// The steps it took are added to `work`.
    func text(
        _ lengths: ClosedRange<Int>, _ draws: inout WordStream, counting work: inout Int
    ) -> String? {
        var steps = 0
        defer { work += steps }
        for spread in [2, 4, 0, 8, 1, 16, 0, 32] where steps < Self.mostSteps {
            var room = Room(spread: spread, steps: steps)
            var isMade = append(root, &room, &draws)
            if isMade, room.length < lengths.lowerBound {
                // Once more, as long as it has to be.
                room = Room(
                    spread: 0, lacking: lengths.lowerBound - root.least, steps: room.steps)
                isMade = append(root, &room, &draws)
            }
            steps = room.steps
            guard isMade else { continue }
            for candidate in padded(String(room.text), lengths.lowerBound, &draws)
            where lengths.contains(candidate.unicodeScalars.count)
                && isFound(in: candidate, counting: &work)
            {
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

    /// A text in the making, and the room it has.
    private struct Room {
        /// By how many a repetition may exceed its least: each of them, by a draw.
        var spread: Int
        /// By how many all of them together, the first as far as it can.
        var lacking = 0
        var steps: Int
        var text = String.UnicodeScalarView()
        /// Scalars of the text, which would have to be counted anew each time.
        var length = 0
    }

    /// Appends a text that a node takes. What looks ahead and what stands at an edge adds nothing:
    /// the whole text is held against the pattern afterwards.
    private func append(
        _ node: Node, _ room: inout Room, _ draws: inout WordStream
    ) -> Bool {
        room.steps += 1
        guard room.length <= Self.longestText, room.steps < Self.mostSteps else { return false }
        switch node {
        case .one(let set):
            guard let scalar = set.pick(&draws) else { return false }
            room.text.append(scalar)
            room.length += 1
            return true
        case .sequence(let nodes):
            for node in nodes where !append(node, &room, &draws) { return false }
            return true
        case .alternatives(let options):
            return append(options[draws.below(options.count)], &room, &draws)
        case .repeated(let node, let least, let most):
            let most = (most ?? Int.max) - least
            var count = least + draws.below(min(most, room.spread) + 1)
            if room.lacking > 0 {
                let more = min(most, room.lacking / max(node.least, 1))
                room.lacking -= more * max(node.least, 1)
                count = least + more
            }
            for _ in 0..<count where !append(node, &room, &draws) { return false }
            return true
        case .start, .end, .boundary, .ahead: return true
        }
    }
}

extension Pattern.Node {
    /// Scalars that the shortest text has, roughly: of alternatives the first counts.
    var least: Int {
        switch self {
        case .one: 1
        case .sequence(let nodes): nodes.reduce(0) { min($0 + $1.least, 1_000_000) }
        case .alternatives(let options): options.first?.least ?? 0
        case .repeated(let node, let least, _):
            min(least, 10_000) * min(node.least, 10_000)
        case .start, .end, .boundary, .ahead: 0
        }
    }

    /// Whether no text that it takes has any scalars.
    var isEmpty: Bool {
        switch self {
        case .one: false
        case .sequence(let nodes), .alternatives(let nodes): nodes.allSatisfy(\.isEmpty)
        case .repeated(let node, _, let most): most == 0 || node.isEmpty
        case .start, .end, .boundary, .ahead: true
        }
    }
}
