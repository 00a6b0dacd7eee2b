package import NIOCore

/// Something that wants to be woken at a time. It has one such time, or none.
package protocol Paced: AnyObject {
    /// For the pacer alone.
    var pace: PaceSlot { get set }

    /// The time has come. The item is no longer scheduled.
    func isDue(at now: NIODeadline)
}

/// An item's place in its pacer.
package struct PaceSlot {
    /// -1: not scheduled.
    fileprivate var number = -1

    package init() {}
}

/// All deadlines of one event loop in one heap with one timer, so that thousands of streams cost
/// the loop one callback at a time. Lives on its loop.
package final class Pacer<Item: Paced> {
    /// A tick of the loop does not return to its sockets as long as a timer is overdue, so the
    /// timer is never set nearer than this.
    private static var shortestGap: TimeAmount { .microseconds(100) }
    /// With many items waiting, waking for each costs more than the lateness it saves.
    private static var crowdedGap: TimeAmount { .microseconds(500) }
    private static var crowd: Int { 2000 }

    /// A deadline in the heap. It names its item by a slot, so that moving it touches neither the
    /// item nor its reference count.
    private struct Entry {
        var deadline: NIODeadline
        var slot: Int
    }

    private let eventLoop: any EventLoop
    private var heap: [Entry] = []
    /// By slot: the item, and the place of its entry in the heap.
    private var items: [Item?] = []
    private var places: [Int] = []
    private var freeSlots: [Int] = []
    private var timer: NIOScheduledCallback?
    private var timerDeadline = NIODeadline.distantFuture
    private var isWaking = false

    package init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The number of items waiting.
    package var count: Int { heap.count }

    /// Wakes the item at a time, and not at any time it was scheduled for before.
    package func schedule(_ item: Item, at deadline: NIODeadline) {
        if item.pace.number < 0 {
            item.pace.number = takeSlot(for: item)
            heap.append(Entry(deadline: deadline, slot: item.pace.number))
            siftUp(heap.count - 1)
        } else {
            let place = places[item.pace.number]
            heap[place].deadline = deadline
            siftUp(place)
            siftDown(places[item.pace.number])
        }
        if !isWaking, heap[0].slot == item.pace.number { arm() }
    }

    package func cancel(_ item: Item) {
        guard item.pace.number >= 0 else { return }
        remove(item)
    }

    /// The time an item waits for; nil when it is not scheduled.
    package func deadline(of item: Item) -> NIODeadline? {
        item.pace.number < 0 ? nil : heap[places[item.pace.number]].deadline
    }

    private func wake() {
        timer = nil
        timerDeadline = .distantFuture
        isWaking = true
        let now = eventLoop.now
        // An item may schedule itself again; what is due later than this tick waits for the next.
        while let first = heap.first, first.deadline <= now, let item = items[first.slot] {
            remove(item)
            item.isDue(at: now)
        }
        isWaking = false
        arm()
    }

    private func arm() {
        guard let first = heap.first else { return }
        let gap = heap.count > Self.crowd ? Self.crowdedGap : Self.shortestGap
        let target = max(first.deadline, eventLoop.now + gap)
        guard timer == nil || target < timerDeadline else { return }
        if let timer { eventLoop.assumeIsolated().cancelScheduledCallback(timer) }
        timerDeadline = target
        // Only a loop that shuts down refuses a timer, and then nothing is left to wake.
        timer = try? eventLoop.assumeIsolated().scheduleCallback(at: target, handler: Wake(self))
    }

    private struct Wake: NIOScheduledCallbackHandler {
        let pacer: Pacer<Item>

        init(_ pacer: Pacer<Item>) {
            self.pacer = pacer
        }

        func handleScheduledCallback(eventLoop: some EventLoop) {
            pacer.wake()
        }
    }
}

// MARK: - Heap

extension Pacer {
    private func takeSlot(for item: Item) -> Int {
        if let slot = freeSlots.popLast() {
            items[slot] = item
            places[slot] = heap.count
            return slot
        }
        items.append(item)
        places.append(heap.count)
        return items.count - 1
    }

    private func remove(_ item: Item) {
        let slot = item.pace.number
        let place = places[slot]
        item.pace.number = -1
        items[slot] = nil
        freeSlots.append(slot)
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        places[last.slot] = place
        siftUp(place)
        siftDown(places[last.slot])
    }

    private func siftUp(_ start: Int) {
        var place = start
        let entry = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard entry.deadline < heap[parent].deadline else { break }
            put(heap[parent], at: place)
            place = parent
        }
        put(entry, at: place)
    }

    private func siftDown(_ start: Int) {
        var place = start
        let entry = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline {
                child += 1
            }
            guard heap[child].deadline < entry.deadline else { break }
            put(heap[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    private func put(_ entry: Entry, at place: Int) {
        heap[place] = entry
        places[entry.slot] = place
    }
}
