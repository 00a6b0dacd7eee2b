import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

/// Random numbers that a seed repeats: splitmix64, as published by Steele, Lea and Flood (2014).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}

@Suite("The order of rows")
struct OrderTests {
    private static let scenario: Scenario = {
        let fault = RuleAction.effect(Effect(fault: .error(CauseFault(.overloaded))))
        var scenario = Scenario(
            name: "any",
            phases: [
                Phase(
                    name: "down", end: .after(.seconds(20)), rules: [Rule(name: "d", action: fault)]
                ),
                Phase(name: "up", end: .never),
            ], rules: [Rule(name: "r", action: fault)])
        let wants: [BrownoutEngine.Expectation.Want] = [
            .retryAfterHonoured, .backoff(.grows, true), .backoff(.jitter, true),
            .retried([.overloaded]), .sticky(header: "x-user"),
            .attempts(.perCall, Comparison(.atMost, .number(Ratio(2)))),
            .latency(.p95, Comparison(.atMost, .duration(.seconds(1)))),
            .breaker(.opensAfter, Comparison(.atMost, .number(Ratio(5)))),
            .calls(.succeeded, Comparison(.atLeast, .share(.always))),
        ]
        scenario.expectations = [
            ExpectationBlock(
                expectations: wants.enumerated().map { index, want in
                    BrownoutEngine.Expectation(
                        path: "e\(index)", wanted: "", line: index, want: want)
                })
        ]
        return scenario
    }()

    private static func record(_ random: inout Seeded) -> ExchangeRecord {
        let user = random.below(4)
        var sample = Sample(
            at: Double(random.below(400)) / 10, takes: Double(random.below(30)) / 10)
        (sample.key, sample.prompt) = ("k\(user)", UInt64(user))
        sample.provider = random.pick(["openai", "openai", "anthropic"])
        sample.model = random.pick(["a", "b"])
        sample.session = random.pick(["default", "default", "other"])
        sample.connection = 1 + random.below(3)
        sample.credential = UInt64(random.below(2))
        sample.phase = sample.at < 20 ? "down" : "up"
        sample.user = random.below(3) == 0 ? nil : UInt64(user % 2)
        if random.below(5) == 0 { sample.named = "call-\(random.below(3))" }
        if random.below(4) == 0 { sample.retryCount = random.below(3) }
        if random.below(6) == 0 { sample.idempotencyKey = "key-\(random.below(3))" }
        switch random.below(6) {
        case 0, 1:
            sample.cause = random.pick([.overloaded, .rateLimited, .badRequest, .invalidAPIKey])
            (sample.status, sample.faults, sample.rule) = (503, [.error], random.pick(["d", "r"]))
            if random.below(2) == 0 { sample.promise = Sample.promising(1) }
        case 2: (sample.status, sample.ending) = (nil, .clientLeft)
        case 3:
            (sample.isStream, sample.hasFinish) = (true, random.below(2) == 0)
            sample.ending = random.pick([.complete, .reset, .clientLeft])
        default: break
        }
        if random.below(3) == 0 {
            sample.tools = [OfferedCall(id: "t\(random.below(3))", name: "pay", digest: 1)]
            sample.results = [
                ToolResult(id: "t\(random.below(3))", digest: UInt64(random.below(2)))
            ]
        }
        var record = sample.record
        record.id = UInt64(random.below(1000))
        let trace = TraceEntry(rule: random.pick(["d", "r"]), outcome: .missed(draw: 1))
        record.trace =
            sample.rule.map { [TraceEntry(rule: $0, outcome: .fired(draw: nil))] } ?? [trace]
        if random.below(8) == 0 { record.injected = false }
        return record
    }

    private static func outcome(
        _ random: inout Seeded, _ records: [ExchangeRecord]
    ) -> OutcomeRecord {
        let subjects: [OutcomeRecord.Subject] = [
            .latest, .call("call-\(random.below(3))"), .call("key-\(random.below(3))"),
            .exchange(random.pick(records).id),
        ]
        let outcome = random.pick(DeclaredOutcome.allCases)
        let (category, retryable) = (random.pick(ErrorCategory.allCases), random.below(2) == 0)
        return .said(
            outcome, of: random.pick(subjects), at: Double(random.below(450)) / 10,
            session: random.pick(["default", "other"])
        ) {
            if category != .unknown { $0.category = category }
            $0.retryable = retryable
        }
    }

    /// The same exchanges in any order, as when several journals are read one after the other, are
    /// the same run.
    @Test(arguments: 0..<250)
    func theOrderOfRowsDoesNotMatter(seed: Int) {
        var random = Seeded(state: UInt64(seed))
        var records = (0..<40).map { _ in Self.record(&random) }
        var said = (0..<8).map { _ in Self.outcome(&random, records) }
        func text() -> [UInt8] {
            RunVerdict(
                RunEvidence(records, outcomes: said), scenario: Self.scenario, name: "any", seed: 1
            ).bytes
        }
        let wanted = text()
        records.shuffle(using: &random)
        said.shuffle(using: &random)
        let isSame = text() == wanted
        #expect(isSame, "seed \(seed), shuffled")
        let journals = (0..<3).map { part in
            records.enumerated().filter { $0.offset % 3 == part }.map(\.element)
        }
        records = Array(journals.reversed().joined())
        said.reverse()
        let isSameInParts = text() == wanted
        #expect(isSameInParts, "seed \(seed), in three journals")
    }
}
