import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("Circuit breakers")
struct BreakerTests {
    /// A call that begins at one provider, and goes to the other if it fails there.
    private static func call(
        _ number: Int, at: Double, fails: Bool = false, elsewhere: Bool = false,
        phase: String? = nil, falls: Bool = true
    ) -> [Sample] {
        var first = Sample(at: at, key: "k\(number)", prompt: UInt64(number))
        first.phase = phase
        var other = first
        (other.at, other.provider, other.model) = (at + 0.1, "anthropic", "claude-sonnet-4-5")
        other.key = "a\(number)"
        if elsewhere { return [other] }
        guard fails else { return [first] }
        (first.status, first.cause, first.faults, first.rule) = (503, .overloaded, [.error], "down")
        return falls ? [first, other] : [first]
    }

    private static let down = Rule(
        name: "down", when: matching("openai"),
        action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))

    private static func matching(_ provider: String) -> Matcher {
        var matcher = Matcher()
        matcher.provider = [try? Glob(provider)].compactMap(\.self)
        return matcher
    }

    /// Down for a time, then well.
    private static let outage = Scenario(
        name: "outage",
        phases: [
            Phase(name: "down", end: .after(.seconds(30)), rules: [down]),
            Phase(name: "well", end: .never),
        ])

    private func judged(_ samples: [Sample], _ scenario: Scenario? = outage) -> Finding? {
        Scorecard.findings(samples.calls, CallWindows(), of: scenario).first {
            $0.rule == "circuit-breaker"
        }
    }

    /// Four failures, then elsewhere.
    private static let opened: [Sample] = {
        let failed = (0..<4).flatMap { call($0, at: Double($0), fails: true, phase: "down") }
        let left = (4..<8).flatMap { call($0, at: Double($0) + 1, elsewhere: true, phase: "down") }
        return failed + left
    }()

    @Test func aBreakerThatOpensProbesAndClosesIsMeasured() throws {
        let probe = Self.call(8, at: 20, fails: true, phase: "down")
        let answered = Self.call(9, at: 40, phase: "well")
        let after = (10..<14).flatMap { Self.call($0, at: Double($0) + 40, phase: "well") }
        let samples: [Sample] = Self.opened + probe + answered + after
        let finding = try #require(judged(samples))
        #expect(finding.verdict == .pass, "\(finding.says)")
        let measured = JSON.object(finding.measured)
        #expect(measured["opened"]?.intValue == 1)
        #expect(measured["probes"]?.intValue == 2)
        #expect(measured["closed"]?.intValue == 1)
        let breaker = try #require(measured["breakers"]?.arrayValue?.first)
        #expect(breaker["opens_after"]?.intValue == 4)
        #expect(breaker["closed_at"]?.doubleValue == 50)
        #expect(finding.severity == .info)
    }

    @Test func aBreakerThatStaysOpenIsWedged() throws {
        let later = (8..<20).flatMap {
            Self.call($0, at: Double($0) * 10, elsewhere: true, phase: "well")
        }
        let wedged = try #require(judged(Self.opened + later))
        #expect(wedged.verdict == .fail && wedged.severity == .warning)
        #expect(!wedged.calls.isEmpty && !wedged.exchanges.isEmpty)
        // For less than the window, that is not known.
        #expect(judged(Self.opened + later.prefix(4))?.verdict == .unknown)
        // Nor where nobody knows whether the provider was well.
        #expect(judged(Self.opened + later, nil)?.verdict == .unknown)
        var limited = Self.outage
        limited.rules = [
            Rule(name: "rare", action: .effect(Effect(fault: .error(CauseFault(.rateLimited)))))
        ]
        #expect(judged(Self.opened + later, limited)?.verdict == .pass)
    }

    /// While it is down it is right to leave it alone.
    @Test func whatIsDownMayBeLeftAlone() {
        let later = (8..<20).flatMap {
            Self.call($0, at: Double($0) * 10, elsewhere: true, phase: "down")
        }
        #expect(judged(Self.opened + later)?.verdict == .pass)
    }

    /// Another provider for another kind of work is not asked because the first one failed.
    @Test func otherWorkElsewhereIsNoBreakersDoing() {
        var samples = (0..<4).flatMap {
            Self.call($0, at: Double($0), fails: true, phase: "down", falls: false)
        }
        for number in 4..<20 {
            var other = Self.call(number, at: Double(number) * 10, elsewhere: true, phase: "well")
            other[0].endpoint = "embeddings"
            samples += other
        }
        #expect(judged(samples)?.verdict == .notExercised)
        for index in samples.indices { samples[index].endpoint = "chat-completions" }
        #expect(judged(samples)?.verdict == .fail)
    }

    @Test func whoSharesCallsOutHasNoBreaker() {
        var shared: [Sample] = []
        for number in 0..<20 {
            let isElsewhere = number % 2 == 1
            shared += Self.call(
                number, at: Double(number), fails: number % 4 == 2, elsewhere: isElsewhere)
        }
        #expect(judged(shared)?.verdict == .notExercised)
        #expect(judged(Self.call(0, at: 1))?.verdict == .notExercised)
        #expect(judged(Self.call(0, at: 1, fails: true))?.verdict == .notExercised)
    }

    /// Many calls that go elsewhere for long cost no more than each by itself.
    @Test(.timeLimit(.minutes(1))) func aLongOpeningIsJudgedInOnePass() throws {
        let later = (8..<60_000).flatMap {
            Self.call($0, at: 40 + Double($0) / 100, elsewhere: true, phase: "well")
        }
        let wedged = try #require(judged(Self.opened + later))
        #expect(wedged.verdict == .fail && wedged.calls.count == 20)
    }
}
