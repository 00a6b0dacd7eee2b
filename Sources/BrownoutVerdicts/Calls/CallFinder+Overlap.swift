import BrownoutEngine

// Attempts that are in progress at a time: hedges of one call, or two calls.
extension CallFinder {
    /// What an attempt is to a call that is in progress beside it.
    enum Beside {
        /// Another attempt of it, or, where there are several, perhaps of another.
        case hedge(Int, isOnly: Bool)
        /// Perhaps one.
        case unclear(Int)
    }

    /// An attempt beside one in progress is its hedge where one of both is left as soon as the other
    /// has its answer. Where nothing tells, both stay apart, and that is unclear if the first was
    /// silent.
    func beside(_ index: Int) -> Beside? {
        let attempt = attempts[index]
        var near = openByKey[numbers.keys[index]]
        if let words = numbers.words[index] { near += openByWords[words] }
        if near.isEmpty { return nil }
        let beside = open(near, before: attempt).filter { $0.last.isInProgress(at: attempt.begin) }
        if let hedge = beside.first(where: {
            isHedge($0.last, attempt) || isHedge(attempt, $0.last)
        }) {
            return .hedge(hedge.index, isOnly: beside.allSatisfy { $0.index == hedge.index })
        }
        let silent = beside.first { candidate in
            let since = attempt.begin.scenario - candidate.last.begin.scenario
            return since < candidate.last.firstByte ?? .max
        }
        return silent.map { .unclear($0.index) }
    }

    private func isHedge(_ left: Attempt, _ delivered: Attempt) -> Bool {
        guard left.result == .left, delivered.result == .delivered else { return false }
        return abs(left.end.scenario - delivered.end.scenario) <= CallFinder.hedgeWindow
    }
}
