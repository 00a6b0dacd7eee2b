import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `wrong-usage`: numbers that contradict each other.
    ///
    /// - Where there is a total, the parts are a thousand more: the last of them is.
    /// - Where there is none, counts are a thousand more than others say: what Anthropic wrote to
    ///   its cache is more than its two parts, and the output in the end more than was said.
    func withWrongUsage(_ reading: AnswerReading) -> Answer? {
        let counts = reading.usage.counts
        return editing { json in
            guard let counts = counts.contradicting(json) else { return nil }
            return json.changing(counts) { $0.plus(1000) }
        }
    }
}

extension AnswerReading.Usage.Counts {
    /// The counts that contradict others once they are more; nil where none do.
    fileprivate func contradicting(_ json: JSON) -> [JSONPath]? {
        func isThere(_ path: JSONPath) -> Bool {
            json.values(at: path).contains { $0.intValue != nil }
        }
        switch self {
        case .total(let total, let parts):
            guard isThere(total), let part = parts.last(where: isThere) else { return nil }
            return [part]
        case .loose(let sets): return sets.first { $0.allSatisfy(isThere) }
        }
    }
}
