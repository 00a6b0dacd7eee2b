import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

/// Sentences of the rules that are easily read too narrowly.
@Suite("Doubtful cases")
struct DoubtfulCaseTests {
    // MARK: Outcomes

    /// A success that holds no answer is exhausted, also where another try is no use.
    @Test func aSuccessWithoutAnAnswerIsExhausted() {
        let page = Sample(at: 1, faults: [.page(.portal)])
        #expect([page].calls.map(\.outcome) == [.exhausted])
        #expect([page].finding("transient-retried")?.verdict == .notExercised)
        let object = Sample(at: 1, faults: [.content(.errorWith200)])
        #expect([object].calls.map(\.outcome) == [.exhausted])
        #expect([object].finding("transient-retried")?.verdict == .fail)
    }

    @Test func garbageIsNoPromise() throws {
        let garbled = Sample.failing(.rateLimited, at: 1, status: 429) {
            $0.promise = [PromisedWait(field: "retry-after", moment: .garbage("soon"))]
        }
        let kept = Sample.failing(.rateLimited, at: 2, status: 429) {
            $0.promise = Sample.promising(2)
        }
        var writer = JSONWriter()
        [garbled, kept].calls.write(to: &writer)
        let calls = try JSON.parse(writer.bytes).arrayValue ?? []
        let attempts = calls.flatMap { $0["attempts"]?.arrayValue ?? [] }
        #expect(attempts.map { $0["promised"]?.doubleValue } == [nil, 2])
    }

    /// A trace is another one only where both have one.
    @Test func aMissingTraceIsNoOther() {
        func calls(_ one: String?, _ other: String?) -> [Call] {
            var records = [
                Sample.failing(.overloaded, at: 1).record,
                Sample(at: 2, provider: "anthropic", model: "claude", key: "k2").record,
            ]
            for (index, id) in [one, other].enumerated() {
                records[index].traceID = id.flatMap { TraceID($0) }
            }
            return CallFinder.calls(of: records.compactMap { Attempt($0) })
        }
        let (one, two) = (String(repeating: "1", count: 32), String(repeating: "2", count: 32))
        #expect(calls(one, two).map(\.isSure) == [false])
        #expect(calls(one, one).map(\.isSure) == [true])
        #expect(calls(nil, two).map(\.isSure) == [true])
    }

    // MARK: Guards

    /// A failure names exchanges: those that a rule let pass by.
    @Test func aRuleThatNeverFiredNamesWhatCame() {
        let rule = Rule(
            name: "wobble", action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
        let records = [Sample(at: 2, key: "k2", prompt: 2), Sample(at: 1)].map(\.record)
        let verdict = RunVerdict(
            RunEvidence(records), scenario: Scenario(name: "guarded", rules: [rule]),
            name: "guarded", seed: 1)
        let finding = verdict.findings.first { $0.rule == "never-fired" }
        #expect(finding?.verdict == .fail)
        #expect(finding?.exchanges == [records[1].id, records[0].id])
    }

    // MARK: Ties

    /// As long as nobody has seen a connection closed it is open, used again or not.
    @Test func anIdleConnectionIsOpen() {
        var other = Sample(at: 1.5)
        other.connection = 2
        let limited = Sample.failing(.rateLimited, at: 1, status: 429) {
            $0.promise = Sample.promising(5)
        }
        func verdict(_ closed: [Int: Int64]) -> Verdict {
            let attempts = [limited, other].compactMap { Attempt($0.record) }
            return RetryRules.retryAfterHonoured(CallFinder.calls(of: attempts, closed: closed))
                .verdict
        }
        #expect(verdict([:]) == .unknown)
        #expect(verdict([2: 1_900_000]) == .unknown)
        #expect(verdict([1: 9_000_000]) == .unknown)
        #expect(verdict([1: 1_200_000]) == .fail)
        // Whoever closes and opens may be heard in the other order; whoever is done has its answer.
        #expect(verdict([1: 1_501_000]) == .unknown)
        #expect(verdict([1: 1_500_500]) == .fail)
    }

    /// With a clock that is moved by hand only its time counts.
    @Test func aManualClockCountsAlone() {
        func verdict(_ rule: String, promised: Double, moved: Double, slept: Double) -> Verdict? {
            var records = [
                Sample.failing(.rateLimited, at: 1, status: 429) {
                    $0.promise = Sample.promising(promised)
                }.record, Sample(at: 1 + slept).record,
            ]
            for index in records.indices {
                records[index].scenarioTime = index == 0 ? 0 : Int64(moved * 1_000_000)
                records[index].headSent = 0
                records[index].firstByte = 0
                records[index].lastByte = 0
            }
            let calls = CallFinder.calls(
                of: records.compactMap { Attempt($0, isClockManual: true) })
            return Scorecard.findings(calls, CallWindows()).first { $0.rule == rule }?.verdict
        }
        let (honoured, bounded) = ("retry-after-honoured", "retry-after-bounded")
        #expect(verdict(honoured, promised: 1, moved: 0, slept: 1.5) == .fail)
        #expect(verdict(honoured, promised: 1, moved: 1, slept: 0.1) == .pass)
        #expect(verdict(bounded, promised: 10, moved: 30, slept: 0.1) == .fail)
        #expect(verdict(bounded, promised: 700, moved: 700.02, slept: 0.1) == .fail)
        #expect(verdict(bounded, promised: 1, moved: 1, slept: 30) == .pass)
    }

    /// The results come in turns of their own, and the question again between them.
    @Test func aToolThatRanForABrokenAnswerRanTwice() {
        func turn(_ at: Double, _ id: String) -> Sample {
            Sample(
                at: at, key: "t\(id)", prompt: UInt64(at) + 50,
                results: [ToolResult(id: id, digest: UInt64(at))])
        }
        let broken = Sample(
            at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false,
            tools: [OfferedCall(id: "a", name: "pay", digest: 1)])
        let again = Sample(
            at: 3, isStream: true, hasFinish: true,
            tools: [OfferedCall(id: "b", name: "pay", digest: 1)])
        let samples = [broken, turn(2, "a"), again, turn(4, "b")]
        #expect(samples.finding("tool-executed-once")?.verdict == .fail)
        #expect([broken, again, turn(4, "b")].finding("tool-executed-once")?.verdict == .pass)
    }

    /// Two causes, after each of which ten calls wait alike.
    @Test func whatIsAlikeAfterEachCauseIsNoJitter() {
        let samples = (0..<20).flatMap { number -> [Sample] in
            let at = Double(number) * 20
            let (key, prompt) = ("k\(number)", UInt64(number))
            return [
                .failing(number % 2 == 0 ? .overloaded : .rateLimited, at: at) {
                    ($0.key, $0.prompt) = (key, prompt)
                },
                Sample(at: at + (number % 2 == 0 ? 0.4 : 1), key: key, prompt: prompt),
            ]
        }
        #expect(samples.finding("jitter")?.verdict == .fail)
    }

    /// Where two calls with the same words are in progress, a hedge may be of either.
    @Test func aHedgeOfTwoIsNotSure() {
        var (slow, quick) = (Sample(at: 1, takes: 3.1), Sample(at: 3, takes: 1))
        (slow.status, slow.ending, quick.connection) = (nil, .clientLeft, 3)
        #expect([slow, quick].calls.map(\.isSure) == [true])
        var other = Sample(at: 0.5, takes: 9)
        (other.connection, other.isStream, other.hasFinish) = (2, true, true)
        let calls = [other, slow, quick].calls
        #expect(calls.map(\.attempts.count) == [1, 2])
        #expect(calls.map(\.isSure) == [true, false])
    }

    /// A word about the request id that a client saw is about its exchange, the latest of that id.
    @Test func aRequestIDTellsTheLatestExchange() {
        var records = [
            Sample.failing(.overloaded, at: 1).record, Sample(at: 9, key: "k2", prompt: 2).record,
            Sample(at: 12, key: "k3", prompt: 3).record,
        ]
        (records[0].requestID, records[1].requestID) = ("req_1", "req_1")
        let said = OutcomeRecord.said(.failed, of: .request(id: "req_1"), at: 10)
        let calls = CallFinder.calls(of: records.compactMap { Attempt($0) }, outcomes: [said])
        #expect(calls.map { $0.declared != nil } == [false, true, false])
    }

    /// A text that is judged, or made a vector of, before a model is asked with it is work of its
    /// own.
    @Test(arguments: ["moderations", "embeddings", "embed"])
    func otherWorkWithTheSameWordsIsNoFallback(endpoint: String) {
        let failed = Sample.failing(.overloaded, at: 1) {
            ($0.endpoint, $0.model, $0.key) = (endpoint, "other", "m")
        }
        let calls = [failed, Sample(at: 2)].calls
        #expect(calls.map(\.attempts.count) == [1, 1])
        #expect(calls.map(\.isSure) == [true, true])
        var slow = failed
        (slow.takes, slow.status) = (5, nil)
        #expect([slow, Sample(at: 2)].calls.map(\.isSure) == [true, true])
        // A text that is gone on with and a conversation are the same work in two forms.
        let text = Sample.failing(.overloaded, at: 1) {
            ($0.endpoint, $0.model, $0.key) = ("generate", "llama", "m")
        }
        #expect([text, Sample(at: 2)].calls.map(\.attempts.count) == [2])
    }

    /// Where a retry may be of either of two calls, neither is known to have been given up.
    @Test(arguments: [nil, 1]) func aRetryOfEitherLeavesBothOpen(count: Int?) {
        let broken = { (at: Double, connection: Int) in
            Sample(
                at: at, takes: 2, faults: [.cut], retryCount: 0, ending: .reset, isStream: true,
                hasFinish: false, connection: connection)
        }
        let samples = [broken(1, 1), broken(2, 2)]
        #expect(samples.calls.map(\.isSure) == [true, true])
        let calls = (samples + [Sample(at: 5, retryCount: count)]).calls
        #expect(calls.map(\.isSure) == [false, false])
    }

    @Test func aFallbackOfEitherLeavesBothOpen() {
        let failed = (0..<2).map { number in
            Sample.failing(.overloaded, at: 1 + Double(number)) {
                ($0.model, $0.key) = ("m\(number)", "k\(number)")
                $0.endpoint = number == 0 ? "chat-completions" : "generate"
                $0.named = "n\(number)"
            }
        }
        let other = Sample(at: 5, provider: "anthropic", model: "claude", key: "k9")
        #expect((failed + [other]).calls.map(\.attempts.count) == [1, 2])
        #expect((failed + [other]).calls.map(\.isSure) == [false, false])
    }
}
