import BrownoutEngine

/// A run of base64's letters (RFC 4648, 4 and 5) that brings a text, or something packed.
///
/// A run may go over several lines where nothing else is in them, as MIME has it, and may be a
/// part of a path, whose `/` is a letter too. What brings neither, such as an image, is no run of
/// ours: it stays as it is, byte for byte.
struct Base64Text {
    /// Where it stands, with the `=` at its end.
    let range: Range<Int>
    /// What it brings.
    let content: [UInt8]
    /// Whether it is in the letters that URLs have.
    private let isURL: Bool
    private let isPadded: Bool
    /// What ends its lines, and the letters of each; nil in one line.
    private let lines: (end: [UInt8], letters: Int)?

    /// Letters of a run at least: a shorter one is a word.
    static let least = 16
    /// Letters of a line of MIME at least, but for the last one.
    private static let shortestLine = 60
    /// Letters of a run of which parts are looked at; a longer one is no path.
    private static let longestPath = 2 * 1024
    /// Letters that a longer run is judged by, before it is decoded.
    private static let headLetters = 512

    /// Other content in the same letters.
    func encoded(_ content: [UInt8]) -> [UInt8] {
        let letters = Base64.encoded(content, isURL: isURL, isPadded: isPadded)
        guard let lines else { return letters }
        var out: [UInt8] = []
        for start in stride(from: 0, to: letters.count, by: lines.letters) {
            if start > 0 { out += lines.end }
            out += letters[start..<min(start + lines.letters, letters.count)]
        }
        return out
    }

    // MARK: Finding

    /// The runs in bytes, in their order, of those whose place is wanted.
    static func find(
        in bytes: UnsafeBufferPointer<UInt8>, where isWanted: (Range<Int>) -> Bool = { _ in true }
    ) -> [Base64Text] {
        var found: [Base64Text] = []
        var index = 0
        while let start = next(in: bytes, from: index) {
            let end = bytes.run(from: start) { Base64.isLetter($0) }
            let run = Run(start..<end, in: bytes)
            index = run.end
            guard isWanted(start..<run.end) else { continue }
            if let text = Base64Text(run, in: bytes) {
                found.append(text)
            } else if end - start <= longestPath {
                found += parts(of: start..<end, in: bytes)
            }
        }
        return found
    }

    /// The next run of enough letters.
    static func next(in bytes: UnsafeBufferPointer<UInt8>, from first: Int) -> Int? {
        var index = first
        while index + least <= bytes.count {
            var start = index + least
            while start > index, Base64.isLetter(bytes[start - 1]) { start -= 1 }
            if start == index { return index }
            index = start
        }
        return nil
    }

    /// Whether an escape of JSON stands within a run: `\/`, or the end of a line of MIME.
    static func isEscaped(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while let start = next(in: bytes, from: index) {
            index = bytes.run(from: start) { Base64.isLetter($0) }
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\") else { continue }
            switch bytes[index + 1] {
            case UInt8(ascii: "/"): return true
            case UInt8(ascii: "n"), UInt8(ascii: "r"):
                if index - start >= shortestLine { return true }
            default: break
            }
        }
        return false
    }

    private init?(_ run: Run, in bytes: UnsafeBufferPointer<UInt8>) {
        let first = run.parts[0]
        if first.count > Self.longestPath {
            let head = Base64.decoded(
                bytes[first.lowerBound..<(first.lowerBound + Self.headLetters)])
            // A character may be cut.
            guard (0..<4).contains(where: { Self.isOfUse(head.dropLast($0)) }) else { return nil }
        }
        guard Self.begins(first, in: bytes) else { return nil }
        let letters = run.parts.flatMap { bytes[$0] }
        let isURL = letters.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        let isMixed =
            isURL && letters.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }
        guard !isMixed, letters.count % 4 != 1 else { return nil }
        let content = Base64.decoded(letters[...])
        guard Self.isOfUse(content) else { return nil }
        range = first.lowerBound..<run.end
        self.content = content
        self.isURL = isURL
        isPadded = run.isPadded || letters.count.isMultiple(of: 4)
        lines =
            run.parts.count > 1
            ? (Array(bytes[first.upperBound..<run.parts[1].lowerBound]), first.count) : nil
    }

    /// Whether the first letters bring what a text or something packed may begin with: a text in
    /// UTF-8 has no byte of another's end in front (RFC 3629, 3), and few that are not printed.
    private static func begins(_ run: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var word: UInt32 = 0
        for place in run.prefix(4) { word = word << 6 | UInt32(Base64.value(bytes[place])) }
        let head = UInt8(truncatingIfNeeded: word >> 16)
        // Of gzip, zstd and UTF-16, and what begins a character.
        return isPrinted(head) || head == 0x1F || head == 0x28 || head >= 0xC2
    }

    /// Text, or something packed; chance brings neither.
    private static func isOfUse(_ content: some Collection<UInt8>) -> Bool {
        if content.starts(with: [0x1F, 0x8B, 8]) || content.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            return true
        }
        var printed = 0
        for byte in content where isPrinted(byte) { printed += 1 }
        return printed >= content.count - content.count / 8
            || String(validating: content, as: UTF8.self) != nil
    }

    /// Of text in ASCII or, with its zeros, UTF-16.
    private static func isPrinted(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0
    }

    // MARK: Parts of a path

    private init(part range: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) {
        self.range = range
        content = Base64.decoded(bytes[range])
        isURL = bytes[range].contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        isPadded = false
        lines = nil
    }

    /// The texts in a run that begin behind a sign of a path, and end at one or with the run.
    private static func parts(
        of run: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>
    ) -> [Base64Text] {
        var parts: [Base64Text] = []
        // Up to where nothing begins that has not been looked at, for each place in four letters.
        var looked = [Int](repeating: run.lowerBound, count: 4)
        var index = run.lowerBound
        while index + least <= run.upperBound {
            let isBehindSign = index == run.lowerBound || isSign(bytes[index - 1])
            guard isBehindSign, looked[index % 4] <= index else {
                index += 1
                continue
            }
            let (text, end) = text(from: index, in: run, of: bytes)
            looked[index % 4] = text
            guard let end, end - index >= least else {
                index += 1
                continue
            }
            parts.append(Base64Text(part: index..<end, in: bytes))
            index = end + 1
        }
        return parts
    }

    private static func isSign(_ letter: UInt8) -> Bool {
        letter == UInt8(ascii: "/") || letter == UInt8(ascii: "-") || letter == UInt8(ascii: "_")
            || letter == UInt8(ascii: "+")
    }

    /// Whether up to four letters bring nothing but text.
    private static func isPrinted(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, letters: Int
    ) -> Bool {
        var word: UInt32 = 0
        for place in start..<(start + letters) {
            word = word << 6 | UInt32(Base64.value(bytes[place]))
        }
        word <<= UInt32(6 * (4 - letters))
        for place in 0..<max(letters - 1, 0) {
            let byte = UInt8(truncatingIfNeeded: word >> UInt32(16 - 8 * place))
            if !isPrinted(byte) { return false }
        }
        return true
    }

    /// Where the letters end that bring text in fours, and where the text does: nil where it is
    /// neither at a sign nor at the end of the run.
    private static func text(
        from start: Int, in run: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>
    ) -> (fours: Int, end: Int?) {
        var index = start
        while index + 4 <= run.upperBound, isPrinted(bytes, index, letters: 4) { index += 4 }
        var end = index
        while end < min(index + 4, run.upperBound), !isSign(bytes[end]) { end += 1 }
        let isEnded = end == run.upperBound || end < index + 4
        guard isEnded, end != index + 1, isPrinted(bytes, index, letters: end - index) else {
            return (index, nil)
        }
        return (index, end)
    }
}

extension Base64Text {
    /// Letters that stand together, perhaps in several lines.
    private struct Run {
        private(set) var parts: [Range<Int>]
        /// Behind its padding.
        private(set) var end: Int
        private(set) var isPadded = false

        init(_ first: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) {
            parts = [first]
            end = first.upperBound
            if Self.beginsLine(first.lowerBound, in: bytes) {
                while let line = Self.continuation(at: end, in: bytes) {
                    parts.append(line)
                    end = line.upperBound
                }
            }
            let letters = parts.reduce(0) { $0 + $1.count }
            let signs = letters % 4 == 2 ? 2 : letters % 4 == 3 ? 1 : 0
            while end < bytes.count, bytes[end] == UInt8(ascii: "="),
                end < (parts.last?.upperBound ?? end) + signs
            {
                isPadded = true
                end += 1
            }
        }

        /// Whether nothing but spaces is before a place in its line, or in the string it is in.
        private static func beginsLine(
            _ place: Int, in bytes: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            var before = place
            while before > 0, bytes[before - 1] == 0x20 { before -= 1 }
            return before == 0 || bytes[before - 1] == 0x0A
                || bytes[before - 1] == SecretScan.barrier
        }

        /// The letters of the next line, where a run fills its own up to the end and that too.
        private static func continuation(
            at end: Int, in bytes: UnsafeBufferPointer<UInt8>
        ) -> Range<Int>? {
            guard end < bytes.count, bytes[end] == 0x0A || bytes[end] == 0x0D else { return nil }
            var start = bytes.run(from: end) { $0 == 0x0A || $0 == 0x0D }
            start = bytes.run(from: start) { $0 == 0x20 }
            let line = bytes.run(from: start) { Base64.isLetter($0) }
            let last = bytes.run(from: line) { $0 == UInt8(ascii: "=") }
            guard line > start,
                last == bytes.count || bytes[last] == 0x0A || bytes[last] == 0x0D
                    || bytes[last] == SecretScan.barrier
            else { return nil }
            return start..<line
        }
    }
}

/// The letters of base64, of either alphabet.
extension Base64 {
    /// Whether it is a letter of either alphabet.
    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// The six bits of a letter.
    @inline(__always)
    static func value(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x41...0x5A: letter - 0x41
        case 0x61...0x7A: letter - 0x61 + 26
        case 0x30...0x39: letter - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        default: 63
        }
    }

    /// What letters bring; a last one alone brings nothing.
    static func decoded(_ letters: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var (word, bits): (UInt32, UInt32) = (0, 0)
        for letter in letters {
            word = word << 6 | UInt32(value(letter))
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: word >> bits))
        }
        return bytes
    }
}
