import BrownoutDialects
import BrownoutJSON

/// Readable English of an exact length in tokens.
///
/// Every word of the lexicon is one token by our estimate (at most ten letters), and so is every
/// full stop, so a sentence's pattern has as many tokens as slots.
enum Prose {
    /// Sentences that have exactly so many tokens. Some words of every sentence have letters of
    /// two bytes if they are to be `accented`.
    static func text(
        tokens: Int, accented: Bool = false, _ draws: inout WordStream
    ) -> String {
        guard tokens > 1 else { return tokens < 1 ? "" : accented ? "Sí" : "Yes" }
        var text: [UInt8] = []
        text.reserveCapacity(tokens * 8)
        var rest = tokens
        while rest > 0 {
            let length = sentenceLength(rest, &draws)
            let pattern = accented && length < 5 ? shortAccented[length] : patterns[length]
            appendSentence(
                pattern, accented ? Lexicon.accented : Lexicon.nouns, to: &text, &draws)
            rest -= length
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A word of the lexicon, for values that need one.
    static func noun(_ draws: inout WordStream) -> String {
        pick(Lexicon.nouns, &draws).description
    }

    private enum Slot {
        case word(StaticString)
        case noun
        case adjective
        /// Takes an object.
        case verb
        /// Takes none.
        case act
        case adverb
        case place
        case stop
        case comma
    }

    /// How long the next sentence is: never such that a single token is left over.
    private static func sentenceLength(_ rest: Int, _ draws: inout WordStream) -> Int {
        let longest = patterns.count - 1
        if rest <= longest { return rest }
        let length = 5 + draws.below(longest - 4)
        return rest - length == 1 ? length - 1 : length
    }

    private static func appendSentence(
        _ pattern: [Slot], _ nouns: [StaticString], to text: inout [UInt8],
        _ draws: inout WordStream
    ) {
        let start = text.isEmpty ? 0 : text.count + 1
        for slot in pattern {
            let word: StaticString
            switch slot {
            case .stop: word = "."
            case .comma: word = ","
            case .word(let fixed): word = fixed
            case .noun: word = pick(nouns, &draws)
            case .adjective: word = pick(Lexicon.adjectives, &draws)
            case .verb: word = pick(Lexicon.verbs, &draws)
            case .act: word = pick(Lexicon.acts, &draws)
            case .adverb: word = pick(Lexicon.adverbs, &draws)
            case .place: word = pick(Lexicon.places, &draws)
            }
            switch slot {
            case .stop, .comma: break
            default: if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            }
            text.append(text: word)
        }
        // A sentence begins with a letter, which becomes a capital.
        text[start] &= 0xDF
    }

    private static func pick(
        _ words: [StaticString], _ draws: inout WordStream
    ) -> StaticString {
        words[draws.below(words.count)]
    }

    /// Sentences without a noun, in which another word has the accent.
    private static let shortAccented: [[Slot]] = [
        [],
        [.word("Sí")],
        [.word("Voilà"), .stop],
        [.word("Zoë"), .act, .stop],
        [.word("Zoë"), .act, .adverb, .stop],
    ]

    /// A pattern for each length, by its number of tokens.
    private static let patterns: [[Slot]] = [
        [],
        [.word("Yes")],
        [.adverb, .stop],
        [.word("That"), .act, .stop],
        [.word("That"), .act, .adverb, .stop],
        [.word("The"), .noun, .act, .adverb, .stop],
        [.word("The"), .adjective, .noun, .act, .adverb, .stop],
        [.word("The"), .noun, .verb, .word("the"), .adjective, .noun, .stop],
        [
            .word("Every"), .adjective, .noun, .verb, .word("the"), .adjective, .noun, .stop,
        ],
        [
            .word("The"), .noun, .verb, .word("the"), .noun, .place, .word("the"), .noun, .stop,
        ],
        [
            .word("A"), .noun, .verb, .word("the"), .adjective, .noun, .place, .word("the"),
            .noun, .stop,
        ],
        [
            .adverb, .comma, .word("the"), .noun, .verb, .word("a"), .noun, .place,
            .word("the"), .noun, .stop,
        ],
        [
            .word("The"), .adjective, .noun, .verb, .word("the"), .noun, .comma, .word("and"),
            .word("the"), .noun, .act, .stop,
        ],
    ]
}

/// Our own words. None has more than ten letters, and no noun or adjective begins with a vowel,
/// so that "a" is always right.
private enum Lexicon {
    static let nouns: [StaticString] = [
        "bridge", "garden", "harbor", "lantern", "river", "window", "market", "letter", "table",
        "village", "station", "machine", "signal", "library", "morning", "journey", "question",
        "picture", "forest", "kitchen", "teacher", "painter", "sailor", "baker", "neighbor",
        "mountain", "railway", "museum", "compass", "recipe", "blanket", "notebook", "shadow",
        "ladder", "meadow", "pattern", "captain", "theater", "workshop", "curtain",
    ]
    static let accented: [StaticString] = [
        "café", "façade", "château", "crêpe", "décor", "entrée", "fiancé", "jalapeño", "matinée",
        "piñata", "protégé", "résumé", "soirée", "naïveté",
    ]
    static let adjectives: [StaticString] = [
        "quiet", "small", "bright", "careful", "patient", "distant", "narrow", "gentle",
        "curious", "wooden", "familiar", "northern", "busy", "clear", "steady", "warm", "hidden",
        "modern", "simple", "silver", "friendly", "rapid", "modest", "golden",
    ]
    static let verbs: [StaticString] = [
        "follows", "carries", "repairs", "opens", "finds", "crosses", "explains", "measures",
        "watches", "reaches", "describes", "protects", "connects", "guides", "paints", "visits",
        "improves", "remembers", "answers", "supports",
    ]
    static let acts: [StaticString] = [
        "works", "waits", "rests", "returns", "shines", "grows", "changes", "continues", "helps",
        "appears",
    ]
    static let adverbs: [StaticString] = [
        "slowly", "quietly", "today", "again", "usually", "often", "together", "carefully",
        "gladly", "calmly",
    ]
    static let places: [StaticString] = [
        "behind", "beside", "near", "beyond", "across", "above", "below", "beneath",
    ]
}
