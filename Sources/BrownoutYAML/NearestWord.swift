/// Finds what a misspelt word was meant to be.
package enum NearestWord {
    /// The candidate with the smallest distance, if it is near enough to be worth a suggestion:
    /// a third of the word's length, at most three. The first one wins a tie.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = normal(word)
        guard word.count <= 40 else { return nil }
        let limit = min(3, max(1, word.count / 3))
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(word, normal(candidate))
            if distance <= limit, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.word
    }

    /// Lower case with hyphens, so that `retry_after` and `retryAfter` are `retry-after`.
    private static func normal(_ word: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var isAfterLower = false
        for scalar in word.unicodeScalars.prefix(64) {
            if scalar == "_" || scalar == " " {
                scalars.append("-")
            } else if ("A"..."Z").contains(scalar) {
                let lower = Unicode.Scalar(UInt8(scalar.value) + 32)
                if isAfterLower { scalars.append("-") }
                scalars.append(lower)
            } else {
                scalars.append(scalar)
            }
            isAfterLower = ("a"..."z").contains(scalar)
        }
        return scalars
    }

    /// Damerau-Levenshtein: insertions, deletions, substitutions and swaps of neighbours.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var value = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    value = min(value, beforeLast[j - 2] + 1)
                }
                row.append(value)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
