/// Words of a journal that this version has no values for, because another version wrote them.
/// They are shown as they were written. What we write ourselves has none, which costs a word.
package struct ForeignWords: Sendable, Equatable {
    /// What a word stands for.
    package enum Place: Sendable {
        case callSource
        case dialect
        case faults
        case cause
        case category
        case trace
        case plan
        case ending
        case source
        case httpProtocol
        case promises
        case toolResults
        case toolCalls
    }

    private struct Word: Sendable, Equatable {
        var place: Place
        var text: String
    }

    private var words: [Word] = []

    /// No words.
    package init() {}

    /// The word in a place; nil: what stands there is known.
    package subscript(place: Place) -> String? {
        get { words.first { $0.place == place }?.text }
        set {
            words.removeAll { $0.place == place }
            if let newValue { words.append(Word(place: place, text: newValue)) }
        }
    }

    /// The value of a word of the journal; one that is not known is kept.
    package mutating func value<Value: RawRepresentable<String>>(
        of text: String?, in place: Place, as type: Value.Type = Value.self
    ) -> Value? {
        guard let text, !text.isEmpty else { return nil }
        if let value = Value(rawValue: text) { return value }
        self[place] = text
        return nil
    }

    /// Takes credentials out of the words.
    package mutating func redact(_ change: (inout String) -> Void) {
        for index in words.indices { change(&words[index].text) }
    }
}
