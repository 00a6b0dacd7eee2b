import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import Hummingbird
import NIOCore

/// Writes events as server-sent events (WHATWG HTML, 9.2).
enum EventFeed {
    /// A comment goes out after this long without an event, so that proxies and clients see that
    /// the feed is alive.
    static let keepAlive = Duration.seconds(15)

    /// Ends a subscription once nobody has a use for it, also when its answer was never begun.
    private final class Lease: Sendable {
        let subscription: EventSubscription

        init(_ subscription: EventSubscription) {
            self.subscription = subscription
        }

        deinit { subscription.cancel() }
    }

    static func body(of subscription: EventSubscription, for request: Request) -> ResponseBody {
        let lease = Lease(subscription)
        return ResponseBody { writer in
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await follow(lease.subscription, &writer)
            }
            try await writer.finish(nil)
        }
    }

    private static func follow(
        _ subscription: EventSubscription, _ writer: inout any ResponseBodyWriter
    ) async throws {
        let clock = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: keepAlive)
                subscription.wake()
            }
        }
        defer { clock.cancel() }
        try await writer.write(ByteBuffer(string: ": listening\n\n"))
        for await _ in subscription.wakes {
            let text = text(of: subscription.take())
            try await writer.write(ByteBuffer(string: text.isEmpty ? ": alive\n\n" : text))
        }
    }

    /// What waited, then how much was dropped after it.
    static func text(of batch: EventSubscription.Batch) -> String {
        var text = ""
        for (id, event) in batch.events {
            switch event {
            case .exchange(var record):
                record.redact()
                text += frame("exchange", id: id, record.json(.metadata))
            case .action(let action): text += frame("action", id: id, action.redacted.json)
            }
        }
        if batch.dropped > 0 {
            text += frame("dropped", id: nil, ["events": .int(batch.dropped)])
        }
        return text
    }

    private static func frame(_ name: String, id: Int?, _ data: JSON) -> String {
        let id = id.map { "id: \($0)\n" } ?? ""
        return "event: \(name)\n\(id)data: \(data.text)\n\n"
    }
}
