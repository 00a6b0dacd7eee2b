import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// Positions inside what an answer is made of.
@Suite(.serialized) struct PositionTests {
    private static let tools =
        #","tools":[{"type":"function","function":{"name":"get_weather","parameters":"#
        + #"{"type":"object","properties":{"city":{"type":"string"}}}}}]"#
    private static let call =
        #"{tool-calls: [{name: get_weather, arguments: {city: "San Francisco, California"}}]}"#

    @Test(arguments: [true, false], ["in tool-arguments", "in tool arguments"])
    func aCutInToolArgumentsIsInsideThem(stream: Bool, position: String) async throws {
        let run = try await FaultRun.of(
            "{cut: fin, at: \(position)}",
            request: Request.chat(stream: stream, extra: Self.tools), reply: Self.call)
        let body = stream ? Chunks.payload(of: run.body) : run.body
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        #expect(run.end == .fin)
        #expect(whole.hasPrefix(body))
        let last = try #require(body.components(separatedBy: #""arguments":""#).last)
        #expect(!last.isEmpty && !last.contains(#"""# + "}"))
        #expect(body.contains(#""name":"get_weather""#))
        #expect(run.journal[0].injected == true)
    }

    @Test(arguments: [true, false])
    func aCutInToolArgumentsOfAnthropicIsInsideThem(stream: Bool) async throws {
        let body =
            #"{"model":"claude-sonnet-4-5","max_tokens":200,"stream":\#(stream),"messages":"#
            + #"[{"role":"user","content":"hi"}],"tools":[{"name":"get_weather","#
            + #""input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}]}"#
        let request = Request.post(
            "/v1/messages", body,
            headers: "x-api-key: sk-ant-1\r\nanthropic-version: 2023-06-01\r\n")
        let run = try await FaultRun.of(
            "{cut: reset, at: in tool-arguments}", request: request, reply: Self.call)
        let seen = stream ? Chunks.payload(of: run.body) : run.body
        let whole = stream ? Chunks.payload(of: run.healthyBody) : run.healthyBody
        #expect(run.end == .reset)
        #expect(whole.hasPrefix(seen) && seen.utf8.count < whole.utf8.count)
        let mark = stream ? #""partial_json":""# : #""input":{"#
        let last = try #require(seen.components(separatedBy: mark).last)
        #expect(!last.isEmpty && !last.contains("}"))
    }

    @Test(arguments: [true, false])
    func aCutInUTF8IsInsideACharacter(stream: Bool) async throws {
        let run = try await FaultRun.of(
            "{cut: reset, at: in utf-8}", request: Request.chat(stream: stream),
            reply: #"{text: "plain then caf\u00e9 and more"}"#)
        #expect(run.end == .reset)
        // The last byte that came opens a character that nothing completes.
        let last = stream ? run.bytes.dropLast(2).last : run.bytes.last
        #expect(last == 0xC3)
    }

    /// A reply that nobody wrote has a character of several bytes where a fault needs one.
    @Test func aSynthesisedReplyCanBeCutInsideACharacter() async throws {
        let journal = try await LiveServer.run(
            "scenario: x\nrules: [{name: a, fault: {cut: fin, at: in utf-8}}]"
        ) { live in
            let client = try live.client()
            try client.send(Request.chat(stream: true))
            let seen = client.receive()
            #expect(seen.end == .fin)
            #expect((seen.bytes.dropLast(2).last ?? 0) >= 0xC2)
        }
        #expect(journal[0].injected == true)
    }

    @Test func aStallInsideACharacterGoesOnWithItsRest() async throws {
        let run = try await FaultRun.of(
            "{stall: 50ms, at: in utf-8}", reply: #"{text: "caf\u00e9 and more"}"#)
        #expect(body(of: run.bytes) == body(of: run.healthy))
        #expect(run.journal[0].injected == true)
    }

    private func body(of answer: [UInt8]) -> [UInt8] {
        let blank = answer.indices.first { answer[$0...].starts(with: Array("\r\n\r\n".utf8)) }
        return Chunks.bytes(of: Array(answer[((blank ?? 0) + 4)...]))
    }

    @Test func aStallAndACutComposeInOneAnswer() async throws {
        let run = try await FaultRun.of("[{stall: 30ms, at: event 2}, {cut: reset, at: event 5}]")
        #expect(run.end == .reset)
        #expect(Chunks.payload(of: run.body) == run.healthyEvents.prefix(5).joined())
        #expect((run.journal[0].plannedLastByte ?? 0) >= 30_000)
    }
}
