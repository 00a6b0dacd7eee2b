import Foundation

/// Blocks of base64 in a file: a run of its letters, over several lines where nothing else is in
/// them.
enum Base64Blocks {
    struct Block {
        /// Where it begins.
        var start: Int
        /// What it brings.
        var content: [UInt8]
    }

    /// Letters of a block at least: a shorter one is a word.
    private static let least = 16

    /// The blocks that bring a text, or something coded.
    static func find(in bytes: [UInt8]) -> [Block] {
        var blocks: [Block] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index].isBase64 else {
                index += 1
                continue
            }
            let start = index
            var letters: [UInt8] = []
            while index < bytes.count, bytes[index].isBase64 {
                letters.append(bytes[index])
                index += 1
                if let next = continuation(of: start, at: index, in: bytes) { index = next }
            }
            while index < bytes.count, bytes[index] == UInt8(ascii: "=") { index += 1 }
            guard letters.count >= least, let content = decoded(letters), isOfUse(content) else {
                continue
            }
            blocks.append(Block(start: start, content: content))
        }
        return blocks
    }

    /// Where a block goes on that fills its line up to its end, in a line that it fills too.
    private static func continuation(of start: Int, at end: Int, in bytes: [UInt8]) -> Int? {
        guard end < bytes.count, bytes[end] == 0x0A || bytes[end] == 0x0D,
            isIndented(start, in: bytes)
        else { return nil }
        var next = end
        while next < bytes.count, bytes[next] == 0x0A || bytes[next] == 0x0D { next += 1 }
        while next < bytes.count, bytes[next] == 0x20 { next += 1 }
        var line = next
        while line < bytes.count, bytes[line].isBase64 { line += 1 }
        while line < bytes.count, bytes[line] == UInt8(ascii: "=") { line += 1 }
        guard line > next, line == bytes.count || bytes[line] == 0x0A || bytes[line] == 0x0D else {
            return nil
        }
        return next
    }

    /// Whether nothing but spaces is before a place in its line.
    private static func isIndented(_ place: Int, in bytes: [UInt8]) -> Bool {
        var before = place
        while before > 0, bytes[before - 1] == 0x20 { before -= 1 }
        return before == 0 || bytes[before - 1] == 0x0A
    }

    private static func decoded(_ letters: [UInt8]) -> [UInt8]? {
        var text = letters.map { letter in
            switch letter {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: letter
            }
        }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(text)).map(Array.init)
    }

    /// Text, or the beginning of gzip or zstd; chance brings neither.
    private static func isOfUse(_ content: [UInt8]) -> Bool {
        content.starts(with: [0x1F, 0x8B]) || content.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
            || String(validating: content, as: UTF8.self) != nil
    }
}

extension UInt8 {
    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
