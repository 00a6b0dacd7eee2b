import BrownoutDialects
import BrownoutJSON

/// Makes up what a custom tool is given: a text, or one that its grammar takes.
enum CustomInput {
    private static let lengths = 4...12

    /// A text of the language of a regular expression or of a Lark grammar, and plain words where
    /// that cannot be met.
    static func text(_ grammar: JSON, _ draws: inout WordStream) -> String {
        let definition = grammar["definition"]?.stringValue ?? ""
        let made =
            switch grammar["syntax"]?.stringValue {
            case "regex": matching(definition, &draws)
            case "lark": LarkGrammar(definition)?.text(&draws)
            default: String?.none
            }
        if let made { return made }
        return Prose.text(tokens: lengths.lowerBound + draws.below(lengths.count), &draws)
    }

    /// A text that a pattern takes from its beginning to its end.
    static func matching(_ definition: String, _ draws: inout WordStream) -> String? {
        var work = 0
        return Pattern("^(?:\(definition))$")?.text(0...2_000, &draws, counting: &work)
    }
}
