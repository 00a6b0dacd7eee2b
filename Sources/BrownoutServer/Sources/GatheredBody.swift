/// A body that is kept while it comes, in blocks: it takes what it has and no more, and nothing is
/// copied as it grows.
struct GatheredBody {
    private static let blockBytes = 1 << 20

    private var blocks: [[UInt8]] = []
    private(set) var count = 0

    mutating func append(_ bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = Self.blockBytes - (blocks.last?.count ?? Self.blockBytes)
            if room == 0 {
                var block: [UInt8] = []
                // A short answer is all of its only block, and most are short.
                if count > 0 { block.reserveCapacity(Self.blockBytes) }
                blocks.append(block)
                continue
            }
            blocks[blocks.count - 1].append(contentsOf: rest.prefix(room))
            count += min(room, rest.count)
            rest = rest.dropFirst(room)
        }
    }

    /// All of it so far.
    var bytes: [UInt8] {
        var copy = self
        return copy.take()
    }

    /// All of it in one array; nothing is left. A block goes as soon as it is copied.
    mutating func take() -> [UInt8] {
        defer { self = GatheredBody() }
        if blocks.count == 1, let only = blocks.popLast() { return only }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in blocks.indices {
            bytes.append(contentsOf: blocks[index])
            blocks[index] = []
        }
        return bytes
    }
}
