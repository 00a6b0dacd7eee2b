import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

/// What one call says beside what the others say.
@Suite("Exceptions and lack of evidence")
struct ExceptionTests {
    private static func limited(_ number: Int, _ seconds: Double, at: Double) -> Sample {
        .failing(.rateLimited, at: at, status: 429) {
            $0.promise = Sample.promising(seconds)
            ($0.key, $0.prompt) = ("k\(number)", UInt64(number))
        }
    }

    private static func again(_ number: Int, at: Double) -> Sample {
        Sample(at: at, key: "k\(number)", prompt: UInt64(number))
    }

    private static func elsewhere(_ number: Int, at: Double) -> Sample {
        Sample(
            at: at, provider: "anthropic", model: "claude", key: "a\(number)",
            prompt: UInt64(number))
    }

    /// An exception that a rule has says nothing against the calls that pass.
    @Test func anExceptionBesideASuccessPasses() {
        let rule = "retry-after-honoured"
        let kept = [Self.limited(1, 1, at: 1), Self.again(1, at: 2.1)]
        let moved = [Self.limited(2, 5, at: 10), Self.elsewhere(2, at: 10.5)]
        let absurd = [Self.limited(3, 3600, at: 20), Self.again(3, at: 21)]
        #expect(moved.finding(rule)?.verdict == .unknown)
        #expect((kept + moved).finding(rule)?.verdict == .pass)
        #expect((absurd + moved + kept).finding(rule)?.verdict == .pass)
        #expect((absurd + moved).finding(rule)?.verdict == .unknown)
        let early = [Self.limited(4, 1, at: 30), Self.again(4, at: 30.5)]
        #expect((absurd + moved + kept + early).finding(rule)?.verdict == .fail)
    }

    /// The same where the exception and the success are places of one call.
    @Test func anExceptionBesideASuccessOfOneCallPasses() {
        let samples = [
            Self.limited(1, 1, at: 1), Self.limited(1, 3600, at: 2.1), Self.again(1, at: 3),
        ]
        #expect(samples.finding("retry-after-honoured")?.verdict == .pass)
    }

    @Test func whoSaysWhyItGaveUpLeavesTheOthersAlone() {
        let given = Self.limited(1, 1, at: 1)
        let tried = [Self.limited(2, 1, at: 10), Self.again(2, at: 12)]
        let said = OutcomeRecord.said(.failed, of: .exchange(given.record.id), at: 2)
        let rule = "transient-retried"
        #expect([given].finding(rule, [said])?.verdict == .unknown)
        #expect(([given] + tried).finding(rule, [said])?.verdict == .pass)
        #expect(([given] + tried).finding(rule)?.verdict == .fail)
    }

    /// Where a tie is not sure evidence is missing, which a success elsewhere does not make up for.
    @Test func lackOfEvidenceBesideASuccessStaysOpen() {
        let unsure = [Self.limited(1, 1, at: 1), Self.again(1, at: 90)]
        let kept = [Self.limited(2, 1, at: 100), Self.again(2, at: 101.1)]
        #expect((unsure + kept).finding("retry-after-bounded")?.verdict == .unknown)
    }
}
