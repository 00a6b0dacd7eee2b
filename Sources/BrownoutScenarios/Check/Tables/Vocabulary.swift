import BrownoutEngine

/// Words that a scenario chooses from, each with its meaning.
struct Vocabulary: Sendable {
    /// What the JSON Schema calls it.
    let name: String
    let words: [String]
    /// One for each word.
    let meanings: [String]

    private init(_ name: String, _ entries: [(word: String, meaning: String)]) {
        self.name = name
        words = entries.map(\.word)
        meanings = entries.map(\.meaning)
    }

    static let causes = Vocabulary("cause", causeEntries)

    /// Every fault that a word names.
    static let faults = Vocabulary("fault", causeEntries + faultEntries { _ in true })

    /// What a step of a sequence is, in a word.
    static let steps = Vocabulary(
        "step", [(Word.ok, "nothing goes wrong")] + causeEntries + faultEntries { _ in true })

    /// The words of a family of faults.
    static func family(_ family: FaultFamily) -> Vocabulary {
        Vocabulary(family.rawValue, faultEntries { $0.family == family })
    }

    /// All there are.
    static let all =
        [causes, faults, steps]
        + FaultFamily.allCases.filter { FaultKey(rawValue: $0.rawValue)?.isFamily == true }
        .map(family)

    private static let causeEntries = Cause.allCases.map { ($0.rawValue, $0.summary) }

    private static func faultEntries(
        _ isMeant: (FaultKind) -> Bool
    ) -> [(word: String, meaning: String)] {
        FaultKind.allCases.filter { $0.isWord && isMeant($0) }.map { ($0.name, $0.summary) }
    }
}
