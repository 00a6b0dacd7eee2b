import Glibc

/// Reads many paced streams and keeps the lateness of every token.
struct PaceClient {
    private struct Stream {
        var descriptor: Int32
        /// When the request was sent; 0: not yet.
        var start = 0
        var counter = EventCounter()
        var isOver = false
    }

    private let target: Target
    private let plan: Plan
    private var poller = Poller()
    private var streams: [Stream] = []
    /// Microseconds by which each token came later than planned.
    private var lateness: [Int32] = []
    private var block = [UInt8](repeating: 0, count: 65536)
    private var ready: [Int] = []
    private var finished = 0
    private var unserved = 0

    /// Time after the plan's end that a stream is given to finish.
    private static let grace = 15_000_000

    init(_ target: Target, _ plan: Plan, streams: Int) {
        self.target = target
        self.plan = plan
        lateness.reserveCapacity(streams * plan.tokens)
        for tag in 0..<streams {
            let descriptor = poller.connect(to: target.port, tag: tag)
            self.streams.append(Stream(descriptor: descriptor))
        }
        awaitAcceptance()
    }

    /// Waits until the server has answered something cheap on each connection: one that is still
    /// in the kernel's queue would be late for reasons that are not the pacing's.
    private mutating func awaitAcceptance() {
        for stream in streams { poller.send(target.greeting, to: stream.descriptor) }
        var answered = 0
        while answered < streams.count {
            ready.removeAll(keepingCapacity: true)
            poller.wait(microseconds: 1_000_000, &ready)
            if ready.isEmpty { fail("\(streams.count - answered) connections without an answer") }
            for tag in ready where recv(streams[tag].descriptor, &block, block.count, 0) > 0 {
                answered += 1
            }
        }
    }

    /// Sends the requests evenly over a while, so that the tokens of the streams do not fall due
    /// all at once, then reads until all is there or time is up.
    mutating func run() {
        let spread = max(plan.between, streams.count * 200)
        let begin = now()
        var sent = 0
        while finished < streams.count {
            let elapsed = now() - begin
            while sent < streams.count, sent * spread / streams.count <= elapsed {
                streams[sent].start = now()
                poller.send(target.request, to: streams[sent].descriptor)
                sent += 1
            }
            if elapsed > spread + plan.length + PaceClient.grace { break }
            ready.removeAll(keepingCapacity: true)
            poller.wait(microseconds: sent < streams.count ? 0 : 100_000, &ready)
            for tag in ready { read(tag) }
        }
        unserved = streams.count { $0.counter.events <= plan.skipped }
    }

    private mutating func read(_ tag: Int) {
        let received = recv(streams[tag].descriptor, &block, block.count, 0)
        let arrival = now()
        guard received > 0 else {
            if received == 0 || errno != EAGAIN { end(tag) }
            return
        }
        let before = streams[tag].counter.events
        block.withUnsafeBufferPointer {
            streams[tag].counter.take(UnsafeBufferPointer(rebasing: $0[..<received]))
        }
        for event in before..<streams[tag].counter.events {
            let token = event - plan.skipped
            guard token >= 0, token < plan.tokens else { continue }
            lateness.append(Int32(arrival - streams[tag].start - plan.due(token)))
        }
        if streams[tag].counter.events >= plan.skipped + plan.tokens { end(tag) }
    }

    private mutating func end(_ tag: Int) {
        guard !streams[tag].isOver else { return }
        streams[tag].isOver = true
        finished += 1
        // The rest of the stream stays unread.
        poller.stopWatching(streams[tag].descriptor)
    }

    /// One line of JSON; times are in microseconds.
    func report() -> String {
        let sorted = lateness.sorted()
        let complete = streams.count { $0.counter.events >= plan.skipped + plan.tokens }
        func rank(_ permille: Int) -> Int32 {
            sorted.isEmpty ? -1 : sorted[min(sorted.count - 1, sorted.count * permille / 1000)]
        }
        return """
            {"streams": \(streams.count), "complete": \(complete), "unserved": \(unserved), \
            "tokens": \(sorted.count), "early": \(sorted.count { $0 < 0 }), \
            "p50": \(rank(500)), "p99": \(rank(990)), "max": \(sorted.last ?? -1)}
            """
    }
}
