/// Bytes as the letters they are in ASCII.
extension UInt8 {
    var isLetter: Bool {
        let small = self | 0x20
        return small >= 0x61 && small <= 0x7A
    }

    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    var isLetterOrDigit: Bool { isLetter || isDigit }

    /// Of names and identifiers.
    var isWord: Bool { isLetterOrDigit || self == UInt8(ascii: "_") }

    var isSmallHexDigit: Bool { isDigit || (self >= 0x61 && self <= 0x66) }

    var isMarkerLetter: Bool {
        (self >= 0x61 && self <= 0x7A) || isDigit || self == UInt8(ascii: "_")
    }

    /// Space, tab, line feed and carriage return, which stand between parts of JSON.
    var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether `text` stands at a place.
    func holds(_ text: [UInt8], at place: Int) -> Bool {
        guard place >= 0, place + text.count <= count else { return false }
        for (offset, byte) in text.enumerated() where self[place + offset] != byte { return false }
        return true
    }

    /// Whether `text`, which is in small letters, stands at a place in letters of any size.
    func holds(smallLetters text: [UInt8], at place: Int) -> Bool {
        guard place >= 0, place + text.count <= count else { return false }
        for (offset, byte) in text.enumerated() {
            let found = self[place + offset]
            if found != byte, !(found.isLetter && found | 0x20 == byte) { return false }
        }
        return true
    }

    /// What lies between separators, in parts that are not empty.
    func parts(of range: Range<Int>, separatedBy isSeparator: (UInt8) -> Bool) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where isSeparator(self[index]) {
            if start < index { parts.append(start..<index) }
            start = index + 1
        }
        if start < range.upperBound { parts.append(start..<range.upperBound) }
        return parts
    }

    /// The end of the bytes from `start` on that `holds` is true of.
    func run(from start: Int, while holds: (UInt8) -> Bool) -> Int {
        var end = start
        while end < count, holds(self[end]) { end += 1 }
        return end
    }
}
