// Named Unsafe because it keeps pointers into a storage, which `read` holds on to for as long, and
// reads from them without asking where the text ends: behind it stand zeros, which end everything.
// No byte is stepped over that has not been looked at.

/// Writes a text's tape in one pass. It only says whether the text is JSON: why not is a matter of
/// ``JSON/read(_:depthLimit:)``, which is to find the same.
struct TapeReader {
    private var bytes: UnsafeMutablePointer<UInt8>
    private var entries: UnsafeMutablePointer<TapeEntry>
    private var room: Int
    private var used = 0
    private let count: Int
    private var position = 0
    private let depthLimit: Int
    private var depth = 0
    /// The place of the innermost array or object that is open, where there is one.
    private var open = 0
    private var isInObject = false
    private var hasLoneSurrogate = false

    /// How far it came.
    private enum Progress {
        case whole
        case broken
        /// There is no room for another value and its name.
        case full
    }

    /// Of a text that is one JSON value its tape, and whether one half of a surrogate pair stands
    /// alone in it; nil of any other text.
    ///
    /// Most requests have fewer entries than there is room for first; where one has more, they are
    /// counted. A short text gets less room, by which it stays among the sizes that an allocator
    /// has at hand.
    static func read(
        _ text: UnsafeBufferPointer<UInt8>, depthLimit: Int
    ) -> (storage: TapeStorage, hasLoneSurrogate: Bool)? {
        let room = text.count < 1024 ? text.count / 11 + 8 : text.count / 8
        var storage = TapeStorage(copying: text, room: room)
        var reader = TapeReader(storage, count: text.count, depthLimit: depthLimit)
        while true {
            let progress = withExtendedLifetime(storage) { reader.document() }
            switch progress {
            case .whole: return (storage, reader.hasLoneSurrogate)
            case .broken: return nil
            case .full:
                storage = withExtendedLifetime(storage) { reader.larger(text) }
                reader.move(to: storage)
            }
        }
    }

    private init(_ storage: TapeStorage, count: Int, depthLimit: Int) {
        bytes = storage.unsafeBytes
        entries = storage.unsafeEntries
        room = storage.room
        self.count = count
        self.depthLimit = depthLimit
    }

    /// Goes on where it is full, or begins.
    private mutating func document() -> Progress {
        // All that changes the copy is inlined here, so that it is kept in registers.
        var reader = self
        let progress = reader.run()
        self = reader
        return progress
    }

    /// Each time a value, in an object with its name.
    @inline(__always)
    private mutating func run() -> Progress {
        while used &+ 1 < room {
            var byte = next()
            if isInObject {
                guard byte == UInt8(ascii: "\""), string() else { return .broken }
                guard next() == UInt8(ascii: ":") else { return .broken }
                position &+= 1
                byte = next()
                entries[open].mark &+= TapeEntry.one
            }
            switch byte {
            case UInt8(ascii: "\""):
                guard string() else { return .broken }
            case UInt8(ascii: "{"):
                guard enter(.object) else { return .broken }
                if next() != UInt8(ascii: "}") { continue }
            case UInt8(ascii: "["):
                guard enter(.array) else { return .broken }
                if next() != UInt8(ascii: "]") {
                    entries[open].mark &+= TapeEntry.one
                    continue
                }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard number() else { return .broken }
            case UInt8(ascii: "t"):
                guard word(TapeReader.yes, at: 0, .yes) else { return .broken }
            case UInt8(ascii: "f"):
                guard word(TapeReader.no, at: 1, .no) else { return .broken }
            case UInt8(ascii: "n"):
                guard word(TapeReader.null, at: 0, .null) else { return .broken }
            default:
                return .broken
            }
            guard let isMore = follow() else { return .broken }
            if !isMore { return .whole }
        }
        return .full
    }

    /// What follows a value, or the beginning of an empty array or object: true where it is
    /// another element or member, false where it is the end of the text, nil where it is neither.
    @inline(__always)
    private mutating func follow() -> Bool? {
        while depth > 0 {
            let byte = next()
            position &+= 1
            if byte == UInt8(ascii: ",") {
                if !isInObject { entries[open].mark &+= TapeEntry.one }
                return true
            }
            guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return nil }
            leave()
        }
        _ = next()
        return position == count ? false : nil
    }

    /// The next byte that is not white space, which is not taken.
    @inline(__always)
    private mutating func next() -> UInt8 {
        var byte = bytes[position]
        while byte <= 0x20 {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            position &+= 1
            byte = bytes[position]
        }
        return byte
    }

    // MARK: - Entries

    @inline(__always)
    private mutating func append(_ entry: TapeEntry) {
        entries[used] = entry
        used &+= 1
    }

    /// A storage with what there is and room for all that may still come: each of those is a value
    /// or a name behind one of four signs, the first of them behind one that has been read. One
    /// more than that is asked for, as a value without a name takes room for both.
    private func larger(_ text: UnsafeBufferPointer<UInt8>) -> TapeStorage {
        var room = used + 2
        for byte in text[position...] {
            let isSign =
                byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":")
                || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
            room &+= isSign ? 1 : 0
        }
        let larger = TapeStorage(copying: text, room: room)
        larger.unsafeEntries.update(from: entries, count: used)
        return larger
    }

    private mutating func move(to storage: TapeStorage) {
        bytes = storage.unsafeBytes
        entries = storage.unsafeEntries
        room = storage.room
    }

    @inline(__always)
    private mutating func enter(_ kind: TapeEntry.Kind) -> Bool {
        depth &+= 1
        guard depth <= depthLimit else { return false }
        append(TapeEntry(kind, place: open))
        open = used &- 1
        isInObject = kind == .object
        position &+= 1
        return true
    }

    @inline(__always)
    private mutating func leave() {
        let outer = Int(entries[open].place)
        entries[open].place = UInt32(truncatingIfNeeded: used)
        depth &-= 1
        open = outer
        isInObject = entries[outer].kind == .object
    }

    // MARK: - Values

    /// The bytes of `true`, `null` and the end of `false`, the first one lowest.
    private static let yes: UInt32 = 0x6575_7274
    private static let no: UInt32 = 0x6573_6C61
    private static let null: UInt32 = 0x6C6C_756E

    @inline(__always)
    private mutating func word(_ word: UInt32, at skipped: Int, _ kind: TapeEntry.Kind) -> Bool {
        let start = position
        let found = UnsafeRawPointer(bytes).loadUnaligned(
            fromByteOffset: start &+ skipped, as: UInt32.self)
        guard UInt32(littleEndian: found) == word else { return false }
        position = start &+ skipped &+ 4
        append(TapeEntry(kind, place: start))
        return true
    }

    @inline(__always)
    private mutating func number() -> Bool {
        guard let (end, isPlain) = TextScan.numberEnd(bytes, from: position) else { return false }
        append(
            TapeEntry(
                .number, isPlain: isPlain, place: position, length: end &- position))
        position = end
        return true
    }

    /// A member's name, or a value.
    @inline(__always)
    private mutating func string() -> Bool {
        let start = position &+ 1
        var end = TextScan.plainEnd(bytes, from: start)
        var isPlain = true
        if bytes[end] != UInt8(ascii: "\"") {
            guard let string = TextScan.stringEnd(bytes, from: end) else { return false }
            end = string.end
            isPlain = string.isPlain
            if string.hasLoneSurrogate { hasLoneSurrogate = true }
        }
        position = end
        append(TapeEntry(.string, isPlain: isPlain, place: start, length: end &- start))
        position = end &+ 1
        return true
    }
}
