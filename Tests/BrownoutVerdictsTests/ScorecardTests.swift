import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("The scorecard")
struct ScorecardTests {
    private static func limited(_ seconds: Double, at: Double = 1) -> Sample {
        .failing(.rateLimited, at: at, status: 429) { $0.promise = Sample.promising(seconds) }
    }

    struct Row: Sendable {
        var rule: String
        var verdict: Verdict
        var samples: [Sample]

        init(_ rule: String, _ verdict: Verdict, _ samples: Sample...) {
            self.rule = rule
            self.verdict = verdict
            self.samples = samples
        }
    }

    static let rows: [Row] = [
        Row("retry-after-honoured", .pass, limited(1), Sample(at: 2.1)),
        Row("retry-after-honoured", .fail, limited(1), Sample(at: 1.5)),
        Row("retry-after-honoured", .unknown, limited(3600), Sample(at: 2)),
        Row("retry-after-honoured", .notExercised, limited(1)),
        Row("retry-after-honoured", .notExercised, Sample(at: 1)),
        Row("retry-after-bounded", .pass, limited(1), Sample(at: 2.1)),
        Row("retry-after-bounded", .fail, limited(1), Sample(at: 20)),
        Row("permanent-not-retried", .pass, .failing(.badRequest, at: 1, status: 400)),
        Row(
            "permanent-not-retried", .fail, .failing(.badRequest, at: 1, status: 400),
            .failing(.badRequest, at: 2, status: 400)),
        // Another key is another account: that may be worth a try.
        Row(
            "permanent-not-retried", .pass, .failing(.invalidAPIKey, at: 1, status: 401),
            .failing(.invalidAPIKey, at: 2, status: 401) { $0.credential = 8 }),
        Row("transient-retried", .pass, .failing(.overloaded, at: 1), Sample(at: 2)),
        Row("transient-retried", .fail, .failing(.overloaded, at: 1)),
        Row("transient-retried", .unknown, limited(3600)),
        Row("transient-retried", .notExercised, Sample(at: 1)),
        Row(
            "attempts-bounded", .pass, .failing(.overloaded, at: 1), .failing(.overloaded, at: 2)),
        Row(
            "backoff-grows", .pass, .failing(.overloaded, at: 1), .failing(.overloaded, at: 1.5),
            .failing(.overloaded, at: 2.6), .failing(.overloaded, at: 4.8)),
        Row(
            "backoff-grows", .fail, .failing(.overloaded, at: 1), .failing(.overloaded, at: 2),
            .failing(.overloaded, at: 3), .failing(.overloaded, at: 4)),
        Row(
            "backoff-grows", .unknown, .failing(.overloaded, at: 1), .failing(.overloaded, at: 2)),
        Row(
            "no-retry-after-output", .fail,
            Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false),
            Sample(at: 2, isStream: true, hasFinish: true)),
        Row(
            "no-retry-after-output", .pass,
            Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)),
        Row(
            "truncated-not-accepted", .unknown,
            Sample(at: 1, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)),
        Row(
            "hang-abandoned", .fail,
            Sample(at: 1, takes: 90, status: nil, faults: [.hang], ending: .clientLeft)),
        Row(
            "hang-abandoned", .pass,
            Sample(at: 1, takes: 9, status: nil, faults: [.hang], ending: .clientLeft)),
        Row("duplicate-billing", .pass, Sample(at: 1)),
    ]

    @Test(arguments: rows)
    func aRuleSaysWhatItShould(row: Row) throws {
        let finding = try #require(row.samples.finding(row.rule))
        #expect(finding.verdict == row.verdict, "\(finding.says)")
        if row.verdict == .fail { #expect(!finding.calls.isEmpty && !finding.exchanges.isEmpty) }
    }

    @Test func elevenAttemptsAreTooMany() throws {
        let samples = (0..<11).map { Sample.failing(.overloaded, at: Double($0)) }
        #expect(samples.finding("attempts-bounded")?.verdict == .fail)
    }

    @Test func whatIsUnsureFailsNothing() throws {
        // Early, on another connection, while the first is open: perhaps another user.
        let other = { (sample: Sample) in
            var sample = sample
            sample.connection = 2
            return sample
        }(Sample(at: 1.5))
        let again = Sample(at: 9, key: "k9", prompt: 9)
        #expect(
            [Self.limited(1), other, again].finding("retry-after-honoured")?.verdict == .unknown)
        // The same once the first connection is known to be closed.
        let calls = CallFinder.calls(
            of: [Self.limited(1), other].compactMap { Attempt($0.record) }, closed: [1: 1_200_000])
        let finding = RetryRules.retryAfterHonoured(calls)
        #expect(finding.verdict == .fail)
    }

    @Test func oneToolCallHasOneResult() throws {
        let call = OfferedCall(id: "call_1", name: "pay", digest: 1)
        func asking(_ at: Double, _ digest: UInt64) -> Sample {
            Sample(
                at: at, key: "k\(at)", prompt: UInt64(at * 10),
                results: [ToolResult(id: "call_1", digest: digest)])
        }
        let offer = Sample(at: 1, tools: [call])
        #expect([offer, asking(2, 5)].finding("tool-executed-once")?.verdict == .pass)
        #expect(
            [offer, asking(2, 5), asking(3, 6)].finding("tool-executed-once")?.verdict == .fail)
        #expect([offer].finding("tool-executed-once")?.verdict == .notExercised)
    }

    @Test func callsThatWaitAlikeHaveNoJitter() throws {
        func samples(_ spread: Double) -> [Sample] {
            (0..<10).flatMap { number -> [Sample] in
                let (at, key) = (Double(number) * 20, "k\(number)")
                let prompt = UInt64(number)
                return [
                    .failing(.overloaded, at: at) { ($0.key, $0.prompt) = (key, prompt) },
                    Sample(at: at + 1 + spread * Double(number), key: key, prompt: prompt),
                ]
            }
        }
        #expect(samples(0).finding("jitter")?.verdict == .fail)
        #expect(samples(0.05).finding("jitter")?.verdict == .pass)
        #expect(Array(samples(0).prefix(4)).finding("jitter")?.verdict == .unknown)
    }
}
