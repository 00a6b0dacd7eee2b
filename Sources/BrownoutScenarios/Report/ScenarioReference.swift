package import BrownoutEngine

/// The parts of the language's reference that are made from the tables the loader checks with.
package enum ScenarioReference {
    /// A Markdown table of a mapping's keys: name, value, meaning.
    package static func table(of kind: MappingKind) -> String {
        var lines = ["| key | value | meaning |", "|---|---|---|"]
        for key in kind.table.keys {
            let required = key.isRequired ? " Required." : ""
            lines.append("| `\(key.name)` | \(key.shape.words) | \(key.summary)\(required) |")
        }
        return lines.joined(separator: "\n")
    }

    /// A Markdown table of a family's faults: name, example, what happens.
    package static func faults(of family: FaultFamily) -> String {
        let rows = FaultKind.allCases.filter { $0.family == family }.map {
            "| `\($0.name)` | `\($0.example)` | \($0.summary) |"
        }
        return (["| fault | for example | what it is |", "|---|---|---|"] + rows)
            .joined(separator: "\n")
    }

    /// A Markdown table of all causes and the truth about them.
    package static var causes: String {
        let rows = Cause.allCases.map {
            let retryable = $0.isRetryable ? "yes" : "no"
            return "| `\($0.rawValue)` | \($0.summary) | \($0.category.rawValue) | \(retryable) |"
        }
        let head = ["| cause | meaning | category | retryable |", "|---|---|---|---|"]
        return (head + rows).joined(separator: "\n")
    }

    /// A Markdown list of the words a mapping refuses for now.
    package static func later(of kind: MappingKind) -> String {
        kind.table.later.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }
}

extension ValueShape {
    /// The shape in a few words of Markdown.
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .boolean: "`true` or `false`"
        case .integer(let least): "a whole number from \(least)"
        case .glob: "a pattern"
        case .address: "an address"
        case .country: "a country"
        case .word(let words) where words.count > 6: "a name"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .vocabulary(let vocabulary): ValueShape.word(vocabulary.words).words
        case .grammar(let grammar): grammar.noun
        case .mapping(let kind): "a mapping (\(kind.rawValue))"
        case .record(_, let value): "names, each with \(value.words)"
        case .anyMapping: "any mapping"
        case .anything: "any value"
        case .list(let element, _): "a list of: \(element.words)"
        case .either(let shapes): ValueShape.alternatives(shapes)
        }
    }

    private static func alternatives(_ shapes: [ValueShape]) -> String {
        if shapes.count == 2, case .list(let element, _) = shapes[1],
            element.words == shapes[0].words
        {
            return "\(shapes[0].words), or a list"
        }
        let hasList = shapes.contains { if case .list = $0 { true } else { false } }
        return shapes.map(\.words).joined(separator: hasList ? "; or " : ", or ")
    }
}
