import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

/// What answers say, leave out or are in place of the provider's, on a real socket.
@Suite(.serialized) struct ContentFaultTests {
    private static let openAITools =
        #","tools":[{"type":"function","function":{"name":"get_weather","parameters":"#
        + #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]"#

    private func post(_ path: String, _ body: String) -> String { Request.post(path, body) }

    /// The body of an answer, or the payload of its chunks.
    private func payload(_ run: FaultRun) -> String {
        run.head.contains("transfer-encoding: chunked") ? Chunks.payload(of: run.body) : run.body
    }

    private func healthyPayload(_ run: FaultRun) -> String {
        run.healthyHead.contains("transfer-encoding: chunked")
            ? Chunks.payload(of: run.healthyBody) : run.healthyBody
    }

    /// Every fault of what an answer says is in a plain answer and in a stream of both providers,
    /// where it can be: the answer differs, is well framed, and the journal says so.
    @Test(arguments: [
        "empty-choices", "null-choices", "error-with-200", "empty-body", "html-with-200",
        "refusal", "content-filter", "length", "unknown-tool", "wrong-model", "no-finish-reason",
        "wrong-content-type", "page-502", "page-503", "page-520", "page-524", "page-challenge",
        "page-portal",
    ])
    func aFaultIsInEveryKindOfAnswer(fault: String) async throws {
        for request in [
            Request.chat(), Request.chat(stream: true), Request.message(),
            Request.message(stream: true),
        ] {
            let run = try await FaultRun.of(fault, request: request)
            #expect(run.end == nil, "\(fault)")
            #expect(run.text != String(decoding: run.healthy, as: UTF8.self), "\(fault)")
            #expect(run.journal.map(\.injected) == [true], "\(fault)")
            #expect(run.journal.map(\.faultName) == [fault])
            #expect(run.journal.map(\.ending) == [.complete])
            let status =
                [
                    "page-502": 502, "page-503": 503, "page-520": 520, "page-524": 524,
                    "page-challenge": 403,
                ][fault]
            #expect(run.journal.map(\.status) == [status ?? 200])
            #expect(run.field("content-length").count + run.field("transfer-encoding").count == 1)
        }
    }

    @Test(arguments: [
        "plain-json", "empty-first-chunk", "no-delta", "extra-event", "after-terminal",
    ])
    func aFaultOfStreamsIsNotInAPlainAnswer(fault: String) async throws {
        for (plain, stream) in [
            (Request.chat(), Request.chat(stream: true)),
            (Request.message(), Request.message(stream: true)),
        ] {
            let healthy = try await FaultRun.of(fault, request: plain)
            #expect(healthy.body == healthy.healthyBody)
            #expect(healthy.journal.map(\.injected) == [false])
            let run = try await FaultRun.of(fault, request: stream)
            #expect(payload(run) != healthyPayload(run))
            #expect(run.journal.map(\.injected) == [true])
        }
    }

    /// What a part is missing from: its own provider's streams, or anything.
    @Test(arguments: [
        ("no-done", [false, true, false, false]), ("no-message-stop", [false, false, false, true]),
        ("no-usage", [true, false, true, true]), ("wrong-usage", [true, false, true, true]),
        ("no-event-names", [false, false, false, true]),
    ])
    func aFaultThatFindsNothingLeavesTheAnswer(fault: String, places: [Bool]) async throws {
        let requests = [
            Request.chat(), Request.chat(stream: true), Request.message(),
            Request.message(stream: true),
        ]
        for (request, isInjected) in zip(requests, places) {
            let run = try await FaultRun.of(fault, request: request)
            #expect((payload(run) != healthyPayload(run)) == isInjected)
            #expect(run.journal.map(\.injected) == [isInjected])
        }
    }

    @Test(arguments: [
        "arguments-not-json", "arguments-break-schema", "arguments-cut", "duplicate-tool-id",
    ])
    func aFaultOfToolCallsNeedsTools(fault: String) async throws {
        for stream in [false, true] {
            let without = try await FaultRun.of(fault, request: Request.chat(stream: stream))
            #expect(payload(without) == healthyPayload(without))
            #expect(without.journal.map(\.injected) == [false])
            // The call is made although the scenario scripts a text and the client wants none.
            let with = try await FaultRun.of(
                fault,
                request: Request.chat(
                    stream: stream, extra: Self.openAITools + #","tool_choice":"none""#))
            #expect(payload(with).contains(#""name":"get_weather""#))
            #expect(payload(with).contains(#""finish_reason":"tool_calls""#))
            #expect(with.journal.map(\.injected) == [true])
        }
    }

    @Test func argumentsOfTheWrongTypeBreakTheSchemaThatWasSent() async throws {
        let run = try await FaultRun.of(
            "arguments-break-schema", request: Request.chat(extra: Self.openAITools),
            reply: "{tool-calls: [{name: get_weather, arguments: {city: Paris}}]}")
        #expect(run.body.contains(#""arguments":"{\"city\":42}""#))
    }

    @Test(arguments: [
        ("empty-choices", "/v1/embeddings", #""data":[]"#),
        ("wrong-usage", "/v1/embeddings", #""usage":{"prompt_tokens":100"#),
        ("wrong-model", "/v1/embeddings", #""model":"gpt-3.5-turbo-0125""#),
        ("no-usage", "/v1/embeddings", #""model":"text-embedding-3-small"}"#),
        ("null-choices", "/v1/moderations", #""results":null"#),
        ("length", "/v1/completions", #""finish_reason":"length""#),
        ("content-filter", "/v1/completions", #""finish_reason":"content_filter""#),
        ("empty-choices", "/v1/completions", #""choices":[]"#),
    ])
    func theOtherEndpointsHaveWhatFitsThem(
        fault: String, path: String, expected: String
    ) async throws {
        let model = path == "/v1/completions" ? "gpt-3.5-turbo-instruct" : "text-embedding-3-small"
        let body =
            path == "/v1/moderations"
            ? #"{"input":"hi"}"# : #"{"model":"\#(model)","input":"hi","prompt":"hi"}"#
        let run = try await FaultRun.of(fault, request: post(path, Self.trimmed(body, path)))
        #expect(run.body.contains(expected))
        #expect(run.journal.map(\.injected) == [true])
    }

    private static func trimmed(_ body: String, _ path: String) -> String {
        body.replacingOccurrences(
            of: path == "/v1/completions" ? #","input":"hi""# : #","prompt":"hi""#, with: "")
    }

    @Test(arguments: ["unknown-tool", "refusal", "duplicate-tool-id"])
    func aFaultOfWhatIsSaidIsNotWhereNothingIsSaid(fault: String) async throws {
        let run = try await FaultRun.of(
            fault,
            request: post("/v1/embeddings", #"{"model":"text-embedding-3-small","input":"hi"}"#))
        #expect(run.body == run.healthyBody)
        #expect(run.journal.map(\.injected) == [false])
    }

    @Test func partsOfAComposedFaultAreAllThere() async throws {
        let run = try await FaultRun.of("[no-done, extra-event, no-finish-reason, length]")
        let body = payload(run)
        #expect(!body.contains("[DONE]"))
        #expect(body.contains("event: billing.summary\n"))
        #expect(!body.contains("finish_reason"))
        #expect(run.journal[0].injected == true)
        #expect(run.journal[0].faultName == "no-done + extra-event + no-finish-reason + length")
    }

    @Test func ofAComposedFaultOnePartIsEnough() async throws {
        let run = try await FaultRun.of("[no-message-stop, no-finish-reason]")
        #expect(payload(run).contains("[DONE]"))
        #expect(!payload(run).contains("finish_reason"))
        #expect(run.journal[0].injected == true)
        let missed = try await FaultRun.of("[no-message-stop, no-usage]")
        #expect(missed.body == missed.healthyBody)
        #expect(missed.journal[0].injected == false)
    }
}
