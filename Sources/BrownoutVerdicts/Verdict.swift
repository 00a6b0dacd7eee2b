/// What a rule or an expectation comes to. Three-valued: without evidence nothing passes or fails.
package enum Verdict: String, CaseIterable, Sendable {
    case pass
    case fail
    /// There is something to judge, and not what it takes to judge it.
    case unknown
    /// Nothing happened that it is about.
    case notExercised = "not-exercised"

    /// What several calls come to together: one failure fails, one lack of evidence leaves it
    /// open, one success passes.
    package static func over(_ verdicts: some Sequence<Verdict>) -> Verdict {
        verdicts.max { $0.weight < $1.weight } ?? .notExercised
    }

    /// Its rank among all four, from 0.
    var weight: Int {
        switch self {
        case .fail: 3
        case .unknown: 2
        case .pass: 1
        case .notExercised: 0
        }
    }
}

extension Int {
    /// `1 call`, `2 calls`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
