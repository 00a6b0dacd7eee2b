import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("What clients say, held against the truth")
struct DeclarationRuleTests {
    private static func said(
        _ outcome: DeclaredOutcome = .failed, as category: ErrorCategory? = nil,
        retryable: Bool? = nil, of subject: OutcomeRecord.Subject = .latest, at: Double = 100
    ) -> OutcomeRecord {
        .said(outcome, of: subject, at: at) {
            $0.category = category
            $0.retryable = retryable
        }
    }

    private static let broken = Sample(
        at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)
    private static let empty = Sample(at: 1, faults: [.content(.emptyChoices)])

    /// What became of a request, and what it is rightly called.
    static let truths: [(Sample, ErrorCategory, Bool?)] = [
        (.failing(.overloaded, at: 1), .modelOverloaded, true),
        (.failing(.rateLimited, at: 1, status: 429), .rateLimit, true),
        (.failing(.invalidAPIKey, at: 1, status: 401), .auth, false),
        (.failing(.insufficientQuota, at: 1, status: 429), .quotaExceeded, false),
        (.failing(.serverError, at: 1, status: 500) { $0.shouldRetry = false }, .apiError, false),
        (
            Sample(at: 1, status: nil, faults: [.reset], ending: .reset, body: 0), .networkError,
            true
        ),
        (
            Sample(at: 1, status: nil, faults: [.noAnswer], ending: .fin, body: 0), .networkError,
            true
        ),
        (broken, .networkError, true),
        (
            Sample(at: 1, takes: 9, status: nil, faults: [.hang], ending: .clientLeft), .timeout,
            true
        ),
        (
            Sample(at: 1, takes: 9, faults: [.stall], ending: .clientLeft, isStream: true),
            .timeout, true
        ),
        // Nothing was planned: the connection tells.
        (Sample(at: 1, status: nil, ending: .reset, body: 0), .networkError, true),
    ]

    @Test(arguments: truths)
    func theTruthIsWhatBecameOfTheRequest(
        sample: Sample, category: ErrorCategory, isRetryable: Bool?
    ) throws {
        let finding = try #require(
            [sample].finding("categories", [Self.said(as: category, retryable: isRetryable)]))
        #expect(finding.verdict == .pass, "\(finding.says)")
        let other: ErrorCategory = category == .validation ? .auth : .validation
        #expect([sample].finding("categories", [Self.said(as: other)])?.verdict == .fail)
        let wrong = Self.said(retryable: isRetryable.map { !$0 })
        #expect([sample].finding("categories", [wrong])?.verdict == .fail)
    }

    @Test func whoSaysNothingIsNotJudged() {
        let failed = Sample.failing(.overloaded, at: 1)
        #expect([failed].finding("categories")?.verdict == .unknown)
        #expect([failed].finding("categories", [Self.said()])?.verdict == .unknown)
        #expect([failed].finding("categories", [Self.said(as: .unknown)])?.verdict == .unknown)
        #expect([Sample(at: 1)].finding("categories")?.verdict == .notExercised)
        // A wrong answer has no name that would be wrong.
        #expect([Self.empty].finding("categories", [Self.said(as: .apiError)])?.verdict == .unknown)
    }

    @Test func whoNamesAnExchangeSpeaksOfThatOne() {
        let samples = [
            Sample.failing(.rateLimited, at: 1, status: 429), .failing(.overloaded, at: 2),
        ]
        let first = OutcomeRecord.Subject.exchange(samples[0].record.id)
        #expect(samples.finding("categories", [Self.said(as: .rateLimit)])?.verdict == .fail)
        let named = Self.said(as: .rateLimit, of: first)
        #expect(samples.finding("categories", [named])?.verdict == .pass)
        // Of each attempt the last word counts.
        let wrong = Self.said(.partial, as: .auth, of: first, at: 99)
        #expect(samples.finding("categories", [wrong, named])?.verdict == .pass)
        let other = Self.said(as: .auth, at: 101)
        #expect(samples.finding("categories", [named, other])?.verdict == .fail)
    }

    @Test func theMatrixHasWhatWasSaidByWhatWasTrue() throws {
        var samples: [Sample] = []
        var said: [OutcomeRecord] = []
        let words: [ErrorCategory] = [.rateLimit, .rateLimit, .modelOverloaded, .unknown]
        for (number, word) in words.enumerated() {
            let sample = Sample.failing(
                number == 1 ? .overloaded : .rateLimited, at: Double(number), status: 429
            ) { ($0.key, $0.prompt) = ("k\(number)", UInt64(number)) }
            samples.append(sample)
            said.append(
                Self.said(as: word, retryable: number > 0, of: .exchange(sample.record.id)))
        }
        let finding = try #require(samples.finding("categories", said))
        #expect(finding.verdict == .fail)
        let measured = JSON.object(finding.measured)
        #expect(
            measured.objectValue?.first(where: { $0.key == "matrix" })?.value.text
                == #"{"rate_limit":{"rate_limit":1,"model_overloaded":1,"unknown":1},"#
                + #""model_overloaded":{"rate_limit":1}}"#)
        #expect(measured.text.contains(#""declared":3,"right":1"#))
        #expect(measured.text.contains(#""retryability_declared":4,"retryability_errors":1"#))
    }

    @Test func aBrokenAnswerIsNoSuccess() {
        for sample in [Self.broken, Self.empty] {
            let rule = "truncated-not-accepted"
            #expect([sample].finding(rule, [Self.said(.succeeded)])?.verdict == .fail)
            #expect([sample].finding(rule, [Self.said(.partial)])?.verdict == .pass)
            #expect([sample].finding(rule, [Self.said(.failed)])?.verdict == .pass)
            #expect([sample].finding(rule)?.verdict == .unknown)
        }
        let refused = Sample.failing(.overloaded, at: 1)
        let rule = "truncated-not-accepted"
        #expect([refused].finding(rule, [Self.said(.succeeded)])?.verdict == .notExercised)
        // A whole one was there in the end.
        let whole = Sample(at: 2, isStream: true, hasFinish: true)
        #expect(
            [Self.broken, whole].finding(rule, [Self.said(.succeeded)])?.verdict == .notExercised)
    }

    @Test func anAnswerThatNobodyNeedsIsLeft() {
        func verdict(_ takes: Double, saidAt at: Double?) -> Verdict? {
            var sample = Sample(at: 1, takes: takes, isStream: true, hasFinish: true)
            sample.named = "mine"
            let said = at.map { [Self.said(.succeeded, of: .call("mine"), at: $0)] } ?? []
            return [sample].finding("cancel-prompt", said)?.verdict
        }
        #expect(verdict(9, saidAt: 2) == .fail)
        #expect(verdict(1.5, saidAt: 2) == .pass)
        #expect(verdict(9, saidAt: 11) == .notExercised)
        #expect(verdict(9, saidAt: nil) == .notExercised)
        // A hedge that is read on beside the answer, and nobody says when the call was over.
        var slow = Sample(at: 1, takes: 9, isStream: true, hasFinish: true)
        var quick = Sample(at: 2, takes: 1, isStream: true, hasFinish: true)
        (slow.named, quick.named, quick.connection) = ("mine", "mine", 2)
        #expect([slow, quick].finding("cancel-prompt")?.verdict == .unknown)
    }

    @Test func whatIsTriedAfterADeclaredFailureIsTooMuch() {
        func verdict(_ said: OutcomeRecord...) -> Verdict? {
            let samples = [1.0, 2, 5].map { at in
                Sample.failing(.overloaded, at: at) { $0.named = "mine" }
            }
            return samples.finding("attempts-bounded", said)?.verdict
        }
        #expect(verdict() == .pass)
        #expect(verdict(Self.said(of: .call("mine"), at: 3)) == .fail)
        #expect(verdict(Self.said(of: .call("mine"), at: 6)) == .pass)
        #expect(verdict(Self.said(.partial, of: .call("mine"), at: 3)) == .pass)
        // It was taken back before anything was tried again.
        #expect(
            verdict(
                Self.said(of: .call("mine"), at: 3),
                Self.said(.succeeded, of: .call("mine"), at: 4)) == .pass)
    }

    @Test func whoSaysWhyMayGiveUp() {
        let failed = Sample.failing(.overloaded, at: 1)
        #expect([failed].finding("transient-retried")?.verdict == .fail)
        #expect(
            [failed].finding("transient-retried", [Self.said(as: .modelOverloaded)])?.verdict
                == .unknown)
    }
}
