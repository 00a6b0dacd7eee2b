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

    @Test func garbageIsNoPromise() {
        let garbled = Sample.failing(.rateLimited, at: 1, status: 429) {
            $0.promise = [PromisedWait(field: "retry-after", moment: .garbage("soon"))]
        }
        let kept = Sample.failing(.rateLimited, at: 2, status: 429) {
            $0.promise = Sample.promising(2)
        }
        let attempts = [garbled, kept].calls.flatMap { $0.json["attempts"]?.arrayValue ?? [] }
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
}
