import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutControl

/// What listeners hear.
@Suite struct EventTests {
    private func exchange(_ session: String) -> EventHub.Event {
        var record = ExchangeRecord(id: 1, startedAt: 0)
        record.session = session
        return .exchange(record)
    }

    @Test func aListenerHearsItsSessionAndWhatConcernsAll() throws {
        let hub = EventHub()
        let one = try #require(hub.subscribe(session: "a"))
        let all = try #require(hub.subscribe(session: nil))
        hub.publish(exchange("a"))
        hub.publish(exchange("b"))
        hub.publish(.action(ActionRecord(at: 0, action: "reload")))
        hub.publish(.action(ActionRecord(at: 0, action: "reset-session", session: "b")))
        #expect(one.take().events.map(\.id) == [1, 3])
        #expect(all.take().events.map(\.id) == [1, 2, 3, 4])
        one.cancel()
        hub.publish(exchange("a"))
        #expect(one.take().events.isEmpty)
        #expect(all.take().events.map(\.id) == [5])
    }

    @Test func whoIsTooSlowIsToldHowMuchWasLeftOut() throws {
        let hub = EventHub()
        let slow = try #require(hub.subscribe(session: nil))
        for _ in 0..<(EventSubscription.queueLimit + 7) { hub.publish(exchange("a")) }
        let batch = slow.take()
        #expect(batch.events.count == EventSubscription.queueLimit)
        #expect(batch.dropped == 7)
        #expect(hub.droppedCount == 7)
        let text = EventFeed.text(of: batch)
        #expect(text.hasSuffix("event: dropped\ndata: {\"events\":7}\n\n"))
        #expect(EventFeed.text(of: slow.take()) == "")
    }

    @Test func onlySoManyListenAtATime() throws {
        let hub = EventHub()
        let all = (0..<EventHub.subscriptionLimit).map { _ in hub.subscribe(session: nil) }
        #expect(hub.subscribe(session: nil) == nil)
        all[3]?.cancel()
        #expect(hub.subscribe(session: nil) != nil)
    }

    @Test func withoutAListenerNothingIsMade() {
        let hub = EventHub()
        var made = 0
        func event() -> EventHub.Event {
            made += 1
            return exchange("a")
        }
        hub.publish(event())
        #expect(made == 0)
    }

    @Test(arguments: [true, false])
    func theFeedBringsExchangesAndActions(hasJournal: Bool) async throws {
        try await LiveControl.run(journal: hasJournal) { live in
            let feed = try BlockingHTTP.connect(port: live.port)
            defer { close(feed) }
            let request = "GET /events?session=a HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try BlockingHTTP.send(Array(request.utf8), to: feed)
            try await waitUntil { live.core.events.isHeard }
            _ = try await live.chat(session: "b")
            _ = try await live.chat(session: "a", "with sk-proj-abcdef123456")
            _ = try await live.ask("POST", "/sessions/a/reset")
            var text = ""
            while !text.contains("reset-session") {
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(feed, &buffer, buffer.count, 0)
                try #require(count > 0)
                text += String(decoding: buffer[..<count], as: UTF8.self)
            }
            #expect(text.contains("text/event-stream"))
            #expect(text.components(separatedBy: "event: exchange").count == 2)
            #expect(text.contains(#""session":"a""#))
            #expect(text.contains("event: action\nid: 3\ndata: {"))
            #expect(!text.contains("abcdef"))
            #expect(!text.contains("request_body"))
        }
    }

    @Test func aListenerThatLeavesIsForgotten() async throws {
        try await LiveControl.run { live in
            let feed = try BlockingHTTP.connect(port: live.port)
            let request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try BlockingHTTP.send(Array(request.utf8), to: feed)
            try await waitUntil { live.core.events.isHeard }
            close(feed)
            try await waitUntil { !live.core.events.isHeard }
        }
    }

    @Test func oneListenerTooManyIsRefused() async throws {
        try await LiveControl.run { live in
            let held = (0..<EventHub.subscriptionLimit).map { _ in
                live.core.events.subscribe(session: nil)
            }
            let answer = try await live.get("/events")
            #expect(answer.status == 429)
            for subscription in held { subscription?.cancel() }
        }
    }
}
