import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Every fault on a real socket: which bytes arrive, and how the connection ends.
@Suite(.serialized) struct WireFaultTests {
    private static let words = "one two three four five six seven eight nine ten eleven twelve"

    private func scenario(_ fault: String, text: String = words) -> String {
        """
        scenario: wire
        reply: {text: "\(text)"}
        rules:
          - name: fault
            fault: \(fault)
        """
    }

    /// The whole stream of the same scenario without its fault.
    private func healthyStream() async throws -> String {
        var whole = ""
        try await LiveServer.run("scenario: wire\nreply: {text: \"\(Self.words)\"}") { server in
            whole = try server.exchange(Request.chat(stream: true)).text
        }
        return Request.body(whole)
    }

    private func events(_ text: String) -> Int {
        text.components(separatedBy: "data: ").count - 1
    }

    @Test(arguments: [
        ("reset", ConnectionEnd.reset), ("fin", .fin), ("clean", nil), ("stall", .timeout),
    ])
    func aCutAtAnEventDeliversExactlyTheEventsBeforeIt(how: String, end: ConnectionEnd?)
        async throws
    {
        let whole = try await healthyStream()
        let journal = try await LiveServer.run(scenario("{cut: \(how), at: event 4}")) { server in
            let seen = try server.exchange(Request.chat(stream: true), seconds: 0.6)
            #expect(seen.end == end)
            #expect(events(seen.text) == 4)
            let body = Request.body(seen.text)
            let sent = how == "clean" ? String(body.dropLast("0\r\n\r\n".count)) : body
            #expect(whole.hasPrefix(sent))
        }
        #expect(journal.count == 1)
        #expect(journal[0].faults == [.cut])
        #expect(journal[0].plannedBytes == journal[0].bytesSent)
        #expect(journal[0].injected == true)
        #expect(journal[0].ending?.rawValue == (how == "stall" ? "client-left" : how))
    }

    @Test(arguments: [
        ("start", 0), ("headers", 0), ("event 0", 0), ("event 1", 1), ("token 1", 2),
        ("token 5", 6), ("50%", 7), ("terminal", 14), ("event 15", 15),
    ])
    func everyPositionCountsWhatWentOutBefore(position: String, count: Int) async throws {
        try await LiveServer.run(scenario("{cut: reset, at: \(position)}")) { server in
            let seen = try server.exchange(Request.chat(stream: true))
            #expect(seen.end == .reset)
            #expect(events(seen.text) == count)
            #expect(seen.text.isEmpty == (position == "start"))
        }
    }

    @Test(arguments: [0, 1, 100, 301, 1000])
    func aCutAtAByteDeliversThatManyBytesOfTheBody(count: Int) async throws {
        try await LiveServer.run(scenario("{cut: fin, at: byte \(count)}")) { server in
            let seen = try server.exchange(Request.chat(stream: true))
            #expect(seen.end == .fin)
            #expect(Chunks.payload(of: Request.body(seen.text)).utf8.count == count)
        }
    }

    @Test func aPlainBodyIsCutAtItsBytes() async throws {
        let journal = try await LiveServer.run(scenario("{cut: reset, at: byte 20}")) { server in
            let seen = try server.exchange(Request.chat())
            #expect(seen.end == .reset)
            #expect(Request.body(seen.text).utf8.count == 20)
        }
        #expect(journal[0].bytesAcknowledged == journal[0].bytesSent)
    }

    @Test func noAnswerIsFINWithoutAByteAndResetIsRST() async throws {
        for (fault, end) in [("no-answer", ConnectionEnd.fin), ("reset", .reset)] {
            let journal = try await LiveServer.run(scenario(fault)) { server in
                let seen = try server.exchange(Request.chat())
                #expect(seen.text.isEmpty)
                #expect(seen.end == end)
            }
            #expect(journal[0].faultName == fault)
            #expect(journal[0].status == nil)
            #expect(journal[0].bytesSent == 0)
        }
    }

    /// The reader has a small buffer and does not read for a while: the reset must not overtake
    /// what was sent before it.
    @Test func aSlowReaderGetsEveryByteBeforeAReset() async throws {
        let text = String(repeating: "lorem ipsum dolor sit amet ", count: 20_000)
        let size = 400_000
        let journal = try await LiveServer.run(
            scenario("{cut: reset, at: byte \(size)}", text: text)
        ) { server in
            let client = try server.client(receiveBuffer: 4096)
            try client.send(Request.chat())
            // Nothing is read until the server has filled every buffer between us.
            let start = client.read(until: { $0.utf8.count > 1000 })
            #expect(start.end == nil)
            try await waitUntil { server.core.counters.snapshot[3].value == 1 }
            let rest = client.read(seconds: 10)
            #expect(rest.end == .reset)
            #expect(Request.body(start.text + rest.text).utf8.count == size)
        }
        #expect(journal[0].ending == .reset)
        #expect(journal[0].bytesAcknowledged == journal[0].bytesSent)
        #expect(journal[0].responseBodyBytes == size)
    }

    @Test func anErrorEventEndsTheStreamCleanly() async throws {
        try await LiveServer.run(scenario("{cause: overloaded, at: event 3}")) { server in
            let openai = try server.exchange(Request.chat(stream: true))
            #expect(openai.end == nil)
            #expect(events(openai.text) == 4)
            #expect(openai.text.contains(#"data: {"error":{"message":"#))
            #expect(!openai.text.contains("[DONE]"))
            let anthropic = try server.exchange(Request.message(stream: true))
            #expect(anthropic.text.contains("event: error\ndata: {\"type\":\"error\""))
            #expect(anthropic.text.contains("overloaded_error"))
            #expect(!anthropic.text.contains("message_stop"))
            // A plain answer has no events: it is the error.
            let plain = try server.exchange(Request.message())
            #expect(Request.status(plain.text) == 529)
        }
    }

    @Test func aHangKeepsTheSocketOpenAndSaysNothing() async throws {
        for (position, empty) in [("start", true), ("headers", false)] {
            let journal = try await LiveServer.run(
                scenario("{hang: forever, at: \(position)}")
            ) { server in
                let seen = try server.exchange(Request.chat(stream: true), seconds: 0.3)
                #expect(seen.end == .timeout)
                #expect(seen.text.isEmpty == empty)
                #expect(events(seen.text) == 0)
            }
            #expect(journal[0].ending == .clientLeft)
            #expect(journal[0].clientLeft != nil)
        }
    }

    @Test(arguments: [true, false])
    func theJournalKeepsTheBodyWithoutItsFraming(stream: Bool) async throws {
        try await LiveServer.run(scenario("{cut: fin, at: byte 301}")) { server in
            let body = Request.body(try server.exchange(Request.chat(stream: stream)).text)
            let payload = stream ? Chunks.payload(of: body) : body
            #expect(payload.utf8.count == 301)
            try await waitUntil { server.journal.counters.written == 1 }
            let reader = try JournalReader(path: server.path)
            defer { reader.close() }
            let kept = try #require(try reader.exchange(sequence: 1)).record
            #expect(kept.responseBodyBytes == 301)
            #expect(String(decoding: kept.responseBody, as: UTF8.self) == payload)
        }
    }

    @Test func aFaultThatWasNotReachedIsSaidSo() async throws {
        let journal = try await LiveServer.run(scenario("{cut: reset, at: event 99}")) { server in
            let seen = try server.exchange(Request.chat(stream: true))
            #expect(seen.end == nil)
            #expect(seen.text.contains("[DONE]"))
        }
        #expect(journal[0].injected == false)
        #expect(journal[0].ending == .complete)
    }
}

/// Reads the chunked coding (RFC 9112, 7.1), as far as it came.
enum Chunks {
    static func payload(of body: String) -> String {
        String(decoding: bytes(of: Array(body.utf8)), as: UTF8.self)
    }

    static func bytes(of body: [UInt8]) -> [UInt8] {
        var rest = body[...]
        var payload: [UInt8] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
            let digits = String(decoding: rest[..<end], as: UTF8.self)
            guard let size = Int(digits, radix: 16), size > 0, rest.count > size else { break }
            let start = end + 2
            payload.append(contentsOf: rest[start..<min(start + size, rest.endIndex)])
            rest = rest.dropFirst(digits.utf8.count + 2 + size + 2)
        }
        return payload
    }
}

/// Waits for a condition that another thread brings about; fails after ten seconds.
func waitUntil(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while try await !condition() {
        try #require(ContinuousClock.now < end, "the condition did not come true in time")
        await Task.yield()
    }
}
