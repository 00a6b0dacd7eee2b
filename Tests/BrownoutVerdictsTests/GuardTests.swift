import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("Guards against proving nothing")
struct GuardTests {
    private static let fault = RuleAction.effect(Effect(fault: .error(CauseFault(.overloaded))))

    private static func scenario(_ rules: [Rule]) -> Scenario {
        Scenario(name: "guarded", rules: rules)
    }

    private static func chance(_ numerator: UInt64, of denominator: UInt64) throws -> Chance {
        try #require(Chance(numerator, outOf: denominator))
    }

    /// Records whose trace says so of the rule `wobble`.
    private static func records(_ outcomes: [TraceEntry.Outcome]) -> [ExchangeRecord] {
        outcomes.enumerated().map { index, outcome in
            var record = Sample(at: Double(index), key: "k\(index)", prompt: UInt64(index)).record
            record.trace = [TraceEntry(rule: "wobble", outcome: outcome)]
            return record
        }
    }

    private static func finding(
        _ name: String, _ records: [ExchangeRecord], _ scenario: Scenario?, exit: Int = 0
    ) -> Finding? {
        RunVerdict(
            RunEvidence(records), scenario: scenario, name: "guarded", seed: 1,
            command: CommandEnd(exit: exit, seconds: 1)
        ).findings.first { $0.rule == name }
    }

    private func neverFired(
        _ rule: Rule, _ outcomes: [TraceEntry.Outcome], exit: Int = 0
    ) -> Verdict? {
        Self.finding("never-fired", Self.records(outcomes), Self.scenario([rule]), exit: exit)?
            .verdict
    }

    @Test func aRuleThatFiresNowhereProvesNothing() {
        var rule = Rule(name: "wobble", action: Self.fault)
        #expect(neverFired(rule, []) == .fail)
        #expect(neverFired(rule, [.outside(.attempts)]) == .fail)
        #expect(neverFired(rule, [.outside(.attempts), .fired(draw: nil)]) == .pass)
        #expect(neverFired(rule, [.step(1)]) == .pass)
        // A signal ended what might have made it fire.
        #expect(neverFired(rule, [], exit: 137) == .unknown)
        rule.isOptional = true
        #expect(neverFired(rule, []) == .pass)
        #expect(Self.finding("never-fired", [], Self.scenario([]))?.verdict == .notExercised)
    }

    @Test func aChanceMayFallElsewhere() throws {
        let half = Rule(
            name: "wobble", chance: try Self.chance(1, of: 2), action: Self.fault)
        let missed = TraceEntry.Outcome.missed(draw: 0)
        #expect(neverFired(half, Array(repeating: missed, count: 9)) == .unknown)
        #expect(neverFired(half, Array(repeating: missed, count: 10)) == .fail)
        #expect(neverFired(half, []) == .unknown)
        // A tenth of the draws fall into a branch.
        let branch = RuleAction.Branch(
            chance: try Self.chance(1, of: 10), effect: Effect(fault: .error(CauseFault(.conflict)))
        )
        let oneOf = Rule(name: "wobble", action: .oneOf([branch]))
        let none = TraceEntry.Outcome.noBranch(draw: 0)
        #expect(neverFired(oneOf, Array(repeating: none, count: 49)) == .unknown)
        #expect(neverFired(oneOf, Array(repeating: none, count: 50)) == .fail)
    }

    @Test func aRefusedConnectionFiresItsRule() {
        let rule = Rule(
            name: "wobble", action: .effect(Effect(fault: .connection(.acceptReset, after: .zero))))
        var record = ExchangeRecord(id: 1, startedAt: 1)
        (record.rule, record.ordinal, record.injected) = ("wobble", 1, true)
        record.faults = [.connection(.acceptReset)]
        let verdict = RunVerdict(
            RunEvidence([record]), scenario: Self.scenario([rule]), name: "guarded", seed: 1)
        #expect(verdict.findings.first { $0.rule == "never-fired" }?.verdict == .pass)
        #expect(verdict.firings.map(\.fired) == [1])
        #expect(verdict.firings.map(\.injected) == [1])
        #expect(verdict.calls.isEmpty)
    }

    @Test func aFaultIsMet() {
        func verdict(_ change: (inout ExchangeRecord) -> Void) -> Verdict? {
            var record = Sample(at: 1, faults: [.cut]).record
            change(&record)
            return Self.finding("not-injected", [record], Self.scenario([]))?.verdict
        }
        #expect(verdict { $0.injected = true } == .pass)
        #expect(verdict { $0.injected = false } == .fail)
        #expect(
            verdict {
                $0.injected = false
                $0.ending = .clientLeft
            } == .unknown)
        #expect(verdict { $0.faults = [] } == .notExercised)
    }

    // MARK: Doubts

    /// Streams that are so late.
    private static func streams(late: Int64, count: Int = 3) -> [ExchangeRecord] {
        (0..<count).map { index in
            var sample = Sample(at: 100 + Double(index), isStream: true, hasFinish: true)
            (sample.key, sample.prompt) = ("s\(index)", UInt64(900 + index))
            var record = sample.record
            record.plannedFirstByte = record.firstByte
            record.plannedLastByte = (record.lastByte ?? 0) - late
            return record
        }
    }

    @Test func lateStreamsProveNothingAboutTimes() {
        let early = [
            Sample.failing(.rateLimited, at: 1, status: 429) { $0.promise = Sample.promising(1) },
            Sample(at: 1.5),
        ].map(\.record)
        func verdict(_ rule: String, late: Int64) -> Verdict? {
            Self.finding(rule, early + Self.streams(late: late), nil)?.verdict
        }
        #expect(verdict("retry-after-honoured", late: 20_000) == .fail)
        #expect(verdict("retry-after-honoured", late: 20_001) == .unknown)
        #expect(verdict("pacing", late: 20_000) == .pass)
        #expect(verdict("pacing", late: 20_001) == .unknown)
        #expect(Self.finding("pacing", early, nil)?.verdict == .notExercised)
        // One of a thousand is late: nobody is.
        let some = Self.streams(late: 0, count: 999) + Self.streams(late: 90_000, count: 1)
        #expect(Self.finding("pacing", some, nil)?.verdict == .pass)
        // What stalls by plan tells nothing.
        var stalled = Self.streams(late: 90_000)
        for index in stalled.indices { stalled[index].faults = [.stall] }
        #expect(Self.finding("pacing", stalled, nil)?.verdict == .notExercised)
        // What is not about time fails all the same.
        let again = [1.0, 2].map { Sample.failing(.badRequest, at: $0, status: 400).record }
        let permanent = Self.finding(
            "permanent-not-retried", again + Self.streams(late: 90_000), nil)
        #expect(permanent?.verdict == .fail)
    }

    @Test func whatASignalEndedMightHaveGoneOn() {
        let failed = [Sample.failing(.overloaded, at: 1).record]
        #expect(Self.finding("transient-retried", failed, nil)?.verdict == .fail)
        #expect(Self.finding("transient-retried", failed, nil, exit: 1)?.verdict == .fail)
        #expect(Self.finding("transient-retried", failed, nil, exit: 143)?.verdict == .unknown)
        let again = [1.0, 2].map { Sample.failing(.badRequest, at: $0, status: 400).record }
        #expect(Self.finding("permanent-not-retried", again, nil, exit: 143)?.verdict == .fail)
    }

    /// A command may end with any code: signals are 1 to 64.
    @Test(arguments: [1, 128, 129, 143, 192, 193, 255])
    func aSignalIsNoOtherExit(exit: Int) {
        let failed = [Sample.failing(.overloaded, at: 1).record]
        let verdict = Self.finding("transient-retried", failed, nil, exit: exit)?.verdict
        #expect(verdict == ([129, 143, 192].contains(exit) ? .unknown : .fail))
    }

    /// Whether an answer is read on for long is a matter of time too.
    @Test func lateStreamsProveNothingAboutReadingOn() {
        var sample = Sample(at: 1, takes: 9, isStream: true, hasFinish: true)
        sample.named = "mine"
        let said = OutcomeRecord.said(.succeeded, of: .call("mine"), at: 2)
        func verdict(late: Int64) -> Verdict? {
            RunVerdict(
                RunEvidence([sample.record] + Self.streams(late: late), outcomes: [said]),
                scenario: nil, name: "guarded", seed: 1
            ).findings.first { $0.rule == "cancel-prompt" }?.verdict
        }
        #expect(verdict(late: 0) == .fail)
        #expect(verdict(late: 30_000) == .unknown)
    }
}
