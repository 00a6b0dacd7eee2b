extension JSON {
    /// Nesting a parser accepts; deeper input is an error, never a deeper stack.
    package static let defaultDepthLimit = 128

    /// Parses one JSON text (RFC 8259), UTF-8, with white space around it.
    package static func parse(
        _ bytes: [UInt8], depthLimit: Int = defaultDepthLimit
    ) throws(JSONParseError) -> JSON {
        let result: Result<JSON, JSONParseError> = bytes.withUnsafeBufferPointer { buffer in
            parse(buffer, depthLimit: depthLimit)
        }
        return try result.get()
    }

    /// Parses one JSON text from a string.
    package static func parse(_ text: String) throws(JSONParseError) -> JSON {
        try parse(Array(text.utf8))
    }

    /// Parses bytes that someone else owns.
    package static func parse(
        _ buffer: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit
    ) -> Result<JSON, JSONParseError> {
        if let value = readByTape(buffer, depthLimit) { return .success(value) }
        var parser = JSONParser(bytes: buffer, depthLimit: depthLimit)
        do throws(JSONParseError) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }

    /// Parses a text that somebody else judges, too: says of a lone half of a surrogate pair, which
    /// is read as U+FFFD, that there is one, and of an error where it stands.
    package static func read(
        _ buffer: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit
    ) -> (value: Result<JSON, JSONParseError>, loneSurrogate: JSONParseError?) {
        if let value = readByTape(buffer, depthLimit) { return (.success(value), nil) }
        return readByTree(buffer, depthLimit)
    }

    /// A text without fault is noted on a tape first, which is the quicker the more escapes it has;
    /// nil: a parser that says what is wrong has to read it. So has one that is long, as the notes
    /// take several times its bytes beside the tree.
    private static func readByTape(
        _ buffer: UnsafeBufferPointer<UInt8>, _ depthLimit: Int
    ) -> JSON? {
        guard buffer.count <= longestOnTape,
            let read = TapeReader.read(buffer, depthLimit: depthLimit), !read.hasLoneSurrogate
        else { return nil }
        return JSONView(read.storage, 0).json
    }

    private static let longestOnTape = 1 << 20

    /// The same as ``read(_:depthLimit:)``, by recursive descent alone.
    static func readByTree(
        _ buffer: UnsafeBufferPointer<UInt8>, _ depthLimit: Int
    ) -> (value: Result<JSON, JSONParseError>, loneSurrogate: JSONParseError?) {
        var parser = JSONParser(bytes: buffer, depthLimit: depthLimit)
        do throws(JSONParseError) {
            let value = try parser.document()
            return (.success(value), parser.loneSurrogate?.placed(in: buffer))
        } catch {
            let first = parser.loneSurrogate ?? error
            return (.failure(first.placed(in: buffer)), nil)
        }
    }
}

/// A recursive-descent parser over borrowed bytes.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    var position = 0
    var depth = 0
    /// The first half of a surrogate pair that stands alone.
    var loneSurrogate: JSONParseError?

    init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func document() throws(JSONParseError) -> JSON {
        let value = try value()
        skipSpace()
        guard position == bytes.count else {
            throw failure("text after the JSON value", .content)
        }
        return value
    }

    /// At the end of the text nothing else is wrong with it than that it ends.
    private func failure(
        _ message: String, _ reason: JSONParseError.Reason, start: Int? = nil
    ) -> JSONParseError {
        let isAtEnd = position >= bytes.count
        return JSONParseError(
            offset: position, message: message, reason: isAtEnd ? .end : reason,
            start: isAtEnd ? bytes.count : start ?? position)
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONParseError) -> JSON {
        skipSpace()
        guard position < bytes.count else {
            throw failure("the text ends where a value should be", .end)
        }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "]"): throw missing("a value should be here", .value)
        case UInt8(ascii: "."), UInt8(ascii: "+"): throw failure("a value should be here", .sign)
        default: throw failure("a value should be here", .value)
        }
    }

    /// What should be here is not, because of the comma before, or for a reason of its own.
    private func missing(
        _ message: String, _ reason: JSONParseError.Reason
    ) -> JSONParseError {
        var before = position - 1
        while before >= 0, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[before]) { before -= 1 }
        guard before >= 0, bytes[before] == UInt8(ascii: ",") else {
            return failure(message, reason)
        }
        return failure(message, .trailingComma, start: before)
    }

    private mutating func literal(
        _ word: StaticString, _ value: JSON
    ) throws(JSONParseError) -> JSON {
        let end = position + word.utf8CodeUnitCount
        for offset in 0..<word.utf8CodeUnitCount {
            let index = position + offset
            guard index < bytes.count else {
                let message = "a value should be here"
                throw JSONParseError(
                    offset: position, message: message, reason: .end, start: bytes.count)
            }
            guard bytes[index] == word.utf8Start[offset] else {
                throw failure("a value should be here", .literal("\(word)"))
            }
        }
        position = end
        return value
    }

    private mutating func enter() throws(JSONParseError) {
        depth += 1
        guard depth <= depthLimit else {
            throw failure("nested deeper than \(depthLimit) levels", .depth)
        }
        position += 1
    }

    private mutating func object() throws(JSONParseError) -> JSON {
        try enter()
        defer { depth -= 1 }
        var members: [JSONMember] = []
        skipSpace()
        if consume(UInt8(ascii: "}")) { return .object(members) }
        members.reserveCapacity(4)
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                let message = "a member name in double quotes should be here"
                let closes = position < bytes.count && bytes[position] == UInt8(ascii: "}")
                throw closes ? missing(message, .key) : failure(message, .key)
            }
            let key = try string()
            skipSpace()
            guard consume(UInt8(ascii: ":")) else { throw failure("':' should be here", .colon) }
            members.append(JSONMember(key, try value()))
            skipSpace()
            if consume(UInt8(ascii: ",")) { continue }
            if consume(UInt8(ascii: "}")) { return .object(members) }
            throw failure("',' or '}' should be here", .member)
        }
    }

    private mutating func array() throws(JSONParseError) -> JSON {
        try enter()
        defer { depth -= 1 }
        var items: [JSON] = []
        skipSpace()
        if consume(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value())
            skipSpace()
            if consume(UInt8(ascii: ",")) { continue }
            if consume(UInt8(ascii: "]")) { return .array(items) }
            throw failure("',' or ']' should be here", .item)
        }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func number() throws(JSONParseError) -> JSON {
        let start = position
        _ = consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) {
            guard digits() else { throw failure("a digit should be here", .sign) }
        } else if position < bytes.count, JSONParser.isDigit(bytes[position]) {
            throw failure("a number begins with a 0", .leadingZero, start: position - 1)
        }
        if consume(UInt8(ascii: ".")) {
            guard digits() else { throw failure("a digit should be here", .fraction) }
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            guard digits() else { throw failure("a digit should be here", .exponent) }
        }
        let digits = UnsafeBufferPointer(rebasing: bytes[start..<position])
        let text = String(decoding: digits, as: UTF8.self)
        return .number(JSONNumber(text: text))
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < bytes.count, JSONParser.isDigit(bytes[position]) { position += 1 }
        return position > start
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func string() throws(JSONParseError) -> String {
        position += 1
        let start = position
        var ascii = true
        while true {
            position = plainEnd(from: position)
            guard position < bytes.count else {
                throw failure("the text ends inside a string", .end)
            }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let slice = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                return try text(of: slice, ascii: ascii, at: start)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20:
                throw failure("a control character in a string must be escaped", .control)
            default:
                ascii = false
                position += 1
            }
        }
    }

    /// The next byte that is not plain text: a quote, a backslash, a control character, or a
    /// part of a scalar beyond ASCII. Eight bytes at a time, as texts are most of a request.
    private func plainEnd(from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            let marks = JSONParser.marks(word)
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        let spaces: UInt64 = 0x2020_2020_2020_2000
        while index < raw.count, JSONParser.marks(UInt64(raw[index]) | spaces) == 0 { index += 1 }
        return index
    }

    /// The high bit of the lowest byte that is not plain text; higher bits may be wrong. After
    /// "Determine if a word has a byte less than n" (Anderson, "Bit Twiddling Hacks").
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        let found = (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | controls | word
        return found & (ones &* 0x80)
    }

    private func text(
        of slice: UnsafeBufferPointer<UInt8>, ascii: Bool, at offset: Int
    ) throws(JSONParseError) -> String {
        if ascii { return String(decoding: slice, as: UTF8.self) }
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONParseError(
                offset: offset, message: "a string that is not UTF-8", reason: .encoding,
                start: offset)
        }
        return text
    }

    /// The slow way, for strings with escapes; `position` is at the first backslash.
    private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
        var out = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw JSONParseError(
                        offset: start, message: "a string that is not UTF-8", reason: .encoding,
                        start: start)
                }
                return text
            case UInt8(ascii: "\\"):
                try escape(into: &out)
            case 0..<0x20:
                position -= 1
                throw failure("a control character in a string must be escaped", .control)
            default:
                out.append(byte)
            }
        }
        throw failure("the text ends inside a string", .end)
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONParseError) {
        guard position < bytes.count else { throw failure("the text ends inside a string", .end) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try unicodeEscape()).utf8)
        default:
            position -= 1
            throw failure("an unknown escape in a string", .escape, start: position - 1)
        }
    }

    /// A lone half of a surrogate pair becomes U+FFFD, as in WHATWG decoders, and is noted.
    private mutating func unicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let backslash = position - 2
        let first = try hexQuad(.escape, of: backslash)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first) else {
            return lone(.lowSurrogate, backslash)
        }
        // Where the text ends, its other half may have been cut off.
        guard position < bytes.count else { return "\u{FFFD}" }
        guard bytes[position] == UInt8(ascii: "\\") else {
            return lone(.highSurrogate, backslash)
        }
        guard position + 1 < bytes.count else { return "\u{FFFD}" }
        guard bytes[position + 1] == UInt8(ascii: "u") else {
            return lone(.highSurrogate, backslash)
        }
        let back = position
        position += 2
        let second = try hexQuad(.secondEscape, of: backslash)
        guard (0xDC00..<0xE000).contains(second) else {
            position = back
            return lone(.twoHighSurrogates, backslash)
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func lone(
        _ reason: JSONParseError.Reason, _ backslash: Int
    ) -> Unicode.Scalar {
        if loneSurrogate == nil {
            loneSurrogate = JSONParseError(
                offset: backslash, message: "one half of a surrogate pair", reason: reason,
                start: backslash)
        }
        return "\u{FFFD}"
    }

    private mutating func hexQuad(
        _ reason: JSONParseError.Reason, of backslash: Int
    ) throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count else {
                throw failure("four hex digits should be here", .end)
            }
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure("four hex digits should be here", reason, start: backslash)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
