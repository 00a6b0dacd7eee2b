import BrownoutVerdicts

/// Text as HTML takes it, between tags and between double quotes.
enum HTMLText {
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.inOneLine.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A verdict's word in its colour.
    static func badge(_ word: String, _ verdict: Verdict) -> String {
        let kind = word == "warn" ? "unknown" : verdict.rawValue
        return #"<span class="badge \#(kind)">\#(escaped(word))</span>"#
    }

    /// A table; cells are HTML.
    static func table(_ caption: String, _ head: [String], _ rows: [[String]]) -> String {
        let cells = head.map { #"<th scope="col">\#($0)</th>"# }.joined()
        let body = rows.map { row in
            "<tr>" + row.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }.joined()
        return #"<div class="wide"><table><caption>\#(caption)</caption>"#
            + "<thead><tr>\(cells)</tr></thead>\n<tbody>\n\(body)</tbody></table></div>\n"
    }
}
