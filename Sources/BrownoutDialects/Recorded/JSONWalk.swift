import BrownoutEngine

/// Goes through JSON text value by value and says where each stands, so that one can be looked at
/// or replaced and everything around it stays as it was written.
///
/// It trusts its text: of what is no JSON it makes what it can, and ends.
struct JSONWalk {
    /// A value and where it is.
    struct Value {
        /// The whole value, quotes and brackets included.
        var range: Range<Int>
        var isString: Bool
    }

    /// The way from the root: where the name of a member stands, without its quotes; nil for the
    /// elements of a list.
    typealias Path = [Range<Int>?]

    private static let deepest = 128

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    /// Where the objects and lists around begin.
    private var opened: [Int] = []
    private(set) var path: Path = []

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The next value that is whole: a list or an object comes behind what it holds. ``path`` says
    /// where it is.
    mutating func next() -> Value? {
        while index < bytes.endIndex {
            let start = index
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard opened.count < Self.deepest else { return nil }
                opened.append(start)
                path.append(nil)
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                index += 1
                guard let open = opened.popLast() else { return nil }
                path.removeLast()
                return Value(range: open..<index, isString: false)
            case UInt8(ascii: "\""):
                skipString()
                guard isName else { return Value(range: start..<index, isString: true) }
                path[path.count - 1] = start + 1..<index - 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09: index += 1
            default:
                while index < bytes.endIndex, !Self.endsScalar(bytes[index]) { index += 1 }
                guard index > start else { return nil }
                return Value(range: start..<index, isString: false)
            }
        }
        return nil
    }

    /// Whether the path of the last value is one of those.
    func isAt(_ paths: [JSONPath]) -> Bool {
        paths.contains { wanted in
            guard wanted.steps.count == path.count else { return false }
            return zip(wanted.steps, path).allSatisfy { wanted, step in
                guard case .member(let name) = wanted else { return step == nil }
                guard let step, step.count == name.utf8.count else { return false }
                return bytes[step].elementsEqual(name.utf8)
            }
        }
    }

    /// Whether the string that just ended is a member's name: a colon follows, in an object.
    private var isName: Bool {
        guard let open = opened.last, bytes[open] == UInt8(ascii: "{") else { return false }
        var next = index
        while next < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[next]) { next += 1 }
        return next < bytes.endIndex && bytes[next] == UInt8(ascii: ":")
    }

    /// Past the string that begins here; one that never ends, ends with the text.
    private mutating func skipString() {
        index += 1
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return
            case UInt8(ascii: "\\"): index = min(index + 2, bytes.endIndex)
            default: index += 1
            }
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\""),
            UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
            true
        default: false
        }
    }
}

/// The text inside of a JSON string, and where each of its bytes came from.
struct UnescapedText {
    /// Escapes undone.
    private(set) var bytes: [UInt8] = []
    /// Where in the JSON the character of each byte ends.
    private(set) var ends: [Int] = []

    /// `inside` is what stands between the quotes.
    init(_ inside: ArraySlice<UInt8>) {
        bytes.reserveCapacity(inside.count)
        ends.reserveCapacity(inside.count)
        var index = inside.startIndex
        while index < inside.endIndex {
            guard inside[index] == UInt8(ascii: "\\"), index + 1 < inside.endIndex else {
                index += 1
                append([inside[index - 1]], until: index)
                continue
            }
            let letter = inside[index + 1]
            index += 2
            guard letter == UInt8(ascii: "u") else {
                append([Self.plain(letter)], until: index)
                continue
            }
            var unit = Self.unit(inside, &index)
            if unit & 0xFC00 == 0xD800, inside[index...].starts(with: "\\u".utf8) {
                index += 2
                unit = 0x10000 + (unit & 0x3FF) << 10 + Self.unit(inside, &index) & 0x3FF
            }
            append(Array(String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8), until: index)
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private mutating func append(_ more: [UInt8], until end: Int) {
        for byte in more {
            bytes.append(byte)
            ends.append(end)
        }
    }

    private static func plain(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: letter
        }
    }

    private static func unit(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> UInt32 {
        let end = min(index + 4, bytes.endIndex)
        let unit = bytes[index..<end].reduce(UInt32(0)) { unit, digit in
            unit << 4 | UInt32(digit.hexValue ?? 0)
        }
        index = end
        return unit
    }
}
