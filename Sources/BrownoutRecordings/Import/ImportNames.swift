extension Importer {
    /// Endings of names that say what a file is, not which.
    private static let endings = [
        ".gz", ".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".har", ".txt",
    ]
    /// Characters of a name.
    private static let longestStem = 60
    /// The same with those of its folders.
    private static let longestPath = 120

    /// A file's name without its folders and endings, of letters that an id can have.
    package static func stem(of name: String) -> String {
        stem(of: name, folders: 0)
    }

    /// Names for files, one for each, that tell them apart: by their folders where they are called
    /// the same, and by numbers where that is not enough.
    package static func stems(of files: [String]) -> [String] {
        var stems = files.map { stem(of: $0) }
        for folders in 1...3 {
            var counts: [String: Int] = [:]
            for stem in stems { counts[stem, default: 0] += 1 }
            for index in files.indices where counts[stems[index], default: 0] > 1 {
                stems[index] = stem(of: files[index], folders: folders)
            }
        }
        var taken: Set<String> = []
        var next: [String: Int] = [:]
        for index in stems.indices {
            let stem = stems[index]
            while !taken.insert(stems[index]).inserted {
                let number = next[stem, default: 2]
                next[stem] = number + 1
                stems[index] = "\(stem)-\(number)"
            }
        }
        return stems
    }

    private static func stem(of name: String, folders: Int) -> String {
        let parts = name.split(separator: "/").filter { $0 != "." && $0 != ".." }
        var last = parts.last ?? ""
        while let ending = endings.first(where: { last.lowercased().hasSuffix($0) }) {
            last = last.dropLast(ending.count)
        }
        let names = parts.dropLast().suffix(folders) + [last]
        let plain = names.joined(separator: "-").map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "-"
        }
        guard !last.isEmpty else { return "imported" }
        return folders == 0
            ? String(plain.prefix(longestStem)) : String(plain.suffix(longestPath))
    }
}
