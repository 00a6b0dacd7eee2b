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
        let all = Set(verdicts)
        return [.fail, .unknown, .pass].first { all.contains($0) } ?? .notExercised
    }
}

extension Int {
    /// `1 call`, `2 calls`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
