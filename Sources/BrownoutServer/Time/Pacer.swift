package import NIOCore

/// Something that wants to be woken at a time. It has one such time, or none.
package protocol Paced: AnyObject {
    /// The time has come. The item is no longer scheduled.
    func isDue(at now: NIODeadline)
}

/// All deadlines of one event loop in one heap with one timer, so that thousands of streams cost
/// the loop one callback at a time. Lives on its loop.
package final class Pacer {
    /// What a pacer knows an item by.
    package struct Ticket: Equatable {
        fileprivate let number: Int
    }

    /// A tick of the loop does not return to its sockets as long as a timer is overdue, so the
    /// timer is never set nearer than this.
    private static let shortestGap = TimeAmount.microseconds(100)
    /// With many items waiting, waking for each costs more than the lateness it saves.
    private static let crowdedGap = TimeAmount.microseconds(500)
    private static let crowd = 2000

    private let eventLoop: any EventLoop
    private var heap = DeadlineHeap()
    /// Deadlines of a clock that is moved by hand, which no timer brings.
    private var manual = DeadlineHeap()
    /// By the number of a ticket.
    private var items: [(any Paced)?] = []
    private var freeNumbers: [Int] = []
    private var timer: NIOScheduledCallback?
    private var timerDeadline = NIODeadline.distantFuture
    private var isWaking = false

    package init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The number of items waiting.
    package var count: Int { heap.count }

    /// Holds the item until it is ``unregister(_:)``ed.
    package func register(_ item: any Paced) -> Ticket {
        if let number = freeNumbers.popLast() {
            items[number] = item
            return Ticket(number: number)
        }
        items.append(item)
        return Ticket(number: items.count - 1)
    }

    /// Takes a script out for good; a wake that is due does not come any more.
    package func unregister(_ ticket: Ticket) {
        cancel(ticket)
        items[ticket.number] = nil
        freeNumbers.append(ticket.number)
    }

    /// Wakes the item at a time, and not at any time it was scheduled for before.
    package func schedule(_ ticket: Ticket, at deadline: NIODeadline) {
        manual.remove(ticket.number)
        heap.set(deadline, for: ticket.number)
        if !isWaking, heap.first == ticket.number { arm() }
    }

    /// Wakes the item once ``advance(to:)`` reaches a time of a clock that is moved by hand.
    func schedule(_ ticket: Ticket, atAdvanceTo instant: ScenarioInstant) {
        heap.remove(ticket.number)
        manual.set(.uptimeNanoseconds(UInt64(max(instant.nanoseconds, 0))), for: ticket.number)
    }

    /// Wakes what waits for the hand-moved clock up to here, earliest first.
    func advance(to instant: ScenarioInstant) {
        let reached = NIODeadline.uptimeNanoseconds(UInt64(max(instant.nanoseconds, 0)))
        while let earliest = manual.earliest, earliest <= reached, let first = manual.first {
            manual.remove(first)
            items[first]?.isDue(at: eventLoop.now)
        }
    }

    /// Calls off the wake that was asked for; another may be asked for.
    package func cancel(_ ticket: Ticket) {
        heap.remove(ticket.number)
        manual.remove(ticket.number)
    }

    /// The time an item waits for; nil when it is not scheduled.
    package func deadline(of ticket: Ticket) -> NIODeadline? {
        heap.deadline(of: ticket.number)
    }

    fileprivate func wake() {
        timer = nil
        timerDeadline = .distantFuture
        isWaking = true
        let now = eventLoop.now
        // An item may schedule itself again; what is due later than this tick waits for the next.
        while let earliest = heap.earliest, earliest <= now, let first = heap.first {
            heap.remove(first)
            items[first]?.isDue(at: now)
        }
        isWaking = false
        arm()
    }

    private func arm() {
        guard let earliest = heap.earliest else { return }
        let gap = heap.count > Pacer.crowd ? Pacer.crowdedGap : Pacer.shortestGap
        let target = max(earliest, eventLoop.now + gap)
        guard timer == nil || target < timerDeadline else { return }
        if let timer { eventLoop.assumeIsolated().cancelScheduledCallback(timer) }
        timerDeadline = target
        // Only a loop that shuts down refuses a timer, and then nothing is left to wake.
        timer = try? eventLoop.assumeIsolated().scheduleCallback(at: target, handler: Wake(self))
    }
}

private struct Wake: NIOScheduledCallbackHandler {
    let pacer: Pacer

    init(_ pacer: Pacer) {
        self.pacer = pacer
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        pacer.wake()
    }
}
