import NIOCore

/// A stream that is sent one chunk at a time.
final class PacedStream {
    let channel: any Channel
    let parts: [ByteBuffer]
    /// The next part to send. The head and the role's event go out at once; the finish, the
    /// end marker and the terminal chunk go with the last token.
    var next = 2
    var due = NIODeadline.distantFuture

    init(_ channel: any Channel, _ parts: [ByteBuffer]) {
        self.channel = channel
        self.parts = parts
    }

    private static let trailers = 3

    /// Sends what is due, at once when several chunks are; false when that was the last.
    func advance(to now: NIODeadline, _ between: TimeAmount) -> Bool {
        let lastToken = parts.count - PacedStream.trailers - 1
        while next <= lastToken, due <= now {
            channel.write(parts[next], promise: nil)
            next += 1
            due = due + between
        }
        let isLast = next > lastToken
        if isLast { for part in parts[next...] { channel.write(part, promise: nil) } }
        channel.flush()
        return !isLast && channel.isActive
    }
}

/// Sends the chunks of all paced streams of an event loop from one timer.
final class Pacer {
    private let loop: any EventLoop
    private let pace: Pace
    private var waiting = Heap<PacedStream> { $0.due < $1.due }
    private var isArmed = false

    init(_ loop: any EventLoop, _ pace: Pace) {
        self.loop = loop
        self.pace = pace
    }

    func start(_ stream: PacedStream) {
        for part in stream.parts[..<stream.next] { stream.channel.write(part, promise: nil) }
        stream.channel.flush()
        stream.due = .now() + pace.first
        waiting.insert(stream)
        arm()
    }

    private func arm() {
        guard !isArmed, let due = waiting.first?.due else { return }
        isArmed = true
        // Never overdue: a loop with an overdue timer does not look at its sockets.
        let deadline = max(due, .now() + .microseconds(100))
        loop.assumeIsolated().scheduleTask(deadline: deadline) { self.fire() }
    }

    private func fire() {
        isArmed = false
        let now = NIODeadline.now()
        while let due = waiting.first?.due, due <= now {
            let stream = waiting.removeFirst()
            if stream.advance(to: now, pace.between) { waiting.insert(stream) }
        }
        arm()
    }
}
