/// Whether the words around a schema ask for JSON, and for a code block around it. They are read
/// one by one; a sentence is as much as belongs together.
struct PromptWords {
    private(set) var askForJSON = false
    /// A code block is asked for, and nowhere forbidden.
    var askForCodeBlock: Bool { wantsBlock && !forbidsBlock }
    private var wantsBlock = false
    private var forbidsBlock = false

    private var word = ""
    /// The words of the sentence up to this one.
    private var before: [String] = []
    /// Backticks and line feeds right before the word.
    private var backticks = 0
    private var lineFeeds = 0
    private var endsSentence = false
    /// `json` was said, and what comes next tells how it was meant.
    private var open: JSONWord?

    private struct JSONWord {
        /// It is the language of a code block.
        var isFence: Bool
        var before: [String]
    }

    /// Letters of a word that is looked at; words of a sentence that are remembered.
    private static let (longestWord, longestSentence) = (16, 24)

    mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): add(byte | 0x20)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            add(byte)
        default: separate(byte)
        }
    }

    /// A schema stands here.
    mutating func takeSchema() {
        separate(0x20)
        // A block that holds the schema is not one to be written.
        if open?.isFence == true { open = nil }
        closeJSON(next: nil)
        before = []
    }

    /// The end of a text.
    mutating func end() {
        separate(0x20)
        closeJSON(next: nil)
        before = []
    }

    private mutating func add(_ byte: UInt8) {
        // A full stop ends a sentence only before a space.
        endsSentence = false
        if word.utf8.count < Self.longestWord { word.unicodeScalars.append(Unicode.Scalar(byte)) }
    }

    private mutating func separate(_ byte: UInt8) {
        let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        if !word.isEmpty { endWord() }
        if endsSentence, isSpace { endSentence() }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): endsSentence = true
        case UInt8(ascii: "`"): backticks += 1
        case 0x0A:
            lineFeeds += 1
            if lineFeeds == 2 { endSentence() }
        default: if !isSpace { backticks = 0 }
        }
        if !isSpace { lineFeeds = 0 }
    }

    private mutating func endSentence() {
        endsSentence = false
        closeJSON(next: nil)
        before = []
    }

    private mutating func endWord() {
        let isFence = backticks >= 3 && word == "json"
        closeJSON(next: word)
        if word == "json" { open = JSONWord(isFence: isFence, before: before) }
        if isBlock { noteBlock(before) }
        if before.count == Self.longestSentence { before.removeFirst() }
        before.append(word)
        word = ""
        (backticks, lineFeeds) = (0, 0)
    }

    // MARK: JSON

    private static let verbs: [String] = [
        "answer", "answers", "convert", "create", "emit", "extract", "fill", "format", "formatted",
        "generate", "give", "must", "need", "output", "outputs", "please", "print", "produce",
        "provide", "reply", "respond", "responds", "response", "responses", "result", "return",
        "returns", "send", "should", "use", "want", "write",
    ]
    /// Those with which an instance is meant even where a schema is named: who is to create a
    /// JSON Schema writes no instance.
    private static let schemaVerbs: [String] = [
        "adhere", "adheres", "answer", "conform", "conforming", "conforms", "extract", "fill",
        "follow", "match", "matches", "matching", "must", "output", "reply", "respond", "response",
        "result", "return",
    ]

    private mutating func closeJSON(next: String?) {
        guard let json = open else { return }
        open = nil
        if json.isFence { noteBlock(json.before) }
        if next == "schema" || next == "schemas" {
            if json.before.contains(where: Self.schemaVerbs.contains) { askForJSON = true }
        } else if next == "only" || ["in", "as", "only", "valid"].contains(json.before.last)
            || json.before.contains(where: Self.verbs.contains)
        {
            askForJSON = true
        }
    }

    // MARK: Code blocks

    private static let negations: [String] = [
        "avoid", "don", "dont", "exclude", "never", "no", "not", "omit", "remove", "without",
    ]

    private var isBlock: Bool {
        switch word {
        case "codeblock", "codeblocks", "fenced", "fencing", "backticks": true
        case "block", "blocks", "fence", "fences", "snippet": before.last == "code"
        default: false
        }
    }

    private mutating func noteBlock(_ before: [String]) {
        if before.suffix(8).contains(where: Self.negations.contains) {
            forbidsBlock = true
        } else {
            wantsBlock = true
        }
    }
}
