/// Everything that is known of a fault, whatever it does: one row, one file, under `Rows`. The
/// scenario language, its schema, the reference, metrics, checks and the floors that inject read
/// it here; what a fault does stands on the floor that it belongs to.
package struct FaultRow: Sendable {
    /// What a scenario, the journal and metrics call it.
    package let name: String
    /// The heading it stands under in the reference; its file lies in the folder of that name.
    package let family: FaultFamily
    /// The part of an answer that it decides.
    package let layer: FaultLayer
    /// What has to be so for it to be possible.
    package let need: FaultNeed
    /// Whether a scenario can say at which place of the answer it stands.
    package let takesPosition: Bool
    /// What a client should make of it: `unknown` where an answer came that is odd or wrong, and
    /// nothing failed on the way. Nil where it is that of a cause.
    package let category: ErrorCategory?
    /// Whether the same request is worth a retry: what fails on the way is, and an answer that
    /// cannot be used; not one that says what was asked for in an odd form. Nil where it is as
    /// with a cause, or as the scenario's own words have it.
    package let isRetryable: Bool?
    /// What else is so of it, for the code that injects it.
    package let traits: FaultTraits
    /// One line for the reference and for messages.
    package let summary: String
    /// How a scenario writes it.
    package let example: String

    /// A fault that is a family of its own, or one of a few that stand under a heading.
    init(
        _ name: String, _ family: FaultFamily, layer: FaultLayer, need: FaultNeed = .nothing,
        takesPosition: Bool = false, category: ErrorCategory?, isRetryable: Bool?,
        traits: FaultTraits = [], summary: String, example: String? = nil
    ) {
        self.name = name
        self.family = family
        self.layer = layer
        self.need = need
        self.takesPosition = takesPosition
        self.category = category
        self.isRetryable = isRetryable
        self.traits = traits
        self.summary = summary
        self.example = example ?? "fault: \(name)"
    }

    /// A fault that is a word of its family.
    init<Word: FaultWord>(
        _ word: Word, layer: FaultLayer, need: FaultNeed = .nothing, takesPosition: Bool = false,
        category: ErrorCategory?, isRetryable: Bool?, traits: FaultTraits = [], summary: String,
        example: String? = nil
    ) {
        self.init(
            word.rawValue, Word.family, layer: layer, need: need, takesPosition: takesPosition,
            category: category, isRetryable: isRetryable, traits: traits, summary: summary,
            example: example)
    }
}

/// The headings that faults stand under; the raw value is also the key of a family of words.
package enum FaultFamily: String, CaseIterable, Sendable {
    case cause
    case cut
    case time
    case connection
    case framing
    case mangle
    case shape
    case missing
    case content
    case page
    case verbatim
    case http2
    case tls
}

/// What a fault leaves of an answer, and what it takes to inject it.
package struct FaultTraits: OptionSet, Sendable {
    /// One bit for each of the traits below.
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A client that reads the whole answer does not get what it asked for, so that its next try
    /// is an attempt at the same. Errors tell by their status, cuts by their end.
    package static let spoils = FaultTraits(rawValue: 1 << 0)
    /// Another answer stands in place of the provider's, so that nothing has to be made up.
    package static let replaces = FaultTraits(rawValue: 1 << 1)
    /// The answer is no stream, also where one was asked for.
    package static let plain = FaultTraits(rawValue: 1 << 2)
    /// What a reply would say is never said.
    package static let wordless = FaultTraits(rawValue: 1 << 3)
    /// No tool is called.
    package static let toolless = FaultTraits(rawValue: 1 << 4)
    /// It takes knowing what a recorded body says, and having it whole.
    package static let readsAnswer = FaultTraits(rawValue: 1 << 5)
    /// It changes an answer that is written already.
    package static let edits = FaultTraits(rawValue: 1 << 6)
    /// It is in what is said, before that is put into the words of an API.
    package static let inReply = FaultTraits(rawValue: 1 << 7)
    /// It is in the calls of tools.
    package static let inCalls = FaultTraits(rawValue: 1 << 8)
    /// It is in what a model says, and not in the answer around that.
    package static let aboutWords = FaultTraits(rawValue: 1 << 9)
    /// The connection is closed behind it.
    package static let closes = FaultTraits(rawValue: 1 << 10)
    /// It is about the last events, or what should be there of them.
    package static let aboutEnd = FaultTraits(rawValue: 1 << 11)
    /// It is how the bytes of a stream go out, whatever they are.
    package static let delivery = FaultTraits(rawValue: 1 << 12)
    /// Nothing of the answer is seen, so that it need not be got.
    package static let hides = FaultTraits(rawValue: 1 << 13)
    /// The answer ends where it stands; at the start, no byte goes out.
    package static let ends = FaultTraits(rawValue: 1 << 14)
    /// The answer is a page or a text, and no JSON.
    package static let noJSON = FaultTraits(rawValue: 1 << 15)
}
