import BrownoutRecords
import Glibc

/// The exchanges in progress, in a small file beside that of the recordings: `+ id summary` when
/// one begins, `- id` when it ended. It grows by lines and is written anew when most of it is past.
struct InflightFile: ~Copyable {
    private static let looseBytes: Int64 = 64 * 1024

    private var file: OpenFile
    private var end: Int64 = 0
    /// In the order in which they began.
    private var open: [(id: String, summary: String)] = []

    /// Begins anew; `lost` is told what the writer before left open and did not write.
    init(beside path: String, lost: inout [String]) throws(RecordingError) {
        let file = try OpenFile(path: path + ".inflight")
        let left = try InflightFile.left(file)
        if !left.isEmpty {
            let written = try InflightFile.written(in: path)
            for words in left where !written.contains(words[0]) {
                let names = words.map { $0.dropFirst().dropLast() }
                let summary = names.count > 1 && !names[1].isEmpty ? " (\(names[1]))" : ""
                lost.append(
                    "\(path): lost \(names[0])\(summary), which was in progress when the recorder "
                        + "before ended")
            }
        }
        try file.truncate(to: 0)
        self.file = file
    }

    mutating func began(_ id: String, _ summary: String) throws(RecordingError) {
        open.append((id, summary))
        try add(InflightFile.line(id, summary))
    }

    /// An id that never began is no mistake: importers have nothing in progress.
    mutating func ended(_ id: String) throws(RecordingError) {
        guard let index = open.firstIndex(where: { $0.id == id }) else { return }
        open.remove(at: index)
        try add("- \(InflightFile.word(id))\n")
        guard end > InflightFile.looseBytes else { return }
        let lines = open.map { InflightFile.line($0.id, $0.summary) }.joined()
        if Int64(lines.utf8.count) < end / 2 { try rewrite(lines) }
    }

    /// Removes the file where nothing is in progress.
    func close() {
        if open.isEmpty { unlink(file.path) }
    }

    private mutating func add(_ text: String) throws(RecordingError) {
        let bytes = Array(text.utf8)
        try file.write(bytes, at: end)
        end += Int64(bytes.count)
    }

    private mutating func rewrite(_ lines: String) throws(RecordingError) {
        let path = file.path
        let new = try OpenFile(path: path + ".new", flags: O_RDWR | O_CREAT | O_TRUNC)
        let bytes = Array(lines.utf8)
        try new.write(bytes, at: 0)
        guard rename(new.path, path) == 0 else { throw .system(path, "cannot be written", errno) }
        file = try OpenFile(path: path)
        end = Int64(bytes.count)
    }

    private static func line(_ id: String, _ summary: String) -> String {
        "+ \(word(id)) \(word(summary))\n"
    }

    /// A text in one line without spaces at its borders: as YAML's quoted scalars.
    private static func word(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.appendYAML(quoted: text)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The words of what began and did not end, of the lines that are whole.
    private static func left(_ file: borrowing OpenFile) throws(RecordingError) -> [[String]] {
        let bytes = try file.read(at: 0, count: Int(file.size))
        let text = String(decoding: bytes, as: UTF8.self)
        var open: [[String]] = []
        for line in text.split(separator: "\n") {
            let words = words(line.dropFirst(2))
            guard let id = words.first else { continue }
            if line.hasPrefix("+ ") {
                open.append(words)
            } else {
                open.removeAll { $0[0] == id }
            }
        }
        return open
    }

    /// The quoted words of a line, as they stand there.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var isEscaped = false
        for character in line {
            let isQuote = character == "\"" && !isEscaped
            isEscaped = character == "\\" && !isEscaped
            switch (word, isQuote) {
            case (nil, true): word = "\""
            case (let begun?, true):
                words.append(begun + "\"")
                word = nil
            case (let begun?, false): word = begun + String(character)
            case (nil, false): break
            }
        }
        return words
    }

    /// The ids of a file, as words.
    private static func written(in path: String) throws(RecordingError) -> Set<String> {
        var ids: Set<String> = []
        var reader = try DocumentReader(path: path)
        while let document = try reader.next() {
            let place = document.place(file: 0)
            guard
                let outline = try? RecordingDocument.outline(document.bytes, at: place, file: path)
            else { continue }
            ids.insert(word(outline.id))
        }
        return ids
    }
}
