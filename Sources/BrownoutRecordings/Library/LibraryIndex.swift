import BrownoutEngine

/// What a library knows of all its recordings without reading them: a fixed number of bytes for
/// each, in arrays, and names once.
///
/// A recording is known by its number, in the order in which they were made.
struct LibraryIndex: Sendable {
    /// One recording.
    struct Entry: Sendable {
        var key: MatchKey
        var place: RecordingPlace
        /// Microseconds since 1970.
        var recordedAt: Int64
        var sketch: RequestSketch
        /// Numbers of names.
        var model: UInt32
        var path: UInt32
        var provider: UInt32
        /// Where in ``LibraryIndex/ids`` its id begins.
        var id: UInt32 = 0
        var idLength: UInt16 = 0
        /// 0 where no head came.
        var status: UInt16
        /// 1 + the index of its time to live; 0: for ever.
        var life: UInt16
        var endpoint: Endpoint
        /// Whether its request asked for a stream.
        var stream: Bool
    }

    /// The recordings of one key, by number in ``LibraryIndex/order``: those that did not ask for
    /// a stream, then those that did, each in the order they were made.
    struct Group: Sendable {
        var plain: Range<Int>
        var streams: Range<Int>
    }

    /// Bytes of an id that are kept.
    static let longestID = 1024

    private(set) var entries: [Entry] = []
    /// Numbers of recordings, grouped by key.
    private(set) var order: [UInt32] = []
    private(set) var names: [String] = []
    /// The ids' UTF-8, one after the other.
    private var ids: [UInt8] = []
    /// By the low bits of a key, 1 + where in ``order`` its group begins; 0: free. At most half
    /// full, so that a look-up ends after two or three steps.
    private var table: [UInt32] = []
    private var numbers: [String: UInt32] = [:]

    mutating func add(_ entry: Entry, id: String) {
        var entry = entry
        entry.id = UInt32(ids.count)
        ids.append(contentsOf: id.utf8.prefix(Self.longestID))
        entry.idLength = UInt16(ids.count - Int(entry.id))
        entries.append(entry)
    }

    /// The number of a name; the same name has the same number.
    mutating func number(of name: String) -> UInt32 {
        if let number = numbers[name] { return number }
        let number = UInt32(names.count)
        names.append(name)
        numbers[name] = number
        return number
    }

    /// The number of a name that a recording has; nil where none has it.
    func knownNumber(of name: String) -> UInt32? { numbers[name] }

    /// Whether, of recordings of one key and kind, those made later also expire later, so that
    /// the expired ones come first.
    private(set) var agesInOrder = true

    /// After the last was added.
    mutating func close() {
        order = entries.indices.map { UInt32($0) }
        order.sort { one, other in
            let (a, b) = (entries[Int(one)], entries[Int(other)])
            if a.key != b.key { return a.key.word < b.key.word }
            if a.stream != b.stream { return b.stream }
            return one < other
        }
        var size = 2
        while size < entries.count * 2 { size *= 2 }
        table = [UInt32](repeating: 0, count: size)
        for start in order.indices {
            let key = entries[Int(order[start])].key
            if start > 0, entries[Int(order[start - 1])].key == key {
                noteAges(entries[Int(order[start - 1])], entries[Int(order[start])])
                continue
            }
            var slot = Int(truncatingIfNeeded: key.word) & (size - 1)
            while table[slot] != 0 { slot = (slot + 1) & (size - 1) }
            table[slot] = UInt32(start + 1)
        }
        entries.shrink()
        ids.shrink()
    }

    private mutating func noteAges(_ one: Entry, _ next: Entry) {
        guard one.stream == next.stream else { return }
        if one.life != next.life || (one.life > 0 && one.recordedAt > next.recordedAt) {
            agesInOrder = false
        }
    }

    /// The recordings of a key; nil where there is none. Its time does not depend on how many
    /// recordings there are, only by its logarithm on how many of them have the key.
    func group(of key: MatchKey) -> Group? {
        var slot = Int(truncatingIfNeeded: key.word) & (table.count - 1)
        while table[slot] != 0 {
            let start = Int(table[slot]) - 1
            if entry(at: start).key == key {
                let end = end(from: start) { $0.key == key }
                let middle = self.end(from: start) { $0.key == key && !$0.stream }
                return Group(plain: start..<middle, streams: middle..<end)
            }
            slot = (slot + 1) & (table.count - 1)
        }
        return nil
    }

    func id(of number: Int) -> String {
        let entry = entries[number]
        let start = Int(entry.id)
        return String(decoding: ids[start..<(start + Int(entry.idLength))], as: UTF8.self)
    }

    func name(_ number: UInt32) -> String { names[Int(number)] }

    private func entry(at place: Int) -> Entry { entries[Int(order[place])] }

    /// The first place from `start` on of which `holds` is not true: in steps that double, then
    /// by halves.
    private func end(from start: Int, while holds: (Entry) -> Bool) -> Int {
        var (low, step) = (start, 1)
        while low + step <= order.count, holds(entry(at: low + step - 1)) {
            low += step
            step *= 2
        }
        var high = min(low + step - 1, order.count)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(entry(at: middle)) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Array {
    /// Gives back what was reserved for more.
    fileprivate mutating func shrink() {
        guard capacity > count + count / 8 else { return }
        self = Array(unsafeUninitializedCapacity: count) { buffer, used in
            used = buffer.initialize(fromContentsOf: self)
        }
    }
}
