import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutTesting
import Testing

/// Who may ask, on a real socket.
@Suite(.serialized) struct AccessTests {
    private static let denied =
        #"{"error":{"message":"Your request IP does not match the configured IP allowlist for "#
        + #"your project or organization.","type":"invalid_request_error","param":null,"#
        + #""code":"ip_not_authorized"}}"#

    private func get(_ path: String, _ headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n"
    }

    @Test func aDeniedClientIsRefusedWhateverItAsks() async throws {
        let requests = [
            Request.chat(), Request.chat(stream: true), get("/v1/models"), get("/nowhere"),
            Request.post("/v1/chat/completions", "not json"),
            Request.post("/v1/chat/completions", "{}", headers: "x-brownout-session: a/b\r\n"),
            "DELETE /v1/models/x HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
        ]
        let journal = try await LiveServer.run("scenario: ip\naccess: {deny: [127.0.0.0/8]}") {
            server in
            for request in requests {
                let seen = try server.exchange(request)
                #expect(Request.status(seen.text) == 403)
                #expect(Request.body(seen.text) == Self.denied)
            }
            let seen = try server.exchange(Request.message())
            #expect(Request.status(seen.text) == 403)
            let body = Request.body(seen.text)
            #expect(
                body.hasPrefix(
                    #"{"type":"error","error":{"type":"permission_error","message":"Request not allowed","#
                ))
        }
        #expect(journal.count == requests.count + 1)
        for row in journal {
            #expect((row.rule, row.cause, row.category) == ("access", .permissionDenied, .auth))
            #expect((row.status, row.plannedStatus, row.retryable) == (403, 403, false))
            #expect(row.traceText.contains("client 127.0.0.1 is denied by 127.0.0.0/8"))
        }
    }

    @Test func aDeniedCountryIsToldSo() async throws {
        let scenario = """
            scenario: country
            access: {countries: {deny: XZ, table: {XZ: 127.0.0.0/8}}}
            """
        try await LiveServer.run(scenario) { server in
            let seen = try server.exchange(Request.chat())
            #expect(Request.status(seen.text) == 403)
            #expect(
                Request.body(seen.text)
                    == #"{"error":{"message":"Country, region, or territory not supported","#
                    + #""type":"request_forbidden","param":null,"#
                    + #""code":"unsupported_country_region_territory"}}"#)
        }
    }

    @Test func aRefusalMayBeAReset() async throws {
        let journal = try await LiveServer.run(
            "scenario: ip\naccess: {allow: [10.0.0.0/8], refuse-with: reset}"
        ) { server in
            for request in [Request.chat(), get("/nowhere")] {
                let seen = try server.exchange(request)
                #expect(seen.text.isEmpty)
                #expect(seen.end == .reset)
            }
        }
        for row in journal {
            #expect((row.rule, row.faults, row.ending) == ("access", [.reset], .reset))
            #expect((row.status, row.bytesSent) == (nil, 0))
            #expect(row.path == "/nowhere" || row.requestBodyBytes > 0)
        }
    }

    @Test func aRefusalMayHaveAnAnswerOfItsOwn() async throws {
        let scenario = """
            scenario: ip
            access:
              deny: "*"
              refuse-with: {status: 451, headers: {x-why: policy}, body: {error: {code: 7}}}
            """
        try await LiveServer.run(scenario) { server in
            let seen = try server.exchange(Request.chat())
            #expect(Request.status(seen.text) == 451)
            #expect(seen.text.contains("\r\nx-why: policy\r\n"))
            #expect(seen.text.contains("\r\ncontent-type: application/json\r\n"))
            #expect(Request.body(seen.text) == #"{"error":{"code":7}}"#)
        }
    }

    @Test func aTrustedProxyNamesTheClient() async throws {
        let scenario = """
            scenario: proxy
            access: {deny: [10.0.0.50], trust-forwarded-for: [127.0.0.1, 10.0.0.1]}
            rules:
              - {name: other, when: {client: 10.0.0.0/8}, fault: overloaded}
            """
        let journal = try await LiveServer.run(scenario) { server in
            for (header, status) in [
                ("X-Forwarded-For: 1.1.1.1, 10.0.0.50, 10.0.0.1\r\n", 403),
                ("X-Forwarded-For: 10.0.0.50, 10.0.0.51\r\n", 503),
                ("Forwarded: for=\"[2001:db8::1]:80\"\r\n", 200), ("", 200),
            ] {
                let seen = try server.exchange(Request.chat(headers: header))
                #expect(Request.status(seen.text) == status)
            }
        }
        #expect(
            journal.map(\.client).sorted() == [
                "10.0.0.50", "10.0.0.51", "127.0.0.1", "2001:db8::1",
            ])
        for row in journal {
            #expect(row.note == (row.client == "127.0.0.1" ? nil : "forwarded by 127.0.0.1"))
        }
    }

    @Test func anUntrustedPeerNamesNobody() async throws {
        let scenario = "scenario: proxy\naccess: {deny: [10.0.0.50], trust-forwarded-for: [10.*]}"
        let journal = try await LiveServer.run(scenario) { server in
            let seen = try server.exchange(
                Request.chat(headers: "X-Forwarded-For: 10.0.0.50\r\nX-Real-IP: 10.0.0.50\r\n"))
            #expect(Request.status(seen.text) == 200)
        }
        #expect(journal.map(\.client) == ["127.0.0.1"])
    }

    /// On one connection that stays open: the next request comes under what holds then.
    @Test func accessIsChangedWithoutARestart() async throws {
        try await LiveServer.run { server in
            let client = try server.client()
            func status() throws -> Int? {
                try client.send(Request.chat())
                return Request.status(client.read(until: Request.isWhole).text)
            }
            #expect(try status() == 200)
            let (access, _) = try ScenarioLoader.access(
                name: "body", bytes: Array(#"{"deny": ["127.0.0.1"]}"#.utf8))
            server.core.engine.amend(nil) { $0.access = access }
            #expect(try status() == 403)
            let (other, _) = try ScenarioLoader.access(
                name: "body", bytes: Array(#"{"deny": null}"#.utf8), merging: access)
            server.core.engine.amend(nil) { $0.access = other }
            #expect(try status() == 200)
        }
    }

    // MARK: Keys

    private static let keys = """
        scenario: keys
        keys:
          accept: sk-good*
          revoked: [sk-good-old]
          out-of-quota: sk-broke
          denied: [{key: sk-small*, model: "gpt-4o*"}]
          expiring: [{key: sk-temp*, calls: 2}]
        """

    @Test func everyKeyGetsItsAnswer() async throws {
        let expected = [
            ("sk-good", 200, ""), ("sk-good-old", 401, "invalid_api_key"),
            ("sk-other", 401, "invalid_api_key"), ("sk-broke", 429, "insufficient_quota"),
            ("sk-small-1", 403, "does not have access to model `gpt-4o-mini`"),
            ("sk-temp-1", 200, ""), ("sk-temp-1", 200, ""), ("sk-temp-1", 401, "invalid_api_key"),
            ("sk-temp-2", 200, ""),
        ]
        let journal = try await LiveServer.run(Self.keys) { server in
            for (key, status, text) in expected {
                let body = #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}"#
                let seen = try server.exchange(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(Request.status(seen.text) == status, "\(key)")
                #expect(text.isEmpty || seen.text.contains(text), "\(key)")
            }
            // Without a key it is the provider that refuses, and what is not there is not there.
            #expect(Request.status(try server.exchange(get("/v1/models")).text) == 401)
            let lost = try server.exchange(get("/v1/nowhere", "Authorization: Bearer bad\r\n"))
            #expect(Request.status(lost.text) == 404)
        }
        #expect(journal.count { $0.rule == "keys" } == expected.count { $0.1 != 200 })
        for row in journal where row.rule == "keys" {
            #expect(!row.traceText.contains("sk-"))
            let digest = try #require(row.keyDigest)
            #expect(row.traceText.contains(digest.hex))
        }
    }

    @Test func aBadKeyIsRefusedBeforeABadBody() async throws {
        try await LiveServer.run(Self.keys) { server in
            let seen = try server.exchange(
                Request.post("/v1/messages", "{", headers: "x-api-key: bad\r\n"))
            #expect(Request.status(seen.text) == 401)
            #expect(seen.text.contains("invalid x-api-key"))
        }
    }
}
