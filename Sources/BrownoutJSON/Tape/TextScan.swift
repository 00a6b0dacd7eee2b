/// Steps through strings and numbers. The text must have zeros behind it, as many as
/// ``TapeStorage/padding``: a zero ends everything.
enum TextScan {
    /// The next byte that is not plain text: a quote, a backslash, a control character, or a part
    /// of a scalar beyond ASCII. Two words first, as names and roles are short, then more at once.
    @inline(__always)
    static func plainEnd(_ bytes: UnsafePointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawPointer(bytes)
        let first = marks(raw.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        if first != 0 { return start &+ first.trailingZeroBitCount / 8 }
        let second = marks(raw.loadUnaligned(fromByteOffset: start &+ 8, as: UInt64.self))
        if second != 0 { return start &+ 8 &+ second.trailingZeroBitCount / 8 }
        return longEnd(raw, from: start &+ 16)
    }

    @inline(never)
    private static func longEnd(_ raw: UnsafeRawPointer, from start: Int) -> Int {
        var index = start
        if !hasMark(fourMarks(raw, index)) {
            index &+= 32
            while !hasMark(fourMarks(raw, index) | fourMarks(raw, index &+ 32)) { index &+= 64 }
            if !hasMark(fourMarks(raw, index)) { index &+= 32 }
        }
        while true {
            let found = marks(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
    }

    /// The high bit of the lowest byte that is not plain text; higher bits may be wrong. After
    /// "Determine if a word has a byte less than n" (Anderson, "Bit Twiddling Hacks"). With its
    /// second bit turned, a quote is 0x20, just above the control characters, which it changes
    /// places among; what is 0x20 and 0x21 becomes more.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: word)
        let controls = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let slashes = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return (controls | slashes | word) & 0x8080_8080_8080_8080
    }

    /// The same of four words, put together, and with other bits that say nothing.
    @inline(__always)
    private static func fourMarks(_ raw: UnsafeRawPointer, _ index: Int) -> SIMD2<UInt64> {
        twoMarks(raw.loadUnaligned(fromByteOffset: index, as: SIMD2<UInt64>.self))
            | twoMarks(raw.loadUnaligned(fromByteOffset: index &+ 16, as: SIMD2<UInt64>.self))
    }

    @inline(__always)
    private static func twoMarks(_ words: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let controls =
            (words ^ SIMD2(repeating: 0x0202_0202_0202_0202))
            &- SIMD2(repeating: 0x2121_2121_2121_2121)
        let slashes =
            (words ^ SIMD2(repeating: 0x5C5C_5C5C_5C5C_5C5C))
            &- SIMD2(repeating: 0x0101_0101_0101_0101)
        return controls | slashes | words
    }

    @inline(__always)
    private static func hasMark(_ marks: SIMD2<UInt64>) -> Bool {
        (marks & SIMD2(repeating: 0x8080_8080_8080_8080)).max() != 0
    }

    /// The end of a string from a byte in it that is not plain text: the place of its quote;
    /// nil where the string is not one. `isPlain`: there is no escape in the rest.
    @inline(never)
    static func stringEnd(
        _ bytes: UnsafePointer<UInt8>, from start: Int
    ) -> (end: Int, isPlain: Bool, hasLoneSurrogate: Bool)? {
        var position = start
        var isPlain = true
        var hasLoneSurrogate = false
        while true {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { return (position, isPlain, hasLoneSurrogate) }
            if byte >= 0x80 {
                let length = scalarLength(bytes + position)
                guard length > 0 else { return nil }
                position &+= length
                // Where one is not ASCII, the next one is often not so either.
                if bytes[position] >= 0x80 { continue }
            } else {
                guard byte == UInt8(ascii: "\\") else { return nil }
                isPlain = false
                let escape = escapeLength(bytes + position)
                guard escape.length > 0 else { return nil }
                if escape.isLone { hasLoneSurrogate = true }
                position &+= escape.length
            }
            position = plainEnd(bytes, from: position)
        }
    }

    /// The end of a number; nil where it is not one. `isPlain`: it has neither a fraction nor an
    /// exponent.
    @inline(never)
    static func numberEnd(
        _ bytes: UnsafePointer<UInt8>, from start: Int
    ) -> (end: Int, isPlain: Bool)? {
        var position = start
        if bytes[position] == UInt8(ascii: "-") { position &+= 1 }
        let first = position
        while isDigit(bytes[position]) { position &+= 1 }
        guard position > first else { return nil }
        if bytes[first] == UInt8(ascii: "0"), position > first &+ 1 { return nil }
        let byte = bytes[position]
        guard byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") else {
            return (position, true)
        }
        return fractionEnd(bytes, from: position).map { ($0, false) }
    }

    @inline(never)
    private static func fractionEnd(_ bytes: UnsafePointer<UInt8>, from start: Int) -> Int? {
        var position = start
        if bytes[position] == UInt8(ascii: ".") {
            position &+= 1
            let first = position
            while isDigit(bytes[position]) { position &+= 1 }
            guard position > first else { return nil }
        }
        guard bytes[position] | 0x20 == UInt8(ascii: "e") else { return position }
        position &+= 1
        let sign = bytes[position]
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position &+= 1 }
        let first = position
        while isDigit(bytes[position]) { position &+= 1 }
        return position > first ? position : nil
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// The bytes of the scalar beyond ASCII that begins here; 0 where it is not UTF-8 (the table
    /// of well-formed sequences, Unicode 3-7).
    static func scalarLength(_ bytes: UnsafePointer<UInt8>) -> Int {
        let first = bytes[0]
        let second = bytes[1]
        switch first {
        case 0xC2...0xDF:
            return isTrailing(second) ? 2 : 0
        case 0xE0...0xEF:
            let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let high: UInt8 = first == 0xED ? 0x9F : 0xBF
            guard low <= second, second <= high else { return 0 }
            return isTrailing(bytes[2]) ? 3 : 0
        case 0xF0...0xF4:
            let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
            let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
            guard low <= second, second <= high, isTrailing(bytes[2]) else { return 0 }
            return isTrailing(bytes[3]) ? 4 : 0
        default: return 0
        }
    }

    private static func isTrailing(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// The bytes of the escape that begins here, with a backslash; 0 where there is none such.
    /// `isLone`: it is one half of a surrogate pair, without the other.
    static func escapeLength(_ bytes: UnsafePointer<UInt8>) -> (length: Int, isLone: Bool) {
        switch bytes[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return (2, false)
        case UInt8(ascii: "u"):
            guard let unit = hexQuad(bytes + 2) else { return (0, false) }
            guard 0xD800..<0xE000 ~= unit else { return (6, false) }
            guard unit < 0xDC00 else { return (6, true) }
            guard bytes[6] == UInt8(ascii: "\\"), bytes[7] == UInt8(ascii: "u") else {
                return (6, true)
            }
            // What follows must be an escape even where it is not the other half.
            guard let other = hexQuad(bytes + 8) else { return (0, false) }
            return 0xDC00..<0xE000 ~= other ? (12, false) : (6, true)
        default: return (0, false)
        }
    }

    /// The number that four hex digits stand for; nil where they are not four.
    static func hexQuad(_ bytes: UnsafePointer<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            let byte = bytes[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte &- UInt8(ascii: "A") &+ 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
