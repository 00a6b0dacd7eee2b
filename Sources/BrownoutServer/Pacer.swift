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
    fileprivate var deadline = NIODeadline.distantFuture
    /// The place in the heap; -1: not in it.
    fileprivate var index = -1

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

    private let eventLoop: any EventLoop
    private var heap: [Item] = []
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
        item.pace.deadline = deadline
        if item.pace.index < 0 {
            item.pace.index = heap.count
            heap.append(item)
            siftUp(item.pace.index)
        } else {
            siftUp(item.pace.index)
            siftDown(item.pace.index)
        }
        if !isWaking, heap[0] === item { arm() }
    }

    package func cancel(_ item: Item) {
        guard item.pace.index >= 0 else { return }
        remove(at: item.pace.index)
    }

    /// The time an item waits for; nil when it is not scheduled.
    package func deadline(of item: Item) -> NIODeadline? {
        item.pace.index < 0 ? nil : item.pace.deadline
    }

    private func wake() {
        timer = nil
        timerDeadline = .distantFuture
        isWaking = true
        let now = eventLoop.now
        // An item may schedule itself again; what is due later than this tick waits for the next.
        while let first = heap.first, first.pace.deadline <= now {
            remove(at: 0)
            first.isDue(at: now)
        }
        isWaking = false
        arm()
    }

    private func arm() {
        guard let first = heap.first else { return }
        let gap = heap.count > Pacer.crowd ? Pacer.crowdedGap : Pacer.shortestGap
        let target = max(first.pace.deadline, eventLoop.now + gap)
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
    private func remove(at index: Int) {
        heap[index].pace.index = -1
        let last = heap.removeLast()
        guard index < heap.count else { return }
        heap[index] = last
        last.pace.index = index
        siftUp(index)
        siftDown(last.pace.index)
    }

    private func siftUp(_ start: Int) {
        var index = start
        let item = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard item.pace.deadline < heap[parent].pace.deadline else { break }
            heap[index] = heap[parent]
            heap[index].pace.index = index
            index = parent
        }
        heap[index] = item
        item.pace.index = index
    }

    private func siftDown(_ start: Int) {
        var index = start
        let item = heap[index]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].pace.deadline < heap[child].pace.deadline {
                child += 1
            }
            guard heap[child].pace.deadline < item.pace.deadline else { break }
            heap[index] = heap[child]
            heap[index].pace.index = index
            index = child
        }
        heap[index] = item
        item.pace.index = index
    }
}
