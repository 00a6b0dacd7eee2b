import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation
import Testing

// What `brownout plan` says is what the server then decides.
extension CompatibilityTests {
    private static let calls = 30
    private static let attempts = 3

    /// Causes, positions and waits; attempts that succeed, and some that never do.
    private static let mixed = """
        scenario: mixed
        seed: 99
        reply: {text: "one two three four five six seven eight nine ten"}
        rules:
          - {name: late, also: true, chance: 40%, latency: 1ms..5ms}
          - name: wobble
            one-of:
              - {chance: 15%, fault: rate-limited}
              - {chance: 10%, fault: content-policy}
              - {chance: 10%, fault: bad-gateway}
              - {chance: 10%, fault: {cut: fin, at: token 3}}
              - {chance: 10%, fault: {cut: reset, at: byte 90}}
              - {chance: 10%, fault: {cut: clean, at: token 500}}
              - {chance: 10%, fault: {cause: overloaded, at: event 2}}
              - {chance: 10%, fault: {stall: 5ms, at: 50%}}
          - {name: by attempt, sequence: [ok, overloaded, ok]}
        """

    /// A decision, by what both sides say of it.
    private struct Decided: Equatable {
        var call: String
        var attempt: Int
        var id: String
        var rule: String?
        var fault: String?
        var cause: String?

        init(plan line: JSON) {
            call = line["call"]?.stringValue ?? ""
            attempt = line["attempt"]?.intValue ?? 0
            id = line["id"]?.stringValue ?? ""
            rule = line["rule"]?.stringValue
            fault = line["fault"]?.stringValue
            cause = line["cause"]?.stringValue
        }

        /// The plan of a record begins with its fault.
        init(_ record: ExchangeRecord) throws {
            call = record.callKey
            attempt = record.attempt
            id = ExchangeID(word: record.id).text
            rule = record.rule
            cause = record.cause?.rawValue
            let first = try JSON.parse(record.planText).arrayValue?.first?.stringValue ?? ""
            let mark = "fault: "
            fault = first.hasPrefix(mark) ? String(first.dropFirst(mark.count)) : nil
        }
    }

    /// What the command prints, line by line.
    private func plan(_ dialect: DialectName, stream: Bool) throws -> [Decided] {
        let file = NSTemporaryDirectory() + "brownout-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Self.mixed.write(toFile: file, atomically: true, encoding: .utf8)
        let process = Process()
        // It is built beside the tests.
        process.executableURL = Bundle.main.executableURL?.deletingLastPathComponent()
            .appendingPathComponent("brownout")
        process.arguments =
            ["plan", file, "--calls", "\(Self.calls)", "--attempts", "\(Self.attempts)", "--json"]
            + ["--provider", dialect.rawValue]
            + (stream ? ["--stream"] : [])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try text.split(separator: "\n").map { Decided(plan: try JSON.parse(String($0))) }
    }

    /// The request that a plan is about, as it goes over the wire.
    private func request(_ sample: EndpointSample, stream: Bool, call: String) -> String {
        let body = sample.body(stream: stream).text
        let fields = sample.sample.headers + [HeaderField("x-brownout-call", call)]
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        return "POST /\(sample.dialect)\(sample.path) HTTP/1.1\r\nHost: x\r\n\(lines)"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Whether a client does not try again: it has a whole answer.
    private func succeeds(_ text: String, _ sample: EndpointSample, stream: Bool) -> Bool {
        guard Request.status(text) == 200, Request.isWhole(text) else { return false }
        guard stream else { return true }
        let body = Chunks.bytes(of: Array(Request.body(text).utf8))
        let plain = RecordedAnswer.plain(
            ofStream: body, sample.streams, endpoint: sample.endpoint, of: sample.dialect)
        return plain?.status == 200 && plain?.isFinished == true
    }

    @Test(arguments: DialectName.allCases, [false, true])
    func aPlanIsWhatTheServerThenDecides(_ dialect: DialectName, _ stream: Bool) async throws {
        let planned = try plan(dialect, stream: stream)
        #expect(Set(planned.compactMap(\.cause)).count >= 3)
        #expect(Set(planned.compactMap(\.fault)).count >= 6)
        let sample = try #require(
            EndpointSample.written.first {
                $0.dialect == dialect && $0.served.path == $0.profile.sample.path
            })
        let journal = try await LiveServer.run(Self.mixed) { live in
            for call in 1...Self.calls {
                for _ in 1...Self.attempts {
                    let answer = try live.exchange(
                        request(sample, stream: stream, call: "call-\(call)"))
                    if succeeds(answer.text, sample, stream: stream) { break }
                }
            }
        }
        let decided = try journal.sorted { $0.startedAt < $1.startedAt }.map { try Decided($0) }
        #expect(decided == planned)
    }
}
