import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

/// Rows of the table of rules that ``ScorecardTests`` leaves out: what is easily got wrong.
@Suite("Rules, case by case")
struct RuleTests {
    private static func limited(_ seconds: Double, at: Double) -> Sample {
        .failing(.rateLimited, at: at, status: 429) { $0.promise = Sample.promising(seconds) }
    }

    private static func elsewhere(at: Double) -> Sample {
        .failing(.overloaded, at: at) {
            ($0.provider, $0.model, $0.key) = ("anthropic", "claude-sonnet-4-5", "k2")
        }
    }

    // MARK: Promises

    @Test func aPromiseHoldsWhereverTheCallGoesMeanwhile() {
        let rule = "retry-after-honoured"
        let away = [Self.limited(10, at: 1), Self.elsewhere(at: 2)]
        #expect(away.finding(rule)?.verdict == .unknown)
        #expect((away + [Sample(at: 4)]).finding(rule)?.verdict == .fail)
        #expect((away + [Sample(at: 12)]).finding(rule)?.verdict == .pass)
    }

    /// Who asks twice at once has heard no promise the second time.
    @Test func aPromiseBindsOnlyWhoHasHeardIt() {
        var (one, two) = (Self.limited(10, at: 1), Self.limited(10, at: 1.0002))
        (one.named, two.named, two.connection) = ("a", "a", 2)
        #expect([one, two].finding("retry-after-honoured")?.verdict == .notExercised)
        var third = Sample(at: 2)
        third.named = "a"
        #expect([one, two, third].finding("retry-after-honoured")?.verdict == .fail)
    }

    @Test func aWaitMayBeTwiceThePromiseAndFiveSeconds() {
        let rule = "retry-after-bounded"
        #expect([Self.limited(1, at: 1), Sample(at: 7.9)].finding(rule)?.verdict == .pass)
        #expect([Self.limited(1, at: 1), Sample(at: 8.1)].finding(rule)?.verdict == .fail)
        // An hour is obeyed.
        #expect([Self.limited(3600, at: 1), Sample(at: 3700)].finding(rule)?.verdict == .fail)
        var pending = Self.limited(1, at: 2.2)
        pending.ending = nil
        #expect([Self.limited(1, at: 1), pending].finding(rule)?.verdict == .unknown)
        #expect([Sample(at: 1)].finding(rule)?.verdict == .notExercised)
    }

    // MARK: Tries

    @Test func thePermanentIsNotTriedAgainLaterEither() {
        let rule = "permanent-not-retried"
        let refused = { Sample.failing(.badRequest, at: $0, status: 400) }
        #expect([refused(1), Self.elsewhere(at: 2)].finding(rule)?.verdict == .pass)
        let back = [refused(1), Self.elsewhere(at: 2), refused(3)]
        #expect(back.finding(rule)?.verdict == .fail)
        // Where the client names its calls, another request may have the same name.
        var changed = [refused(1), refused(2)]
        for index in changed.indices { changed[index].named = "a" }
        #expect(changed.finding(rule)?.verdict == .fail)
        changed[1].asks = 20
        #expect(changed.finding(rule)?.verdict == .pass)
        // Both were under way at a time.
        changed[1].asks = changed[0].asks
        (changed[0].takes, changed[0].isStream, changed[1].at) = (1, true, 1.5)
        #expect(changed.finding(rule)?.verdict == .pass)
        // What the answer says of it counts more than its cause.
        var said = [refused(1), refused(2)]
        said[0].shouldRetry = true
        #expect(said.finding(rule)?.verdict == .pass)
        #expect([Sample.failing(.overloaded, at: 1)].finding(rule)?.verdict == .notExercised)
    }

    @Test func attemptsAreCountedByProvider() {
        let many = (0..<10).map { Sample.failing(.overloaded, at: Double($0)) }
        #expect(many.finding("attempts-bounded")?.verdict == .pass)
        #expect((many + [Self.elsewhere(at: 10)]).finding("attempts-bounded")?.verdict == .pass)
        let more = many + [.failing(.overloaded, at: 10)]
        #expect(more.finding("attempts-bounded")?.verdict == .fail)
        #expect([Sample(at: 1)].finding("attempts-bounded")?.verdict == .notExercised)
    }

    @Test func goingElsewhereIsTryingAgain() {
        let samples = [Sample.failing(.overloaded, at: 1), Self.elsewhere(at: 2)]
        #expect(samples.finding("transient-retried")?.verdict == .pass)
    }

    // MARK: Answers

    @Test func aFallbackFollowsAFailure() throws {
        let samples = [Sample.failing(.overloaded, at: 1), Self.elsewhere(at: 2)]
        let finding = try #require(samples.finding("fallback"))
        #expect(finding.verdict == .pass && finding.calls == ["c1"])
        let move = JSON.object(finding.measured)["moves"]?.arrayValue?.first
        #expect(move?["to"]?.stringValue == "anthropic")
        #expect(move?["after"]?.stringValue == "overloaded")
        // One that begins in the other's silence is a hedge.
        var (slow, quick) = (Sample(at: 1, takes: 3), Self.elsewhere(at: 2))
        (slow.status, slow.ending) = (nil, .clientLeft)
        (slow.named, quick.named) = ("a", "a")
        #expect([slow, quick].finding("fallback")?.verdict == .notExercised)
    }

    @Test func onlyOutputThatArrivedIsLost() {
        let rule = "no-retry-after-output"
        var broken = Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)
        let again = Sample(at: 2, isStream: true, hasFinish: true)
        #expect([broken, again].finding(rule)?.verdict == .fail)
        let said = OutcomeRecord.said(.partial, of: .latest, at: 1.5)
        #expect([broken, again].finding(rule, [said])?.verdict == .pass)
        // A plain answer that broke off is no output yet.
        broken.isStream = false
        #expect([broken, again].finding(rule)?.verdict == .notExercised)
        // The client left a stream that had begun.
        (broken.isStream, broken.ending, broken.faults) = (true, .clientLeft, [.stall])
        #expect([broken, again].finding(rule)?.verdict == .fail)
        broken.body = 0
        #expect([broken, again].finding(rule)?.verdict == .notExercised)
    }

    @Test func aToolIsNotExecutedForTwoAnswersOfOneCall() {
        func verdict(_ digests: (UInt64, UInt64), answered: [String], breaks: Bool = true)
            -> Verdict?
        {
            var first = Sample(at: 1, isStream: true, hasFinish: !breaks)
            (first.named, first.tools) = (
                "a", [OfferedCall(id: "t1", name: "pay", digest: digests.0)]
            )
            if breaks { (first.ending, first.faults) = (.reset, [.cut]) }
            var again = Sample(at: 2, isStream: true, hasFinish: true)
            (again.named, again.tools) = (
                "a", [OfferedCall(id: "t2", name: "pay", digest: digests.1)]
            )
            let next = answered.enumerated().map { index, id in
                Sample(
                    at: 3 + Double(index), key: "n\(index)", prompt: UInt64(50 + index),
                    results: [ToolResult(id: id, digest: 9)])
            }
            return ([first, again] + next).finding("tool-executed-once")?.verdict
        }
        #expect(verdict((1, 1), answered: ["t1", "t2"]) == .fail)
        #expect(verdict((1, 1), answered: ["t2"]) == .pass)
        // Other arguments are another piece of work.
        #expect(verdict((1, 2), answered: ["t1", "t2"]) == .pass)
        // Of whole answers the client may use each.
        #expect(verdict((1, 1), answered: ["t1", "t2"], breaks: false) == .pass)
        #expect(verdict((1, 1), answered: []) == .notExercised)
    }

    @Test func anotherKeyIsMeasured() {
        var (refused, other) = (
            Sample.failing(.invalidAPIKey, at: 1, status: 401), Sample(at: 2)
        )
        #expect([refused].finding("key-rotated")?.verdict == .unknown)
        other.credential = 8
        #expect([refused, other].finding("key-rotated")?.verdict == .pass)
        refused.cause = .overloaded
        #expect([refused, other].finding("key-rotated")?.verdict == .notExercised)
    }

    @Test func aCallIsBilledOnce() throws {
        var broken = Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)
        var again = Sample(at: 2, isStream: true, hasFinish: true)
        (broken.promptTokens, again.promptTokens) = (10, 11)
        let finding = try #require([broken, again].finding("duplicate-billing"))
        #expect(finding.verdict == .fail)
        #expect(JSON.object(finding.measured)["tokens"]?.intValue == 11)
        #expect([again].finding("duplicate-billing")?.verdict == .pass)
        #expect(
            [Sample.failing(.overloaded, at: 1)].finding("duplicate-billing")?.verdict
                == .notExercised)
    }

    @Test func connectionsAreCounted() throws {
        var other = Sample(at: 2, key: "k2", prompt: 2)
        other.connection = 2
        let finding = try #require(
            [Sample(at: 1), other, Sample(at: 3, key: "k3", prompt: 3)].finding("connection-reuse"))
        #expect(finding.verdict == .pass)
        #expect(JSON.object(finding.measured)["connections"]?.intValue == 2)
        #expect([Sample]().finding("connection-reuse")?.verdict == .notExercised)
    }

    /// The scorecard has a line for each rule that a scenario can weigh, in their order.
    @Test func everyRuleHasItsLine() {
        let lines = Scorecard.findings([Sample(at: 1)].calls, CallWindows()).map(\.rule)
        #expect(lines == VerdictRule.allCases.map(\.rawValue))
    }
}
