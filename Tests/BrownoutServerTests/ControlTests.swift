import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutControl

@Suite struct ControlTests {
    @Test func healthTellsOfTheServerAndItsJournal() async throws {
        try await LiveControl.run { live in
            _ = try await live.chat()
            live.core.journal?.flush()
            let (status, json) = try await live.get("/health")
            #expect(status == 200)
            #expect(json["status"] == "ok")
            #expect(json["version"] == "1.2.3")
            #expect(json["scenario"] == "calm")
            #expect(json["seed"] == 7)
            #expect(json["journal"] == ["written": 1, "lost": 0, "queued": 0, "trouble": nil])
            #expect(json.value(at: "/counters/exchanges") == 1)
            let uptime = try #require(json["uptime_s"]?.doubleValue)
            #expect((0..<60).contains(uptime))
        }
    }

    @Test func healthIsDegradedOnceTheJournalIsInTroubleOrHasLostRows() {
        func word(_ journal: JournalCounters?) -> String {
            ControlStatus(
                version: "", uptime: .zero, scenario: "", seed: 0, journal: journal, counters: []
            ).word
        }
        #expect(word(nil) == "ok")
        #expect(word(JournalCounters(written: 9, lost: 0, queued: 9)) == "ok")
        #expect(word(JournalCounters(written: 9, lost: 1, queued: 0)) == "degraded")
        #expect(word(JournalCounters(written: 9, lost: 0, queued: 1, trouble: "x")) == "degraded")
    }

    @Test(arguments: [
        ("GET", "/", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/exchanges/1/body", 404, "not-found"),
        ("GET", "/exchanges/4", 404, "not-found"),
        ("GET", "/exchanges/00000000000000aa", 404, "not-found"),
        ("GET", "/exchanges/zebra", 400, "bad-id"),
        ("GET", "/exchanges/-1", 400, "bad-id"),
        ("GET", "/exchanges/req_0", 404, "not-found"),
        ("GET", "/exchanges/%00%1B", 400, "bad-id"),
        ("POST", "/health", 405, "method-not-allowed"),
        ("DELETE", "/exchanges", 405, "method-not-allowed"),
        ("GET", "/health?x=1", 400, "bad-query"),
        ("GET", "/exchanges?limit=0", 400, "bad-query"),
        ("GET", "/exchanges?limit=1001", 400, "bad-query"),
        ("GET", "/exchanges?limit=many", 400, "bad-query"),
        ("GET", "/exchanges?after=-1", 400, "bad-query"),
        ("GET", "/exchanges?after=99999999999999999999", 400, "bad-query"),
        ("GET", "/exchanges?limit", 400, "bad-query"),
        ("GET", "/exchanges?limit=1&limit=2", 400, "bad-query"),
        ("GET", "/exchanges?session=%zz", 400, "bad-query"),
        ("GET", "/exchanges?lim=1", 400, "bad-query"),
        ("GET", "/exchanges?limit=+1", 400, "bad-query"),
        ("GET", "/actions?limit=0", 400, "bad-query"),
        ("GET", "/phase?session=a%2Fb", 400, "bad-session"),
        ("GET", "/sessions/a%2Fb/scenario", 400, "bad-session"),
        ("GET", "/sessions/a/scenario", 404, "not-found"),
        ("GET", "/sessions//scenario", 404, "not-found"),
        ("DELETE", "/rules/none", 404, "not-found"),
        ("TRACE", "/scenario", 405, "method-not-allowed"),
        ("POST", "/phase", 409, "no-phases"),
    ])
    func everyErrorIsJSON(
        method: String, target: String, status: Int, code: String
    ) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask(method, target)
            #expect(answer.status == status)
            #expect(answer.json.value(at: "/error/code") == .string(code))
            #expect(answer.json.value(at: "/error/message")?.stringValue?.isEmpty == false)
        }
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        try await LiveControl.run { live in
            let answer = try await BlockingHTTP.request("PUT", "/exchanges", port: live.port)
            #expect(answer.headers["allow"] == "GET, HEAD")
            let two = try await BlockingHTTP.request("POST", "/scenario", port: live.port)
            #expect(two.headers["allow"] == "GET, HEAD, PUT")
        }
    }

    @Test(arguments: ["/health", "/metrics", "/scenario", "/events", "/openapi.json"])
    func headIsAnsweredWithoutABody(_ path: String) async throws {
        try await LiveControl.run { live in
            let head = try await BlockingHTTP.request("HEAD", path, port: live.port)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(live.core.events.subscriptionCount == 0)
        }
    }

    @Test func withoutAJournalExchangesAreNotFoundAndTheAnswerSaysWhy() async throws {
        try await LiveControl.run(journal: false) { live in
            for target in ["/exchanges", "/exchanges/1", "/actions"] {
                let (status, json) = try await live.get(target)
                #expect(status == 404)
                #expect(json.value(at: "/error/code") == "no-journal")
            }
            let health = try await live.get("/health")
            #expect(health.json["journal"] == .null)
        }
    }

    @Test func aJournalThatCannotBeReadIsAnErrorOfItsRequestOnly() async throws {
        let journal = ControlJournal(path: "/nonexistent/journal.sqlite")
        try await LiveControl.run("scenario: x", nil, journal) { live in
            let (status, json) = try await live.get("/exchanges")
            #expect(status == 503)
            #expect(json.value(at: "/error/code") == "journal-unavailable")
            let health = try await live.get("/health")
            #expect(health.status == 200)
        }
    }

    @Test func aBusyPortIsAnErrorThatNamesIt() async throws {
        try await LiveControl.run { live in
            let second = ControlServer(
                host: "127.0.0.1", port: live.port, server: live.server, journal: nil)
            let error = await #expect(throws: ControlStartError.self) {
                try await second.start()
            }
            #expect(error?.message == "the control port 127.0.0.1:\(live.port) is already in use")
            #expect(error?.hint?.contains("--control-port") == true)
            let lost = ControlServer(
                host: "no-such-host.invalid", port: 0, server: live.server, journal: nil)
            await #expect(throws: ControlStartError.self) { try await lost.start() }
        }
    }

    @Test func stoppingDoesNotWaitForClientsThatStall() async throws {
        try await LiveControl.run { live in
            let sockets = try (0..<3).map { _ in try BlockingHTTP.connect(port: live.port) }
            defer { for socket in sockets { close(socket) } }
            try BlockingHTTP.send(Array("GET /health HTTP/1.1\r\nHo".utf8), to: sockets[1])
            try BlockingHTTP.send(
                Array("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), to: sockets[2])
            try await waitUntil { live.core.events.subscriptionCount == 1 }
            let clock = ContinuousClock()
            let time = await clock.measure { await live.control.stop() }
            #expect(time < .seconds(5))
            #expect(live.core.events.subscriptionCount == 0)
            await live.control.stop()
            await #expect(throws: SocketFailure.self) {
                try await BlockingHTTP.request("GET", "/health", port: live.port)
            }
        }
    }
}
