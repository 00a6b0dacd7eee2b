/// Values that are known to be secret, to be found wherever they occur.
struct KnownSecrets {
    /// Values that are looked for at most, the first ones, and their bytes.
    private static let most = 64
    private static let longest = 16 * 1024
    /// A shorter one occurs by chance: a cookie's `1` in every number.
    private static let least = 8
    /// A word up to this many letters is one that people write: a key named `brownout`.
    private static let longestWord = 11

    private var needles: [(bytes: [UInt8], failures: [Int])] = []

    init(_ values: [[UInt8]]) {
        for value in values {
            add(value)
            add(Redactor.canonical(value))
        }
    }

    private mutating func add(_ value: [UInt8]) {
        guard (Self.least...Self.longest).contains(value.count), needles.count < Self.most,
            !(value.count <= Self.longestWord && value.allSatisfy { $0 >= 0x61 && $0 <= 0x7A }),
            !needles.contains(where: { $0.bytes == value }),
            value.withUnsafeBufferPointer({ RedactionMarker.end(in: $0, at: 0) }) == nil
        else { return }
        needles.append((value, Self.failures(of: value)))
    }

    /// For each place the longest beginning that ends there too (Knuth, Morris and Pratt, 1977).
    private static func failures(of value: [UInt8]) -> [Int] {
        var failures = [Int](repeating: 0, count: value.count)
        var length = 0
        for index in value.indices.dropFirst() {
            while length > 0, value[index] != value[length] { length = failures[length - 1] }
            if value[index] == value[length] { length += 1 }
            failures[index] = length
        }
        return failures
    }

    func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for needle in needles where needle.bytes.count <= bytes.count {
            var length = 0
            for index in 0..<bytes.count {
                let byte = bytes[index]
                while length > 0, byte != needle.bytes[length] {
                    length = needle.failures[length - 1]
                }
                if byte == needle.bytes[length] { length += 1 }
                if length == needle.bytes.count {
                    ranges.append((index + 1 - length)..<(index + 1))
                    length = 0
                }
            }
        }
        return ranges
    }
}
