import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("From exchanges to calls")
struct CallFinderTests {
    private func shape(_ samples: [Sample]) -> [[Int?]] {
        samples.calls.map { $0.attempts.map(\.status) }
    }

    @Test func anAttemptAfterAFailureIsOfTheSameCall() {
        let samples = [
            Sample.failing(.overloaded, at: 1), .failing(.overloaded, at: 2), Sample(at: 3),
        ]
        #expect(shape(samples) == [[503, 503, 200]])
        #expect(samples.calls[0].isSure && samples.calls[0].outcome == .delivered)
    }

    @Test func anEqualQuestionAfterAnAnswerIsAnotherCall() {
        #expect(shape([Sample(at: 1), Sample(at: 2)]) == [[200], [200]])
        let calls = [Sample(at: 1), Sample(at: 2)].calls
        #expect(calls.map(\.isSure) == [true, true])
    }

    @Test func aNameTiesWhateverHasHappened() {
        var (one, two) = (Sample(at: 1), Sample(at: 2))
        (one.named, two.named) = ("a", "a")
        #expect(shape([one, two]) == [[200, 200]])
        two.named = "b"
        #expect(shape([one, two]) == [[200], [200]])
        let failed = Sample.failing(.overloaded, at: 1) { $0.named = "a" }
        #expect(shape([failed, two]) == [[503], [200]])
    }

    @Test func aCountOfRetriesTies() {
        var (first, again) = (Sample.failing(.overloaded, at: 1), Sample(at: 1.5))
        first.retryCount = 0
        again.retryCount = 1
        #expect(shape([first, again]) == [[503, 200]])
    }

    @Test func theSameWordsElsewhereAfterAFailureAreAFallback() {
        let failed = Sample.failing(.overloaded, at: 1)
        var other = Sample(at: 2)
        (other.provider, other.model, other.key) = ("anthropic", "claude-sonnet-4-5", "k2")
        #expect(shape([failed, other]) == [[503, 200]])
        #expect([failed, other].calls[0].isSure)
        #expect([failed, other].finding("fallback")?.verdict == .pass)
        // Not an hour later, and not after an answer.
        other.at = 3600
        #expect(shape([failed, other]) == [[503], [200]])
        #expect(shape([Sample(at: 1), other]) == [[200], [200]])
        // Only sampling differs: it may be somebody else's.
        var resampled = Sample(at: 2)
        resampled.key = "k3"
        #expect([failed, resampled].calls.map(\.isSure) == [false])
    }

    /// On another thread the next request may be there before the end of the answer is noted.
    @Test func whatFollowsAtOnceIsNoHedge() {
        var next = Sample(at: 1.0095)
        next.connection = 2
        let failed = [Sample.failing(.overloaded, at: 1), next].calls
        #expect(failed.map(\.attempts.count) == [2])
        #expect(failed[0].isSure && !failed[0].isHedged)
        let answered = [Sample(at: 1), next].calls
        #expect(answered.map(\.attempts.count) == [1, 1])
        #expect(answered.map(\.isSure) == [true, true])
    }

    @Test func aLateEqualRequestIsUnsure() {
        let samples = [Sample.failing(.overloaded, at: 1), Sample(at: 90)]
        #expect(shape(samples) == [[503, 200]])
        #expect(!samples.calls[0].isSure)
        // A promise makes the window longer.
        let promised = Sample.failing(.rateLimited, at: 1, status: 429) {
            $0.promise = Sample.promising(60)
        }
        #expect([promised, Sample(at: 90)].calls[0].isSure)
    }

    @Test func twoUsersWithEqualWordsStayUnsure() {
        let samples = [
            Sample.failing(.overloaded, at: 1),
            .failing(.overloaded, at: 1.0005) {
                $0.connection = 2
                $0.takes = 0.02
            },
            Sample(at: 2),
            {
                var sample = Sample(at: 2.001)
                sample.connection = 2
                return sample
            }(),
        ]
        #expect(samples.calls.count == 2)
        #expect(samples.calls.contains { !$0.isSure })
    }

    @Test func aHedgeIsOneCall() {
        var (slow, quick) = (Sample(at: 1, takes: 1.6), Sample(at: 2, takes: 0.5))
        slow.ending = .clientLeft
        slow.status = nil
        quick.connection = 2
        let calls = [slow, quick].calls
        #expect(calls.count == 1 && calls[0].isHedged && calls[0].outcome == .delivered)
        // Two that both go on are two calls, and in the first's silence that is unsure.
        slow.ending = .complete
        slow.status = 200
        slow.takes = 5
        #expect([slow, quick].calls.count == 2)
    }

    @Test("The order of rows does not matter")
    func theOrderOfRowsDoesNotMatter() {
        var samples: [Sample] = []
        for number in 0..<40 {
            let key = "k\(number % 5)"
            let at = Double(number) * 0.7
            samples.append(
                number % 3 == 0
                    ? Sample(at: at, key: key, prompt: UInt64(number % 5))
                    : .failing(.overloaded, at: at) {
                        ($0.key, $0.prompt) = (key, UInt64(number % 5))
                    })
        }
        let wanted = samples.calls.map { $0.attempts.map(\.exchange) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10 {
            samples.shuffle(using: &generator)
            #expect(samples.calls.map { $0.attempts.map(\.exchange) } == wanted)
        }
    }

    @Test(arguments: [
        (Sample(at: 1), Call.Outcome.delivered),
        (.failing(.badRequest, at: 1, status: 400), .refused),
        (.failing(.overloaded, at: 1), .exhausted),
        (.failing(.overloaded, at: 1) { $0.shouldRetry = false }, .refused),
        (Sample(at: 1, status: nil, ending: .clientLeft), .abandoned),
        (Sample(at: 1, status: nil, faults: [.reset], ending: .reset, body: 0), .exhausted),
        (Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false), .broken),
        (Sample(at: 1, ending: .fin, isStream: true, hasFinish: true), .delivered),
    ])
    func anOutcomeIsAsTheProviderSeesIt(sample: Sample, outcome: Call.Outcome) {
        #expect([sample].calls.map(\.outcome) == [outcome])
    }
}
