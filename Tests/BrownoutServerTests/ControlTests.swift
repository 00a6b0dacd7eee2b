import BrownoutControl
import BrownoutJSON
import BrownoutJournal
import BrownoutTesting
import Foundation
import Testing

@Suite struct ControlTests {
    /// A control port with a journal of three exchanges, two of them with the same id.
    private func withControl(
        journal hasJournal: Bool = true, _ body: (Int, JournalWriter) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "brownout-control-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/journal.sqlite"
        let writer = try JournalWriter(path: path) { _ in }
        defer { writer.close() }
        for (number, session) in ["a", "b", "a"].enumerated() {
            var record = ExchangeRecord(id: UInt64(0xAB + number % 2), startedAt: 0)
            record.session = session
            record.requestBody = Array("question \(number)".utf8)
            record.requestBodyBytes = record.requestBody.count
            writer.append(record)
        }
        let journal = ControlJournal(path: path) { writer.flush() }
        let control = ControlServer(
            host: "127.0.0.1", port: 0,
            status: {
                ControlStatus(
                    version: "1.2.3", uptime: .milliseconds(61_250), scenario: "calm", seed: 7,
                    journal: writer.counters, counters: ["requests": 3]
                ).json
            }, journal: hasJournal ? journal : nil)
        let port = try await control.start()
        do {
            try await body(port, writer)
        } catch {
            await control.stop()
            throw error
        }
        await control.stop()
    }

    private func get(
        _ target: String, _ port: Int, method: String = "GET"
    ) async throws -> (status: Int, json: JSON) {
        let answer = try await BlockingHTTP.request(method, target, port: port)
        #expect(answer.headers["content-type"] == "application/json")
        return (answer.status, try JSON.parse(answer.body))
    }

    @Test func healthTellsOfTheServerAndItsJournal() async throws {
        try await withControl { port, writer in
            writer.flush()
            let (status, json) = try await get("/health", port)
            #expect(status == 200)
            let expected: JSON = [
                "status": "ok", "version": "1.2.3",
                "uptime_s": .number(JSONNumber(text: "61.2")), "scenario": "calm", "seed": 7,
                "journal": ["written": 3, "lost": 0, "queued": 0, "trouble": nil],
                "counters": ["requests": 3],
            ]
            #expect(json == expected)
        }
    }

    @Test func healthIsDegradedOnceTheJournalIsInTroubleOrHasLostRows() {
        func word(_ journal: JournalCounters?) -> String {
            ControlStatus(
                version: "", uptime: .zero, scenario: "", seed: 0, journal: journal
            ).word
        }
        #expect(word(nil) == "ok")
        #expect(word(JournalCounters(written: 9, lost: 0, queued: 9)) == "ok")
        #expect(word(JournalCounters(written: 9, lost: 1, queued: 0)) == "degraded")
        #expect(word(JournalCounters(written: 9, lost: 0, queued: 1, trouble: "x")) == "degraded")
    }

    @Test func exchangesAreListedOldestFirstWithoutBodies() async throws {
        try await withControl { port, _ in
            let (status, json) = try await get("/exchanges", port)
            #expect(status == 200)
            let rows = try #require(json["exchanges"]?.arrayValue)
            #expect(rows.map { $0["sequence"] } == [1, 2, 3])
            #expect(
                rows.map { $0["id"] } == [
                    "00000000000000ab", "00000000000000ac", "00000000000000ab",
                ])
            #expect(rows.allSatisfy { $0["request_body"] == nil })
            #expect(json["next"] == 3)
        }
    }

    @Test(
        arguments: [
            ("limit=2", [2, 3], 3), ("after=0&limit=2", [1, 2], 2), ("after=2", [3], 3),
            ("after=3", [], 3), ("session=a", [1, 3], 3), ("session=none", [], 0),
            ("session=a&limit=1", [3], 3), ("", [1, 2, 3], 3), ("session=%61", [1, 3], 3),
        ] as [(String, [JSON], JSON)])
    func aListIsNarrowed(query: String, sequences: [JSON], next: JSON) async throws {
        try await withControl { port, _ in
            let (status, json) = try await get("/exchanges?\(query)", port)
            #expect(status == 200)
            #expect(json["exchanges"]?.arrayValue?.compactMap { $0["sequence"] } == sequences)
            #expect(json["next"] == next)
        }
    }

    @Test func anExchangeIsShownWholeByIdAndBySequence() async throws {
        try await withControl { port, _ in
            let (status, json) = try await get("/exchanges/00000000000000ab", port)
            #expect(status == 200)
            #expect(json["sequence"] == 3)
            #expect(json["request_body"] == "question 2")
            #expect(json["same_id"] == [1])
            let (_, second) = try await get("/exchanges/2", port)
            #expect(second["id"] == "00000000000000ac")
            #expect(second["same_id"] == [])
        }
    }

    @Test func anExchangeIsSeenAtOnceAfterItWasMade() async throws {
        try await withControl { port, writer in
            writer.append(ExchangeRecord(id: 0xFF, startedAt: 0))
            let answer = try await get("/exchanges/00000000000000ff", port)
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/", 404, "not-found"),
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/exchanges/1/body", 404, "not-found"),
        ("GET", "/exchanges/4", 404, "not-found"),
        ("GET", "/exchanges/00000000000000aa", 404, "not-found"),
        ("GET", "/exchanges/zebra", 400, "bad-id"),
        ("GET", "/exchanges/-1", 400, "bad-id"),
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
    ])
    func everyErrorIsJSON(
        method: String, target: String, status: Int, code: String
    ) async throws {
        try await withControl { port, _ in
            let answer = try await get(target, port, method: method)
            #expect(answer.status == status)
            #expect(answer.json.value(at: "/error/code") == .string(code))
            #expect(answer.json.value(at: "/error/message")?.stringValue?.isEmpty == false)
        }
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        try await withControl { port, _ in
            let answer = try await BlockingHTTP.request("PUT", "/exchanges", port: port)
            #expect(answer.headers["allow"] == "GET, HEAD")
            let head = try await BlockingHTTP.request("HEAD", "/health", port: port)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test func withoutAJournalExchangesAreNotFoundAndTheAnswerSaysWhy() async throws {
        try await withControl(journal: false) { port, _ in
            for target in ["/exchanges", "/exchanges/1"] {
                let (status, json) = try await get(target, port)
                #expect(status == 404)
                #expect(json.value(at: "/error/code") == "no-journal")
            }
            #expect(try await get("/health", port).status == 200)
        }
    }

    @Test func aJournalThatCannotBeReadIsAnErrorOfItsRequestOnly() async throws {
        let control = ControlServer(
            host: "127.0.0.1", port: 0, status: { ["status": "ok"] },
            journal: ControlJournal(path: "/nonexistent/journal.sqlite"))
        let port = try await control.start()
        let (status, json) = try await get("/exchanges", port)
        #expect(status == 503)
        #expect(json.value(at: "/error/code") == "journal-unavailable")
        #expect(try await get("/health", port).status == 200)
        await control.stop()
    }

    @Test func aBusyPortIsAnErrorThatNamesIt() async throws {
        try await withControl { port, _ in
            let second = ControlServer(
                host: "127.0.0.1", port: port, status: { nil }, journal: nil)
            let error = await #expect(throws: ControlStartError.self) {
                try await second.start()
            }
            #expect(error?.message == "the control port 127.0.0.1:\(port) is already in use")
            #expect(error?.hint?.contains("--control-port") == true)
        }
    }

    @Test func anUnknownHostIsAnError() async throws {
        let control = ControlServer(
            host: "no-such-host.invalid", port: 0, status: { nil }, journal: nil)
        await #expect(throws: ControlStartError.self) { try await control.start() }
    }

    @Test func stoppingDoesNotWaitForClientsThatStall() async throws {
        let control = ControlServer(
            host: "127.0.0.1", port: 0, status: { ["status": "ok"] }, journal: nil)
        let port = try await control.start()
        let idle = try BlockingHTTP.connect(port: port)
        let half = try BlockingHTTP.connect(port: port)
        defer {
            close(idle)
            close(half)
        }
        try BlockingHTTP.send(Array("GET /health HTTP/1.1\r\nHo".utf8), to: half)
        #expect(try await get("/health", port).status == 200)
        let clock = ContinuousClock()
        let time = await clock.measure { await control.stop() }
        #expect(time < .seconds(5))
        await control.stop()
        await #expect(throws: SocketFailure.self) {
            try await BlockingHTTP.request("GET", "/health", port: port)
        }
    }
}
