import BrownoutEngine
import BrownoutRecords

/// Lists as a column of a store holds them: numbers in groups of seven bits, the lowest first,
/// and texts as UTF-8 behind their length.
struct PackedBytes {
    private(set) var bytes: [UInt8] = []
    private var position = 0

    init() {}

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func append(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    /// The sign goes to the lowest bit, so that small numbers stay short.
    mutating func append(signed value: Int64) {
        append(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }

    mutating func signed() -> Int64? {
        number().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func text() -> String? {
        guard let count = number(), count <= UInt64(bytes.count - position) else { return nil }
        let end = position + Int(count)
        defer { position = end }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    var isAtEnd: Bool { position == bytes.count }
}

extension [HeaderField] {
    var packed: [UInt8] {
        var packed = PackedBytes()
        for header in self {
            packed.append(header.name)
            packed.append(header.value)
        }
        return packed.bytes
    }

    init?(packed bytes: [UInt8]) {
        self = []
        var packed = PackedBytes(bytes)
        while !packed.isAtEnd {
            guard let name = packed.text(), let value = packed.text() else { return nil }
            append(HeaderField(name, value))
        }
    }
}

extension [RecordedChunk] {
    /// Each by what it adds to the one before.
    var packed: [UInt8] {
        var packed = PackedBytes()
        var last = RecordedChunk(end: 0, at: 0)
        for chunk in self {
            packed.append(signed: Int64(chunk.end - last.end))
            packed.append(signed: chunk.at &- last.at)
            last = chunk
        }
        return packed.bytes
    }

    init?(packed bytes: [UInt8]) {
        self = []
        var packed = PackedBytes(bytes)
        var last = RecordedChunk(end: 0, at: 0)
        while !packed.isAtEnd {
            guard let more = packed.signed(), let later = packed.signed() else { return nil }
            last = RecordedChunk(end: last.end &+ Int(more), at: last.at &+ later)
            append(last)
        }
    }
}
