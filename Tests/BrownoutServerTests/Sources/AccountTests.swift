import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// What the rows of answers say that were recorded, or are passed on: what they cost, and which
/// tools they call.
@Suite struct AccountTests {
    private static let scenario = """
        scenario: provider
        reply: {text: one two three, tool-calls: [{name: add, arguments: {a: 1}}]}
        """

    /// A chat with a tool, for one provider or the other; streams of the first are asked for usage.
    private static func request(_ dialect: DialectName, stream: Bool) -> String {
        guard dialect == .openai else {
            let tools = #","tools":[{"name":"add","input_schema":{"type":"object"}}]"#
            let body =
                #"{"model":"claude-sonnet-4-5","max_tokens":200,"stream":\#(stream),"messages":"#
                + #"[{"role":"user","content":"hi"}]\#(tools)}"#
            return Request.post(
                "/v1/messages", body,
                headers: close + "x-api-key: sk-ant-1\r\nanthropic-version: 2023-06-01\r\n")
        }
        let tools = #","tools":[{"type":"function","function":{"name":"add","parameters":{}}}]"#
        let usage = stream ? #","stream_options":{"include_usage":true}"# : ""
        return Request.chat(stream: stream, headers: close, extra: tools + usage)
    }

    private static let close = "Connection: close\r\n"

    /// The rows of a provider's server, and of one that passes its answers on.
    private func passing(
        _ requests: [String], rules: String = "[]", bodies: Int = 4096, recorder: Recorder? = nil
    ) async throws -> (made: [ExchangeRecord], passed: [ExchangeRecord]) {
        var passed: [ExchangeRecord] = []
        let made = try await LiveServer.run(Self.scenario, threads: 1) { provider in
            let url = "http://127.0.0.1:\(provider.port)"
            let yaml = """
                scenario: passing
                source: {upstream: {openai: "\(url)/openai/v1", anthropic: "\(url)/anthropic"}}
                rules: \(rules)
                """
            passed = try await LiveServer.run(
                yaml, threads: 1, limits: { $0.journalBodyBytes = bodies }, recorder: recorder
            ) { live in
                for request in requests {
                    _ = try await BlockingHTTP.exchange(Array(request.utf8), port: live.port)
                }
            }
        }
        return (inOrder(made), inOrder(passed))
    }

    /// As they came.
    private func inOrder(_ rows: [ExchangeRecord]) -> [ExchangeRecord] {
        rows.sorted { $0.scenarioTime ?? 0 < $1.scenarioTime ?? 0 }
    }

    private static let all = [DialectName.openai, .anthropic].flatMap { dialect in
        [false, true].map { request(dialect, stream: $0) }
    }

    private func recorder(_ body: (Recorder, String) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "brownout-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let recorder = Recorder(
            writer: try RecordingWriter(path: path), redactor: Redactor(key: .builtIn)
        ) { _ in }
        try await body(recorder, path)
    }

    private func expectSame(_ rows: [ExchangeRecord], as made: [ExchangeRecord]) {
        #expect(rows.count == Self.all.count)
        #expect(rows.map(\.toolCalls) == made.map(\.toolCalls))
        #expect(rows.allSatisfy { $0.toolCalls?.map(\.name) == ["add"] })
        #expect(rows.map(\.promptTokens) == made.map(\.promptTokens))
        #expect(rows.map(\.completionTokens) == made.map(\.completionTokens))
        #expect(rows.map(\.cachedTokens) == made.map(\.cachedTokens))
        // Each provider counts one of them.
        #expect(rows.map(\.thinkingTokens) == [0, 0, nil, nil])
        #expect(rows.map(\.cacheWriteTokens) == [nil, nil, 0, 0])
    }

    @Test func whatIsPassedOnIsKnownWhereItIsRecorded() async throws {
        try await recorder { recorder, path in
            let (made, passed) = try await passing(Self.all, bodies: 0, recorder: recorder)
            await recorder.close()
            expectSame(passed, as: made)
            // And so it is of the recordings.
            let library = try RecordingLibrary(
                archive: RecordingArchives.open(path: path), source: ReplaySource(path: path))
            #expect(library.count == Self.all.count)
        }
    }

    @Test func whatIsPassedOnIsKnownWhereTheJournalHasItWhole() async throws {
        let (made, passed) = try await passing(Self.all, bodies: 64 * 1024)
        expectSame(passed, as: made)
    }

    /// As no one has the body.
    @Test func whatIsPassedOnAndNotKeptIsUnknown() async throws {
        let (_, passed) = try await passing(Self.all, bodies: 100)
        #expect(passed.allSatisfy { $0.status == 200 && $0.source == .upstream })
        #expect(passed.allSatisfy { $0.toolCalls == nil && $0.completionTokens == nil })
    }

    /// What a fault needs whole is as if it had been recorded; what it cut short says what had come.
    @Test func whatAFaultChangesIsWhatGoesOut() async throws {
        let rules = """
            [{name: f, sequence: [unknown-tool, {cut: fin, at: event 2}]}]
            """
        let requests = [Self.request(.openai, stream: false), Self.request(.openai, stream: true)]
        let (_, passed) = try await passing(requests, rules: rules, bodies: 64 * 1024)
        #expect(passed[0].toolCalls?.map(\.name) == ["add_v2"])
        #expect(passed[0].completionTokens != nil)
        #expect(passed[1].toolCalls == [] && passed[1].completionTokens == nil)
    }

    @Test func aStreamWithoutUsageLeavesItsTokensUnknown() async throws {
        let (_, passed) = try await passing(
            [Request.chat(stream: true, headers: Self.close)], bodies: 64 * 1024)
        #expect(passed.map(\.completionTokens) == [nil])
        #expect(passed[0].toolCalls?.count == 1)
    }
}
