import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// What a client cannot do to the server, and what it is told.
@Suite(.serialized) struct LimitTests {
    @Test func aKeptAliveConnectionServesRequestAfterRequest() async throws {
        let journal = try await LiveServer.run { server in
            let client = try server.client()
            for round in 0..<3 {
                try client.send(Request.chat("round \(round)"))
                let answer = client.read(until: Request.isWhole)
                #expect(answer.end == nil)
                #expect(Request.status(answer.text) == 200)
            }
        }
        #expect(journal.count == 3)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let count = 200
        let journal = try await LiveServer.run { server in
            let client = try server.client()
            let all = (0..<count).map { Request.chat("call \($0)") }.joined()
            try client.send(all + Request.chat("last", headers: "Connection: close\r\n"))
            let answers = client.read()
            #expect(answers.end == .fin)
            let statuses = answers.text.components(separatedBy: "HTTP/1.1 200 OK").count - 1
            #expect(statuses == count + 1)
        }
        #expect(journal.map(\.attempt) == Array(repeating: 1, count: count + 1))
        #expect(journal.map(\.ordinal) == Array(1...count + 1))
    }

    @Test func theAnswerToHeadIsAHeadAndTheConnectionStaysInStep() async throws {
        try await LiveServer.run { server in
            let client = try server.client()
            try client.send("HEAD /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = client.read { $0.hasSuffix("\r\n\r\n") }
            #expect(head.end == nil)
            #expect(Request.status(head.text) == 405)
            try client.send(Request.chat())
            let answer = client.read(until: Request.isWhole)
            #expect(answer.text.hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    /// As Java's HTTP clients make one with every first request of a connection without TLS.
    @Test(
        arguments: [
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", "Upgrade: h2c\r\n",
            "Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n",
            "connection: HTTP2-Settings\r\nconnection: UPGRADE\r\nupgrade: h2c\r\n",
        ], [true, false])
    func anOfferToUpgradeIsIgnoredAndTheConnectionStays(
        headers: String, http2: Bool
    ) async throws {
        let journal = try await LiveServer.run(http2: http2) { server in
            let client = try server.client()
            // The second is in the same segment, the third has no body, the fourth comes later.
            let bodiless =
                "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n\(headers)\r\n"
            try client.send(
                Request.chat("one", headers: headers) + Request.chat("two", headers: headers)
                    + bodiless)
            let three = client.read { $0.components(separatedBy: "HTTP/1.1 200 OK").count == 4 }
            #expect(three.end == nil)
            #expect(!three.text.contains("connection: close"))
            _ = client.read(seconds: 0.2)
            try client.send(Request.chat("four"))
            let last = client.read(until: Request.isWhole)
            #expect(Request.status(last.text) == 200)
            #expect(last.end == nil)
        }
        #expect(journal.map(\.ending) == Array(repeating: .complete, count: 4))
    }

    /// Behind CONNECT a client may send anything; HTTP/1.0 knows a kept connection only where the
    /// answer says so.
    @Test(arguments: [
        "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "GET /v1/models HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ])
    func whatCannotBeFollowedByARequestIsAnsweredAndClosed(request: String) async throws {
        try await LiveServer.run { server in
            let answer = try server.exchange(request) { _ in false }
            #expect(answer.end == .fin)
            #expect(answer.text.contains("\r\nconnection: close\r\n"))
            #expect(Request.isWhole(answer.text))
        }
    }

    @Test func aRequestMayComeByteByByte() async throws {
        try await LiveServer.run { server in
            let client = try server.client()
            for byte in Request.chat().utf8 { try client.send([byte]) }
            #expect(Request.status(client.read(until: Request.isWhole).text) == 200)
        }
    }

    @Test func aChunkedRequestBodyIsTaken() async throws {
        try await LiveServer.run { server in
            let body = #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}"#
            let half = body.count / 2
            let chunks = [body.prefix(half), body.suffix(body.count - half)].map {
                String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n"
            }
            let request =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + chunks.joined() + "0\r\n\r\n"
            let answer = try server.exchange(request)
            #expect(Request.status(answer.text) == 200)
        }
    }

    @Test func expectContinueIsAnsweredBeforeTheBody() async throws {
        try await LiveServer.run { server in
            let request = Request.chat(headers: "Expect: 100-continue\r\n")
            let head = request.components(separatedBy: "\r\n\r\n")[0] + "\r\n\r\n"
            let client = try server.client()
            try client.send(head)
            let first = client.read(until: { $0.contains("\r\n\r\n") })
            #expect(first.text == "HTTP/1.1 100 Continue\r\n\r\n")
            try client.send(String(request.dropFirst(head.count)))
            #expect(Request.status(client.read(until: Request.isWhole).text) == 200)
        }
    }

    @Test func aBodyOverTheLimitGetsTheProvidersOwn413() async throws {
        let journal = try await LiveServer.run(limits: { $0.bodyBytes = 1000 }) { server in
            let big = String(repeating: "x", count: 2000)
            for request in [Request.chat(big), Request.message(big)] {
                let answer = try server.exchange(request, until: { _ in false })
                #expect(answer.end == .fin)
                #expect(Request.status(answer.text) == 413)
                #expect(answer.text.contains("\"error\""))
                #expect(answer.text.contains("connection: close\r\n"))
            }
            // Chunked, so that the head does not tell.
            let chunk = String(2000, radix: 16) + "\r\n" + big + "\r\n"
            let request =
                "POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\n"
                + "anthropic-version: 2023-06-01\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try server.exchange(request + chunk, until: { _ in false })
            #expect(Request.status(answer.text) == 413)
        }
        #expect(journal.allSatisfy { $0.note?.contains("limit") == true })
        #expect(journal.count == 3)
    }

    @Test func aHeadOverTheLimitIsRefused() async throws {
        let journal = try await LiveServer.run { server in
            let huge = String(repeating: "h", count: 100_000)
            let field = try server.exchange(
                "GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Big: \(huge)\r\n\r\n",
                until: { _ in false })
            #expect(Request.status(field.text) == 431)
            let many = (0..<300).map { "X-\($0): y\r\n" }.joined()
            let fields = try server.exchange(
                "GET /v1/models HTTP/1.1\r\nHost: x\r\n\(many)\r\n", until: { _ in false })
            #expect(Request.status(fields.text) == 431)
            #expect(fields.end == .fin)
        }
        #expect(
            journal.map(\.note)
                == Array(
                    repeating: "limit: the head of the request is too large", count: 2))
    }

    @Test func bytesThatAreNotHTTPAreRefused() async throws {
        let journal = try await LiveServer.run { server in
            let answer = try server.exchange(
                "\u{16}\u{3}\u{1} hello\r\n\r\n", until: { _ in false })
            #expect(Request.status(answer.text) == 400)
            #expect(answer.end == .fin)
        }
        #expect(journal[0].note == "the bytes are not an HTTP/1 request")
    }

    @Test func garbageBehindARequestClosesAfterItsAnswer() async throws {
        try await LiveServer.run("scenario: t\nrules: [{name: slow, latency: 100ms}]") { server in
            let answer = try server.exchange(
                Request.chat() + "garbage\r\n\r\n", until: { _ in false })
            #expect(Request.status(answer.text) == 200)
            #expect(answer.end == .fin)
        }
    }

    @Test func slowHeadersAreGivenUp() async throws {
        let journal = try await LiveServer.run(limits: { $0.headTime = .milliseconds(100) }) {
            server in
            let client = try server.client()
            try client.send("POST /v1/chat/completions HTTP/1.1\r\nHost:")
            let answer = client.read()
            #expect(Request.status(answer.text) == 408)
            #expect(answer.end == .fin)
        }
        #expect(journal[0].note == "limit: the head of the request took too long")
    }

    @Test func aSlowBodyIsGivenUpHoweverItTrickles() async throws {
        let journal = try await LiveServer.run(limits: { $0.bodyTime = .milliseconds(150) }) {
            server in
            let client = try server.client()
            try client.send("POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
            var answer = client.read(seconds: 0.02)
            while answer.end == .timeout {
                try? client.send("x")
                answer = client.read(seconds: 0.02)
            }
            #expect(Request.status(answer.text) == 408)
        }
        #expect(journal[0].note == "limit: the body of the request took too long")
    }

    @Test func anIdleConnectionIsClosed() async throws {
        try await LiveServer.run(limits: { $0.idleTime = .milliseconds(100) }) { server in
            let client = try server.client()
            try client.send(Request.chat())
            #expect(client.read(until: Request.isWhole).end == nil)
            let rest = client.read()
            #expect(rest.text.isEmpty)
            #expect(rest.end == .fin)
        }
    }

    @Test func oneConnectionTooManyIsClosed() async throws {
        try await LiveServer.run(limits: { $0.connections = 2 }) { server in
            let kept = [try server.client(), try server.client()]
            try await waitUntil { server.core.counters.snapshot[1].value == 2 }
            let extra = try server.client()
            let seen = extra.read()
            #expect(seen.text.isEmpty)
            #expect(seen.end != .timeout)
            for client in kept {
                try client.send(Request.chat())
                #expect(Request.status(client.read(until: Request.isWhole).text) == 200)
            }
        }
    }

    /// As a stream it is stopped on its way; a plain body of this size is left at its last write.
    @Test(arguments: [true, false])
    func aClientThatNeverReadsIsGivenUp(stream: Bool) async throws {
        let yaml = """
            scenario: flood
            reply: {text: "\(String(repeating: "word ", count: 160_000))"}
            """
        let journal = try await LiveServer.run(
            yaml, limits: { $0.writeTime = .milliseconds(200) }
        ) { server in
            let client = try server.client(receiveBuffer: 4096)
            // Ten times the text: more than all buffers between us hold.
            try client.send(Request.chat(stream: stream, extra: #","n":10"#))
            try await waitUntil {
                server.journal.counters.written + server.journal.counters.queued == 1
            }
        }
        #expect(journal.map(\.ending) == [.limit])
        #expect(journal[0].note?.contains("read nothing") == true)
        #expect(journal[0].bytesSent < 20_000_000)
    }

    @Test func aClientThatVanishesMidStreamEndsItsExchange() async throws {
        let yaml = """
            scenario: slow
            pace: {between-tokens: 50ms}
            reply: {text: "\(String(repeating: "word ", count: 1000))"}
            """
        let journal = try await LiveServer.run(yaml) { server in
            let client = try server.client()
            try client.send(Request.chat(stream: true))
            _ = client.read(until: { $0.components(separatedBy: "data: ").count > 4 })
            client.close()
            try await waitUntil { server.core.counters.snapshot[0].value == 0 }
        }
        #expect(journal.count == 1)
        #expect(journal[0].ending == .clientLeft)
        #expect(journal[0].clientLeft != nil)
        #expect(journal[0].plannedBytes == nil)
        #expect(journal[0].status == 200)
    }

    @Test func aRequestWaitsUntilTheJournalHasRoomForIt() async throws {
        var small = JournalLimits()
        small.queueRows = 4
        small.batchRows = 2
        small.patience = .seconds(30)
        small.lockWait = .milliseconds(10)
        let journal = try await LiveServer.run(journalLimits: small) { server in
            let lock = try DatabaseLock(server.path)
            let clients = try (0..<20).map { call in
                let client = try server.client()
                try client.send(Request.chat("call \(call)"))
                return client
            }
            try await waitUntil { !server.journal.hasRoom }
            // Whatever is begun by now ends, the rest has not begun.
            let begun = server.core.counters.snapshot[3].value
            #expect(begun < 20)
            try lock.release()
            for client in clients {
                #expect(Request.status(client.read(until: Request.isWhole).text) == 200)
            }
        }
        #expect(journal.count == 20)
    }

    @Test func stoppingLetsAnswersEndAndCutsOffWhatNeverEnds() async throws {
        let yaml = """
            scenario: stop
            reply: {tokens: 5}
            rules:
              - {name: hang, when: {user-text: hang}, fault: {hang: forever}}
              - {name: slow, when: {user-text: slow}, latency: 300ms}
            """
        let journal = try await LiveServer.run(yaml, limits: { $0.graceTime = .seconds(5) }) {
            server in
            let slow = try server.client()
            let hanging = try server.client()
            try slow.send(Request.chat("slow"))
            try hanging.send(Request.chat("hang"))
            try await waitUntil { server.core.counters.snapshot[3].value == 2 }
            async let stopped: Void = server.server.stop()
            #expect(Request.status(slow.read(until: Request.isWhole).text) == 200)
            #expect(hanging.read(seconds: 15).end == .fin)
            await stopped
        }
        #expect(Set(journal.map(\.ending)) == [.complete, .stopped])
    }
}
