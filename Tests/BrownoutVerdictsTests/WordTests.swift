import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("What words of a client excuse")
struct WordTests {
    /// That a call has succeeded in the end does not say whether its user was told of the part.
    @Test func onlyAWordBeforeTheRetryExcusesIt() {
        let rule = "no-retry-after-output"
        let samples = [
            Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false),
            Sample(at: 2, isStream: true, hasFinish: true),
        ]
        let after = OutcomeRecord.said(.succeeded, of: .latest, at: 9)
        #expect(samples.finding(rule, [after])?.verdict == .unknown)
        #expect(samples.finding(rule)?.verdict == .fail)
        let before = OutcomeRecord.said(.partial, of: .latest, at: 1.5)
        #expect(samples.finding(rule, [before, after])?.verdict == .pass)
        let named = OutcomeRecord.said(.partial, of: .exchange(samples[0].record.id), at: 9)
        #expect(samples.finding(rule, [named])?.verdict == .pass)
    }

    /// A client that names its failures need not name what it has recovered from.
    @Test func whatWasRecoveredFromNeedsNoName() {
        let recovered = [Sample.failing(.overloaded, at: 1), Sample(at: 2)]
        let failed = Sample.failing(.invalidAPIKey, at: 10, status: 401) {
            ($0.key, $0.prompt) = ("k2", 2)
        }
        let said = OutcomeRecord.said(.failed, of: .exchange(failed.record.id), at: 11) {
            $0.category = .auth
        }
        let rule = "categories"
        #expect((recovered + [failed]).finding(rule, [said])?.verdict == .pass)
        #expect((recovered + [failed]).finding(rule)?.verdict == .unknown)
        #expect(recovered.finding(rule)?.verdict == .unknown)
        // Another failure that nobody named is missing.
        let unnamed = Sample.failing(.overloaded, at: 20) { ($0.key, $0.prompt) = ("k3", 3) }
        #expect((recovered + [failed, unnamed]).finding(rule, [said])?.verdict == .unknown)
    }
}
