import NIOCore

/// A heap of deadlines, each named by a small number, at most one for a name.
///
/// It moves plain numbers, so keeping thousands of deadlines in order touches no reference count.
/// Each entry has up to four below it, which lie side by side: half the levels of a heap of twos.
struct DeadlineHeap {
    private struct Entry {
        var deadline: NIODeadline
        var name: Int
    }

    private static let width = 4

    private var entries: [Entry] = []
    /// By name: the place of its entry; -1: none.
    private var places: [Int] = []

    var count: Int { entries.count }

    /// The earliest deadline; nil when there is none.
    var earliest: NIODeadline? { entries.first?.deadline }

    /// The name of the earliest deadline; nil when there is none.
    var first: Int? { entries.first?.name }

    func deadline(of name: Int) -> NIODeadline? {
        guard name < places.count, places[name] >= 0 else { return nil }
        return entries[places[name]].deadline
    }

    /// Sets the deadline of a name, in place of the one it had.
    mutating func set(_ deadline: NIODeadline, for name: Int) {
        while places.count <= name { places.append(-1) }
        if places[name] < 0 {
            places[name] = entries.count
            entries.append(Entry(deadline: deadline, name: name))
        } else {
            entries[places[name]].deadline = deadline
        }
        siftUp(places[name])
        siftDown(places[name])
    }

    mutating func remove(_ name: Int) {
        guard name < places.count, places[name] >= 0 else { return }
        let place = places[name]
        places[name] = -1
        let last = entries.removeLast()
        guard place < entries.count else { return }
        put(last, at: place)
        siftUp(place)
        siftDown(places[last.name])
    }

    private mutating func siftUp(_ start: Int) {
        var place = start
        let entry = entries[place]
        while place > 0 {
            let parent = (place - 1) / DeadlineHeap.width
            guard entry.deadline < entries[parent].deadline else { break }
            put(entries[parent], at: place)
            place = parent
        }
        put(entry, at: place)
    }

    private mutating func siftDown(_ start: Int) {
        var place = start
        let entry = entries[place]
        while true {
            var child = DeadlineHeap.width * place + 1
            guard child < entries.count else { break }
            let end = min(child + DeadlineHeap.width, entries.count)
            for other in child + 1..<end where entries[other].deadline < entries[child].deadline {
                child = other
            }
            guard entries[child].deadline < entry.deadline else { break }
            put(entries[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    private mutating func put(_ entry: Entry, at place: Int) {
        entries[place] = entry
        places[entry.name] = place
    }
}
