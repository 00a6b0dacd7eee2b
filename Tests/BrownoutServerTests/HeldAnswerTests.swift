import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Testing

/// What answers may hold that nobody reads: by all connections together, and by one.
@Suite(.serialized) struct HeldAnswerTests {
    /// More than the buffers between us hold, as one plain body.
    private static let large = """
        scenario: large
        reply: {text: "\(String(repeating: "word ", count: 160_000))"}
        """
    private static let refusal = "limit: answers in progress hold too many bytes"

    private static func limits(_ limits: inout ServerLimits) {
        limits.heldBytes = 64_000_000
        limits.heldBytesWithLarge = 14_000_000
    }

    private func ask(_ server: LiveServer) throws -> (client: RawClient, head: String) {
        let client = try server.client(receiveBuffer: 4096)
        try client.send(Request.chat(extra: #","n":8"#))
        return (client, client.read(seconds: 20) { $0.contains("\r\n\r\n") }.text)
    }

    @Test func whatNobodyReadsIsLimitedAndOthersAreAnswered() async throws {
        let journal = try await LiveServer.run(Self.large, threads: 1, limits: Self.limits) {
            server in
            var held: [RawClient] = []
            // Three answers of 6.4 MB; the third finds the first two.
            for _ in 0..<3 {
                let (client, head) = try ask(server)
                #expect(Request.status(head) == 200)
                held.append(client)
            }
            let refused = try ask(server).head
            #expect(Request.status(refused) == 503)
            #expect(refused.contains("application/json"))
            // What is small has room still.
            let small = try server.exchange(
                "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n\r\n")
            #expect(Request.status(small.text) == 200)
            for client in held { client.close() }
            try await waitUntil { server.core.counters.snapshot[0].value <= 1 }
            #expect(Request.status(try ask(server).head) == 200)
        }
        let refused = journal.filter { $0.status == 503 }
        #expect(refused.map(\.note) == [Self.refusal])
        #expect(refused.map(\.ending) == [.complete])
    }

    @Test func whatNobodyReadsIsGivenUpWhenOthersNeedTheRoom() async throws {
        let journal = try await LiveServer.run(
            Self.large, threads: 1,
            limits: {
                Self.limits(&$0)
                $0.unreadTime = .zero
            }
        ) { server in
            let held = try (0..<3).map { _ in try ask(server) }
            #expect(Request.status(try ask(server).head) == 503)
            #expect(Request.status(try ask(server).head) == 200)
            #expect(held.count == 3)
        }
        let given = journal.filter { $0.ending == .limit }
        #expect(!given.isEmpty)
        #expect(given.allSatisfy { $0.note?.contains("answers in progress hold") == true })
    }

    /// Streams cost something too, however short they are.
    @Test func streamsAreLimitedLikeAnythingElse() async throws {
        let journal = try await LiveServer.run(
            "scenario: s\npace: {first-token: 60s}", threads: 1,
            limits: { $0.heldBytes = 4 * $0.answerCost }
        ) { server in
            var clients: [RawClient] = []
            for _ in 0..<4 {
                let client = try server.client()
                try client.send(Request.chat(stream: true))
                #expect(Request.status(client.read { $0.contains("\r\n\r\n") }.text) == 200)
                clients.append(client)
            }
            for path in ["/openai/v1/chat/completions", "/anthropic/v1/messages"] {
                let body = #"{"model":"m","max_tokens":9,"messages":[]}"#
                let answer = try server.exchange(Request.post(path, body))
                #expect(Request.status(answer.text) == 503)
                // Anthropic's errors say that they are errors.
                #expect(answer.text.contains(#""type":"error""#) == path.contains("anthropic"))
            }
        }
        #expect(journal.filter { $0.note == Self.refusal }.count == 2)
    }

    // MARK: HTTP/2

    /// SETTINGS of a client, a request on each stream, and nothing that opens a window.
    private func open(_ streams: [UInt8]) -> [UInt8] {
        let body = Array(
            #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}"#.utf8)
        return streams.reduce(HTTP2Tests.preface + HTTP2Tests.settings) { bytes, stream in
            bytes
                + HTTP2Tests.post(
                    "/v1/chat/completions", stream: stream, key: "Bearer sk-good")
                + [0, 0, UInt8(body.count), 0, 1, 0, 0, 0, stream] + body
        }
    }

    /// WINDOW_UPDATE of 8 MiB.
    private func widen(_ stream: UInt8) -> [UInt8] {
        [0, 0, 4, 8, 0, 0, 0, 0, stream, 0, 0x80, 0, 0]
    }

    /// The streams on which a frame of a type came.
    private func streams(_ bytes: [UInt8], with type: UInt8) -> [UInt8] {
        HTTP2Tests.frames(bytes).filter { $0.type == type }.map(\.stream)
    }

    @Test func aConnectionsAnswersWaitForEachOther() async throws {
        let journal = try await LiveServer.run(
            Self.large, threads: 1, limits: { $0.heldBytesOfConnection = 100_000 }, http2: true
        ) { server in
            let client = try server.client()
            try client.send(open([1, 3]))
            var first = client.receive(seconds: 20) { streams($0, with: 1) == [1] }.bytes
            first += client.receive(seconds: 0.5).bytes
            #expect(streams(first, with: 1) == [1])
            // Another connection is not concerned.
            #expect(Request.status(try server.exchange(Request.chat()).text) == 200)
            try client.send(widen(0) + widen(1) + widen(3))
            let rest = client.receive(seconds: 20) { $0.count > 1_400_000 }.bytes
            #expect(streams(rest, with: 1) == [3])
        }
        let notes = journal.compactMap(\.note).filter { $0.contains("waited") }
        #expect(notes == ["limit: waited for other answers of the connection"])
    }

    @Test func aConnectionThatIsGoneHasNothingMadeForIt() async throws {
        // The first answer fills what a connection may hold, so that the others are still to be
        // made when it goes.
        try await LiveServer.run(
            Self.large, threads: 1, limits: { $0.heldBytesOfConnection = 100_000 }, http2: true
        ) { server in
            let client = try server.client()
            try client.send(open(Array(stride(from: 1, to: 60, by: 2))))
            try await waitUntil { server.core.counters.snapshot[3].value >= 1 }
            client.reset()
            try await waitUntil { server.core.counters.snapshot[0].value == 0 }
            let made = server.core.counters.snapshot[3].value
            #expect(made < 30)
            #expect(Request.status(try server.exchange(Request.chat()).text) == 200)
            #expect(server.core.counters.snapshot[3].value == made + 1)
        }
    }

    @Test func aStreamThatIsOneTooManyIsRefusedAlone() async throws {
        let journal = try await LiveServer.run(
            "scenario: s\nrules: [{name: h, fault: {hang: forever, at: headers}}]",
            limits: { $0.streams = 2 }, http2: true
        ) { server in
            let client = try server.client()
            // Before anything of ours was read.
            try client.send(open([1, 3, 5, 7]))
            let bytes = client.receive(seconds: 1).bytes
            let resets = HTTP2Tests.frames(bytes).filter { $0.type == 3 }
            #expect(resets.map(\.stream) == [5, 7])
            // REFUSED_STREAM (RFC 9113, 7).
            #expect(resets.map(\.payload) == [[0, 0, 0, 7], [0, 0, 0, 7]])
            #expect(streams(bytes, with: 1) == [1, 3])
            #expect(streams(bytes, with: 7) == [])
        }
        #expect(journal.count == 2)
    }

    @Test func whoGoesOnOpeningStreamsIsToldToBeCalm() async throws {
        try await LiveServer.run(
            "scenario: s\nrules: [{name: h, fault: {hang: forever, at: headers}}]",
            limits: {
                $0.streams = 1
                $0.resetStreams.count = 5
            }, http2: true
        ) { server in
            let client = try server.client()
            try client.send(open(Array(stride(from: 1, to: 40, by: 2))))
            let (bytes, end) = client.receive(seconds: 5)
            #expect(end != .timeout)
            // ENHANCE_YOUR_CALM (RFC 9113, 7).
            #expect(HTTP2Tests.frames(bytes).first { $0.type == 7 }?.payload.last == 11)
        }
    }
}
