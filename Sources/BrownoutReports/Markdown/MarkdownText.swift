/// Text as Markdown of GitHub's flavour shows it word by word, in one line.
enum MarkdownText {
    /// Nothing in it is taken for markup, also not in the cell of a table.
    static func plain(_ text: String) -> String {
        var result = ""
        for character in text.inOneLine {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!", "$":
                result += "\\\(character)"
            // A name behind it would call somebody.
            case "@": result += "&#64;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A row of a table; the cells are Markdown.
    static func row(_ cells: [String]) -> String {
        "| " + cells.joined(separator: " | ") + " |"
    }

    /// The two lines that begin a table.
    static func head(_ names: [String]) -> [String] {
        [row(names), row(names.map { _ in "---" })]
    }
}
