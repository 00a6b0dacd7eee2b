import BrownoutJSON
import BrownoutEngine
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutControl

/// Who is let in at the control port.
@Suite struct ControlDoorTests {
    @Test(
        arguments: [
            (nil, 401), ("Bearer secret", 200), ("bearer secret", 200), ("Bearer secre", 401),
            ("Bearer secrets", 401), ("Bearer secretsecret", 401), ("Bearer ", 401),
            ("secret", 401),
            ("Basic secret", 401), ("Bearer  secret", 401),
        ] as [(String?, Int)])
    func onlyWhoShowsTheTokenIsAnswered(_ field: String?, _ status: Int) async throws {
        try await LiveControl.run(token: "secret") { live in
            for target in ["/scenario", "/metrics", "/openapi.json", "/exchanges"] {
                let answer = try await BlockingHTTP.request(
                    "GET", target, port: live.port,
                    headers: field.map { ["Authorization": $0] } ?? [:])
                #expect(answer.status == status)
                guard status == 401 else { continue }
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                let json = try JSON.parse(answer.body)
                #expect(json.value(at: "/error/code") == "unauthorized")
            }
        }
    }

    @Test func withoutTheTokenNobodyLearnsWhatThereIs() async throws {
        try await LiveControl.run(token: "secret") { live in
            #expect(try await live.get("/nothing").status == 401)
            #expect(try await live.ask("PUT", "/exchanges").status == 401)
            #expect(try await live.ask("PUT", "/scenario", "scenario: x").status == 401)
            #expect(live.core.engine.scenario.name == "calm")
            let health = try await live.get("/health")
            let expected: JSON = ["status": "ok", "version": "1.2.3"]
            #expect(health.json == expected)
            let whole = try await live.ask(
                "GET", "/health", headers: ["Authorization": "Bearer secret"])
            #expect(whole.json["scenario"] == "calm")
        }
    }

    @Test(arguments: ["", "a b", "ä", "a\n"])
    func aTokenIsVisibleASCII(_ text: String) {
        #expect(ControlToken(text) == nil)
    }

    @Test(arguments: [
        ("localhost", 200), ("localhost:8788", 200), ("127.0.0.1", 200), ("127.8.9.1:1", 200),
        ("[::1]:8788", 200), ("brownout.localhost", 200), ("evil.example", 403),
        ("127.0.0.1.evil.example", 403), ("localhost.evil.example:8788", 403), ("10.0.0.1", 403),
    ])
    func aNameThatWasReboundToLoopbackIsRefused(_ host: String, _ status: Int) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask("GET", "/health", headers: ["Host": host])
            #expect(answer.status == status)
        }
    }

    @Test(arguments: [
        ("http://localhost:1", 200), ("http://127.0.0.1:1", 403), ("https://localhost:1", 403),
        ("http://evil.example", 403), ("null", 403), ("", 403),
    ])
    func aPageOfAnotherOriginIsRefused(_ origin: String, _ status: Int) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask(
                "PUT", "/scenario", "scenario: x",
                headers: ["Host": "localhost:1", "Origin": origin])
            #expect(answer.status == status)
            #expect(live.core.engine.scenario.name == (status == 200 ? "x" : "calm"))
        }
    }

    @Test(arguments: [
        ("cross-site", "no-cors", 403), ("same-site", "cors", 403), ("same-origin", "cors", 200),
        ("none", "navigate", 200), ("cross-site", "navigate", 200),
    ])
    func whatAPageOfAnotherSiteEmbedsIsRefused(
        _ site: String, _ mode: String, _ status: Int
    ) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask(
                "GET", "/health", headers: ["Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode])
            #expect(answer.status == status)
        }
    }

    /// Whoever holds connections open without asking anything keeps nobody out, and ends no feed.
    @Test(arguments: ["", "GET /health HTTP/1.1\r\nHost: a", "POST /rules HTTP/1.1\r\nContent-"])
    func connectionsThatAskNothingKeepNobodyFromThePort(_ beginning: String) async throws {
        try await LiveControl.run(token: "secret") { live in
            let feed = try BlockingHTTP.connect(port: live.port)
            defer { close(feed) }
            let request =
                "GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n\r\n"
            try BlockingHTTP.send(Array(request.utf8), to: feed)
            try await waitUntil { live.core.events.isHeard }
            let held = try await hold(200, beginning, port: live.port)
            defer { for connection in held { close(connection) } }
            let asked = ContinuousClock.now
            #expect(try await live.get("/health").status == 200)
            // An idle one would be closed after thirty seconds.
            #expect(asked.duration(to: .now) < .seconds(20))
            // Those that came first have made room, those that came last are still there.
            try await waitUntil { hasEnded(held[0]) }
            #expect(!hasEnded(held[199]))
            #expect(live.core.events.isHeard)
        }
    }

    /// Connections that have sent so much; opened on a thread of their own, as the port may need
    /// those of the concurrency pool to accept them.
    private func hold(_ count: Int, _ beginning: String, port: Int) async throws -> [Int32] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try (0..<count).map { _ in
                            let connection = try BlockingHTTP.connect(port: port)
                            try BlockingHTTP.send(Array(beginning.utf8), to: connection)
                            return connection
                        }
                    })
            }
        }
    }

    private func hasEnded(_ connection: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(connection, &byte, 1, Int32(MSG_DONTWAIT)) == 0 || errno == ECONNRESET
    }

    @Test(arguments: RouteTable().routes.map { "\($0.method.rawValue) \($0.path.text)" })
    func theDataPortKnowsNothingOfTheControlPort(_ route: String) async throws {
        let words = route.split(separator: " ").map(String.init)
        let path = words[1].replacing("{session}", with: "default").replacing("{name}", with: "a")
            .replacing("{id}", with: "1")
        try await LiveControl.run { live in
            let answer = try await BlockingHTTP.request(
                words[0], path, port: live.data.port, body: "scenario: x")
            #expect(answer.status == 404 || answer.status == 401)
            #expect(answer.headers["server"] != "brownout")
            #expect(live.core.engine.scenario.name == "calm")
            let (_, actions) = try await live.get("/actions")
            #expect(actions["actions"] == [])
        }
    }
}
