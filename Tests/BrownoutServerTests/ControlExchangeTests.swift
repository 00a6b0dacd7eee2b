import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import Testing

/// The journal as the control port shows it.
@Suite struct ControlExchangeTests {
    /// A control port with a journal of three exchanges, two of them with the same id.
    private func withExchanges(_ body: (LiveControl) async throws -> Void) async throws {
        try await LiveControl.run { live in
            for (number, session) in ["a", "b", "a"].enumerated() {
                var record = ExchangeRecord(id: UInt64(0xAB + number % 2), startedAt: 0)
                record.session = session
                record.requestBody = Array("question \(number)".utf8)
                record.requestBodyBytes = record.requestBody.count
                live.core.journal?.append(record)
            }
            try await body(live)
        }
    }

    @Test func exchangesAreListedOldestFirstWithoutBodies() async throws {
        try await withExchanges { live in
            let (status, json) = try await live.get("/exchanges")
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
            ("run=last", [1, 2, 3], 3), ("run=1&session=b", [2], 2), ("run=2", [], 0),
        ] as [(String, [JSON], JSON)])
    func aListIsNarrowed(query: String, sequences: [JSON], next: JSON) async throws {
        try await withExchanges { live in
            let (status, json) = try await live.get("/exchanges?\(query)")
            #expect(status == 200)
            #expect(json["exchanges"]?.arrayValue?.compactMap { $0["sequence"] } == sequences)
            #expect(json["next"] == next)
        }
    }

    @Test func anExchangeIsShownWholeByIdAndBySequence() async throws {
        try await withExchanges { live in
            let (status, json) = try await live.get("/exchanges/00000000000000ab")
            #expect(status == 200)
            #expect(json["sequence"] == 3)
            #expect(json["request_body"] == "question 2")
            #expect(json["same_id"] == [1])
            #expect(json.value(at: "/others/0/sequence") == 1)
            #expect(json.value(at: "/others/0/started_at") == "1970-01-01T00:00:00.000000Z")
            let (_, second) = try await live.get("/exchanges/2")
            #expect(second["id"] == "00000000000000ac")
            #expect(second["same_id"] == [])
        }
    }

    @Test func anExchangeIsSeenAtOnceAfterItWasMade() async throws {
        try await withExchanges { live in
            live.core.journal?.append(ExchangeRecord(id: 0xFF, startedAt: 0))
            let answer = try await live.get("/exchanges/00000000000000ff")
            #expect(answer.status == 200)
        }
    }
}
